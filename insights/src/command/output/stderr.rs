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

/// Writes what another program wrote to its stderr, in lines of its own, as rows are drawn below.
pub(in crate::command) fn pass_on(bytes: &[u8]) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(bytes);
    if !bytes.ends_with(b"\n") {
        let _ = stderr.write_all(b"\n");
    }
}
