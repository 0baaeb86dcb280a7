//! What must hold in every round.

use std::fmt;

pub(super) const ONE_RESULT: &str = "one result is given in a record's lifetime";
pub(super) const RESULT_STAYS: &str =
    "a result is neither overwritten nor deleted before it expires";
pub(super) const RECORDED: &str = "a result that is given was recorded";
pub(super) const ONE_LEASE: &str = "no operation starts during the lease of another attempt";
#[cfg(feature = "dynamodb")]
pub(super) const WRITES_ONCE: &str =
    "the writes of a transaction happen exactly once for a recorded completion";
pub(super) const KEPT: &str = "no lease is given back while its operation runs";
pub(super) const LEASED: &str = "no operation starts without a lease";
pub(super) const TIME_TO_RUN: &str = "no operation starts in the reserve or past the deadline";
pub(super) const STOPPED: &str = "no operation outlasts its lease where it is stopped at the end";
pub(super) const IN_TIME: &str = "the caller has its answer before the deadline minus the reserve";
pub(super) const RELEASE_IS_SHORT: &str =
    "releasing delays the operation's error for a second at most";
pub(super) const CLAIMING_ENDS: &str = "claiming takes ten seconds at most while the store is away";
pub(super) const NO_FALSE_LOSS: &str =
    "an attempt that held its lease throughout does not report a lost lease";
pub(super) const ONE_RETRY: &str = "a connection that went silent costs no more than a retry";
pub(super) const NO_FAULT_NO_ERROR: &str =
    "no call fails because of the store while the store answers";
pub(super) const EXPECTED: &str = "calls fail in documented ways only";
pub(super) const ENDS: &str = "every call ends";
pub(super) const AT_LAST: &str = "after all leases a call gets a result";

/// A property that did not hold.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Violation {
    pub(super) property: &'static str,
    pub(super) how: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "violated: {}: {}", self.property, self.how)
    }
}
