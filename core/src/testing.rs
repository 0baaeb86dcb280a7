//! What tests of several subscribers in one process need.

use std::sync::OnceLock;

use tracing::Dispatch;

/// Lets the scoped subscribers of tests see every call site; call it before a test makes its own.
///
/// While a process has exactly one subscriber, `tracing` asks only the thread that comes to a call site
/// first. A test without a subscriber then switches the call site off for the test on another thread
/// that has one. A second subscriber, which is nobody's default, has all of them asked.
pub fn enable_all_callsites() {
    static SECOND: OnceLock<Dispatch> = OnceLock::new();
    SECOND.get_or_init(|| Dispatch::new(tracing_subscriber::registry()));
}
