use std::process::Command;

/// A function that can be started.
pub(crate) trait Function {
    fn name(&self) -> &str;

    /// Returns what starts it, and what of its environment is its own.
    fn command(&self) -> Command;

    /// Whether it can be told to write everything before its answer.
    fn can_flush_before(&self) -> bool {
        false
    }
}
