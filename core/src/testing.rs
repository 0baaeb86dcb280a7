//! Support for tests that use several subscribers in one process.

use std::sync::OnceLock;

use tracing::Dispatch;

/// Makes all call sites visible to the scoped subscribers of tests; call it before a test creates its subscriber.
///
/// While a process has exactly one subscriber, `tracing` asks only the default of the thread that reaches a call site
/// first. If a test without a subscriber gets there first, the call site is disabled for all other tests. A second
/// subscriber, which is not the default of any thread, makes `tracing` ask all of them.
pub fn enable_all_callsites() {
    static SECOND: OnceLock<Dispatch> = OnceLock::new();
    SECOND.get_or_init(|| Dispatch::new(tracing_subscriber::registry()));
}
