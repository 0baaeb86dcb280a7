//! The protocol, as pure functions: what becomes of a record when an attempt asks for something, and what the
//! attempt does with the answer.
//!
//! [`MemoryStore`](crate::MemoryStore) runs [`decide`] under a lock, and other stores say the same in the
//! conditions of their own writes. Calls run [`on_claim_result`] and [`on_write_rejected`]. The model checker in the tests runs
//! all of them in every order that attempts, clocks, crashes and lost answers allow.
//!
//! # What they guarantee
//!
//! Until a record expires, one attempt's result is recorded, no other is replayed, and it is neither overwritten
//! nor deleted. That needs atomic writes and no agreement of clocks; a record expires by the clock of the caller.
//!
//! No effect starts while another attempt's lease lasts, if clocks agree. With clocks that differ by at most
//! *d*, that holds for effects that start more than *d* before either lease ends. An effect starts, as far as
//! any lease can tell, when the clock is last looked at: a pause after that can't be excluded.

mod attempt;

pub use attempt::{
    NextStep, RejectedWrite, differs, expires_at, looks_again, on_claim_result, on_write_rejected,
    writes_again,
};

use crate::record::{Lease, Record, Status};

/// What an attempt asks of the record under its key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// To run the operation.
    Claim {
        /// The lease that it wants.
        lease: Lease,
        /// When the record would expire, in seconds since 1970; not before the lease ends.
        expires_at: u64,
        /// The digest of what is validated.
        validation: Option<String>,
    },
    /// To record the result.
    Complete {
        /// The lease that it has.
        lease: Lease,
        /// The result as JSON, unless it can't be kept.
        data: Option<String>,
        /// When the record expires, in seconds since 1970.
        expires_at: u64,
    },
    /// To give the right to run back.
    Release {
        /// The lease that it has.
        lease: Lease,
    },
    /// To run for longer.
    Extend {
        /// The lease that it has.
        lease: Lease,
        /// When the lease should end instead, in milliseconds since 1970.
        until: u64,
        /// When the record would expire, in seconds since 1970; not before the lease ends.
        expires_at: u64,
    },
}

/// What becomes of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// This takes its place.
    Write(Record),
    /// It goes.
    Delete,
    /// It stays as it is, because another attempt holds it, or because it is completed.
    Refuse,
}

/// Decides what becomes of `record`, at `now_ms` milliseconds since 1970 by the clock of the caller.
///
/// Only the attempt that holds the lease completes, releases or extends; a late attempt changes nothing. A key is free
/// if it has no record, if its record has expired, or if the lease of an attempt in progress has ended.
pub fn decide(record: Option<&Record>, now_ms: u64, request: Request) -> Decision {
    match request {
        Request::Claim { lease, expires_at, validation } => {
            if record.is_some_and(|record| !is_free(record, now_ms)) {
                return Decision::Refuse;
            }
            let (status, lease) = (Status::InProgress, Some(lease));
            Decision::Write(Record { status, expires_at, lease, data: None, validation })
        }
        Request::Complete { lease, data, expires_at } => change(record, &lease, |own| {
            let status = Status::Completed;
            Decision::Write(Record { status, expires_at, data, ..own.clone() })
        }),
        Request::Release { lease } => change(record, &lease, |_| Decision::Delete),
        Request::Extend { lease, until, expires_at } => change(record, &lease, |own| {
            let lease = Some(Lease { until, owner: lease.owner.clone() });
            Decision::Write(Record { lease, expires_at, ..own.clone() })
        }),
    }
}

fn is_free(record: &Record, now_ms: u64) -> bool {
    let ended = |lease: &Lease| lease.until < now_ms;
    record.is_expired(now_ms)
        || (record.status == Status::InProgress && record.lease.as_ref().is_some_and(ended))
}

/// Changes a record that is in progress under `lease`.
///
/// This is the fence. The owner keeps the leases of two attempts apart that end in the same millisecond. The end keeps
/// an attempt from writing under a lease that it does not know to have changed: it has to read the record first, as
/// [`on_write_rejected`] says. The time does not matter: until another attempt takes over, a late result is better than
/// a second effect.
fn change(
    record: Option<&Record>,
    lease: &Lease,
    to: impl FnOnce(&Record) -> Decision,
) -> Decision {
    let own = |record: &&Record| {
        record.status == Status::InProgress && record.lease.as_ref() == Some(lease)
    };
    record.filter(own).map_or(Decision::Refuse, to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Owner;

    const NOW: u64 = 1_000_000;

    fn lease(until: u64, owner: &str) -> Lease {
        Lease { until, owner: Some(Owner::from_text(owner)) }
    }

    fn claim(until: u64, owner: &str) -> Request {
        Request::Claim { lease: lease(until, owner), expires_at: 2000, validation: None }
    }

    fn claimed(record: Option<&Record>, now_ms: u64, request: Request) -> Record {
        match decide(record, now_ms, request) {
            Decision::Write(record) => record,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn claim_is_refused_until_the_lease_ends() {
        let first = claimed(None, NOW, claim(NOW + 10, "a"));
        assert_eq!(decide(Some(&first), NOW + 10, claim(NOW + 20, "b")), Decision::Refuse);
        let second = claimed(Some(&first), NOW + 11, claim(NOW + 20, "b"));
        for late in [
            Request::Complete { lease: lease(NOW + 10, "a"), data: None, expires_at: 3000 },
            Request::Release { lease: lease(NOW + 10, "a") },
            Request::Extend { lease: lease(NOW + 10, "a"), until: NOW + 99, expires_at: 3000 },
        ] {
            assert_eq!(decide(Some(&second), NOW + 12, late), Decision::Refuse);
        }
    }

    #[test]
    fn result_is_kept_until_it_expires() {
        let running = claimed(None, NOW, claim(NOW + 10, "a"));
        let own = lease(NOW + 10, "a");
        let complete =
            Request::Complete { lease: own.clone(), data: Some("1".into()), expires_at: 1500 };
        // Late, but nobody took over meanwhile.
        let done = claimed(Some(&running), NOW + 99, complete.clone());
        assert_eq!((done.status, done.data.as_deref()), (Status::Completed, Some("1")));
        assert_eq!(decide(Some(&done), NOW + 99, complete), Decision::Refuse);
        assert_eq!(
            decide(Some(&done), NOW + 99, Request::Release { lease: own }),
            Decision::Refuse
        );
        assert_eq!(decide(Some(&done), 1_500_999, claim(NOW + 20, "b")), Decision::Refuse);
        claimed(Some(&done), 1_501_000, claim(NOW + 20, "b"));
    }

    #[test]
    fn record_in_progress_without_a_lease_is_held_until_it_expires() {
        let running = Record { lease: None, ..claimed(None, NOW, claim(NOW + 10, "a")) };
        assert!(running.is_held(2_000_000));
        assert_eq!(decide(Some(&running), 2_000_000, claim(2_000_001, "b")), Decision::Refuse);
        claimed(Some(&running), 2_001_000, claim(2_001_001, "b"));
    }
}
