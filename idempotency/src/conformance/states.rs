//! The states that a record can be in, and what can be asked of it there.

use crate::{Lease, Record, Status, protocol::Request};

use super::script::{Moments, Step, owner};

/// A state, and the steps that lead to it.
pub(super) struct State {
    pub(super) name: &'static str,
    pub(super) steps: fn(&Moments) -> Vec<Step>,
}

/// The name of a record and what it is.
type Foreign = (&'static str, fn(&Moments) -> Record);

/// Returns the states that a store gets into by itself.
pub(super) fn reachable() -> [State; 9] {
    let state = |name, steps| State { name, steps };
    [
        state("no record", |_| vec![]),
        state("held", |at| vec![claim(at, Some("a"), None)]),
        state("held, with a validation digest", |at| vec![claim(at, Some("a"), Some("digest"))]),
        state("held without an owner", |at| vec![claim(at, None, None)]),
        state("held, extended", |at| {
            let until = at.until - 5;
            let lease = Lease { until, owner: Some(owner("a")) };
            let claim = Request::Claim {
                lease: lease.clone(),
                expires_at: at.expires - 5,
                validation: None,
            };
            let extend = Request::Extend { lease, until: at.until, expires_at: at.expires };
            vec![Step::at(at.start, claim), Step::at(at.start + 1, extend)]
        }),
        state("released", |at| {
            let release = Request::Release { lease: lease(at, Some("a")) };
            vec![claim(at, Some("a"), None), Step::at(at.start + 1, release)]
        }),
        state("completed", |at| completed(at, Some("a"), Some("digest"), Some("{\"n\":1}"))),
        state("completed without data", |at| completed(at, Some("a"), None, None)),
        state("completed without an owner", |at| completed(at, None, None, Some("null"))),
    ]
}

/// Returns records as only other programs write them.
pub(super) fn foreign() -> [Foreign; 3] {
    fn record(at: &Moments, status: Status) -> Record {
        let (lease, data, validation) = (None, None, Some("digest".to_owned()));
        Record { status, expires_at: at.expires, lease, data, validation }
    }
    [
        ("in progress without a lease", |at| record(at, Status::InProgress)),
        ("completed without a lease", |at| Record {
            data: Some("1".to_owned()),
            ..record(at, Status::Completed)
        }),
        ("in progress and held without an owner", |at| Record {
            lease: Some(lease(at, None)),
            ..record(at, Status::InProgress)
        }),
    ]
}

/// Returns all requests whose answer may differ, each at the moments at which it may.
pub(super) fn requests(at: &Moments) -> Vec<Step> {
    let mut steps = Vec::new();
    for now_ms in
        [at.start + 2, at.until, at.until + 1, at.last_of_expiry(), at.last_of_expiry() + 1]
    {
        steps.extend(claims(now_ms).map(|request| Step::at(now_ms, request)));
    }
    // Whose lease it is decides, and not the time.
    for now_ms in [at.start + 2, at.until + 1] {
        for lease in leases(at) {
            steps.extend(changes(at, lease).map(|request| Step::at(now_ms, request)));
        }
    }
    steps
}

fn claims(now_ms: u64) -> [Request; 3] {
    let claim = |owner, validation| {
        let lease = Lease { until: now_ms + 60_000, owner };
        Request::Claim { lease, expires_at: now_ms / 1000 + 3600, validation }
    };
    [
        claim(Some(owner("b")), None),
        claim(Some(owner("a")), Some("other".to_owned())),
        claim(None, None),
    ]
}

/// The lease that is held where one is, and those that differ from it in one member.
fn leases(at: &Moments) -> [Lease; 5] {
    let other_end = Lease { until: at.until - 5, owner: Some(owner("a")) };
    let later = Lease { until: at.until + 1, owner: None };
    [lease(at, Some("a")), lease(at, Some("b")), lease(at, None), other_end, later]
}

fn changes(at: &Moments, lease: Lease) -> [Request; 4] {
    let expires_at = at.expires + 7;
    let complete = |data: Option<&str>| Request::Complete {
        lease: lease.clone(),
        data: data.map(str::to_owned),
        expires_at,
    };
    let until = at.until + 30_000;
    [
        complete(Some("[\"new\"]")),
        complete(None),
        Request::Release { lease: lease.clone() },
        Request::Extend { lease: lease.clone(), until, expires_at },
    ]
}

fn lease(at: &Moments, name: Option<&str>) -> Lease {
    Lease { until: at.until, owner: name.map(owner) }
}

fn claim(at: &Moments, name: Option<&str>, validation: Option<&str>) -> Step {
    let validation = validation.map(str::to_owned);
    let (lease, expires_at) = (lease(at, name), at.expires);
    Step::at(at.start, Request::Claim { lease, expires_at, validation })
}

fn completed(
    at: &Moments,
    name: Option<&str>,
    validation: Option<&str>,
    data: Option<&str>,
) -> Vec<Step> {
    let (lease, data) = (lease(at, name), data.map(str::to_owned));
    let complete = Request::Complete { lease, data, expires_at: at.expires };
    vec![claim(at, name, validation), Step::at(at.start + 1, complete)]
}
