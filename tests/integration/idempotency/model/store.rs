//! What the store does with a request, and what an observer sees of it.

use powertools_idempotency::{
    ClaimOutcome, Status, WriteOutcome,
    protocol::{Decision, Request},
};

use super::{
    protocol::Protocol,
    state::{Phase, Sent, State},
};

impl State {
    /// Executes a claim.
    pub(super) fn claim(&mut self, protocol: &Protocol, sent: &Sent) -> ClaimOutcome {
        match self.execute(protocol, sent) {
            WriteOutcome::Applied => ClaimOutcome::Granted,
            WriteOutcome::LeaseLost => {
                ClaimOutcome::Held(self.record.clone().expect("nothing is never refused"))
            }
        }
    }

    /// Executes a request.
    pub(super) fn execute(&mut self, protocol: &Protocol, sent: &Sent) -> WriteOutcome {
        let record = match protocol.decide(self.record.as_ref(), sent) {
            Decision::Refuse => {
                self.see_rejection(sent);
                return WriteOutcome::LeaseLost;
            }
            Decision::Write(record) => Some(record),
            Decision::Delete => None,
        };
        self.see_the_end_of_the_record(sent.now_ms);
        let (leases, completed) = (&mut self.seen.leases, &mut self.seen.completed);
        match &sent.request {
            Request::Claim { lease, .. } => leases[sent.by] = Some(lease.until),
            Request::Complete { .. } => {
                leases[sent.by] = None;
                completed[sent.by] = Some(self.seen.lifetime);
            }
            Request::Extend { until, .. } => leases[sent.by] = Some(*until),
            Request::Release { .. } => {
                // A release that hits a running operation does not end the protection that it should have.
                let is_running = matches!(
                    self.attempts[sent.by].phase,
                    Phase::Running(_) | Phase::Extending { .. }
                );
                if !is_running {
                    leases[sent.by] = None;
                }
            }
        }
        self.seen.holder = record.is_some().then_some(sent.by);
        self.record = record;
        WriteOutcome::Applied
    }

    /// Tells whether the record is the attempt's: in progress under its lease, or completed by it.
    pub(super) fn holds(&self, at: usize) -> bool {
        self.seen.holder == Some(at)
    }

    /// A claim is rejected, as it should be only because of a lease or a result.
    fn see_rejection(&mut self, sent: &Sent) {
        if !matches!(sent.request, Request::Claim { .. }) {
            return;
        }
        let is_valid = |until: &Option<u64>| until.is_some_and(|until| until >= sent.now_ms);
        let is_leased = self.seen.leases.iter().any(is_valid);
        let result = self.record.as_ref().filter(|record| record.status == Status::Completed);
        let has_result = result.is_some_and(|result| !result.is_expired(sent.now_ms));
        self.seen.rejected_without_reason |= !is_leased && !has_result;
    }

    /// Removes a record that has expired.
    pub(super) fn vanish(&mut self, now_ms: u64) {
        self.see_the_end_of_the_record(now_ms);
        self.seen.holder = None;
        self.record = None;
    }

    fn see_the_end_of_the_record(&mut self, now_ms: u64) {
        if let Some(result) = self.record.as_ref().filter(|it| it.status == Status::Completed) {
            self.seen.lifetime += u8::from(result.is_expired(now_ms));
            self.seen.result_destroyed |= !result.is_expired(now_ms);
        }
    }
}
