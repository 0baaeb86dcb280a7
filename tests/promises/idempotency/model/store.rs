//! What the store does with a request, and what an observer sees of it.

use powertools_idempotency::{
    ClaimOutcome, Record, Status, WriteOutcome,
    protocol::{Decision, Request, decide},
};

use super::{
    protocol::Rules,
    state::{Sent, State},
};

impl State {
    /// Executes a claim.
    pub(super) fn claim(&mut self, rules: Rules, sent: &Sent) -> ClaimOutcome {
        match self.execute(rules, sent) {
            WriteOutcome::Applied => ClaimOutcome::Granted,
            WriteOutcome::LeaseLost => {
                ClaimOutcome::Held(self.record.clone().expect("nothing is never refused"))
            }
        }
    }

    /// Executes a request.
    pub(super) fn execute(&mut self, rules: Rules, sent: &Sent) -> WriteOutcome {
        let record = match rules.decide(self.record.as_ref(), sent) {
            Decision::Refuse => return WriteOutcome::LeaseLost,
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
            Request::Release { .. } => leases[sent.by] = None,
        }
        self.record = record;
        WriteOutcome::Applied
    }

    /// Removes a record that has expired.
    pub(super) fn vanish(&mut self, now_ms: u64) {
        self.see_the_end_of_the_record(now_ms);
        self.record = None;
    }

    fn see_the_end_of_the_record(&mut self, now_ms: u64) {
        if let Some(result) = self.record.as_ref().filter(|it| it.status == Status::Completed) {
            self.seen.lifetime += u8::from(result.is_expired(now_ms));
            self.seen.result_destroyed |= !result.is_expired(now_ms);
        }
    }
}

impl Rules {
    /// Decides by our rules, or as others do.
    fn decide(self, record: Option<&Record>, sent: &Sent) -> Decision {
        match (self, sent.request.clone()) {
            (Self::Unfenced, Request::Complete { lease, data, expires_at }) => {
                let (status, validation) = (Status::Completed, None);
                Decision::Write(Record { status, expires_at, lease: Some(lease), data, validation })
            }
            (Self::Unfenced | Self::RefusedRelease, Request::Release { .. }) => Decision::Delete,
            (_, request) => decide(record, sent.now_ms, request),
        }
    }
}
