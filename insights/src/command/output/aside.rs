//! What the program tells beside its output, on stderr.

use std::io::{self, IsTerminal, Write};

/// Writes a line; where stderr is closed, there is nobody to tell.
pub(in crate::command) fn tell(kind: &str, message: &str) {
    let _ = writeln!(io::stderr().lock(), "{kind}: {message}");
}

/// Tells whether somebody watches stderr.
pub(in crate::command) fn is_watched() -> bool {
    io::stderr().is_terminal()
}
