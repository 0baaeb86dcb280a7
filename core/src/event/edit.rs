//! Copying JSON with some of its bytes replaced.

use std::{cmp::Reverse, ops::Range};

use crate::{
    REDACTED,
    json::{write_escaped, write_string},
};

/// What becomes of a range of bytes; all others are copied.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) change: Change,
}

#[derive(Debug)]
pub(super) enum Change {
    /// A value is a secret.
    Redact,
    /// A string has another text.
    Text(String),
    /// Half of a surrogate pair becomes U+FFFD.
    ReplaceSurrogate,
    /// JSON that readers refuse becomes a string that holds it; other edits apply inside.
    Quote,
}

/// Applies edits in any order; one that is inside of a replaced range does not count.
pub(super) fn apply(json: &str, mut edits: Vec<Edit>) -> String {
    // Of edits that begin together the longest comes first, and one that replaces all before one that quotes it.
    edits.sort_unstable_by_key(|edit| {
        (edit.range.start, Reverse(edit.range.end), matches!(edit.change, Change::Quote))
    });
    let mut out = Output { json, out: Vec::with_capacity(json.len()), copied: 0, quoted: None };
    for Edit { range, change } in edits {
        if range.start < out.copied {
            continue;
        }
        out.copy_to(range.start);
        if matches!(change, Change::Quote) {
            if out.quoted.is_none() {
                out.out.push(b'"');
                out.quoted = Some(range.end);
            }
            continue;
        }
        let mut replacement = Vec::new();
        match change {
            Change::Redact => write_string(&mut replacement, REDACTED),
            Change::Text(text) => write_string(&mut replacement, &text),
            Change::ReplaceSurrogate | Change::Quote => replacement.extend_from_slice(b"\\ufffd"),
        }
        out.write(&replacement);
        out.copied = range.end;
    }
    out.copy_to(json.len());
    // Only whole characters were cut out and put in.
    String::from_utf8_lossy(&out.out).into_owned()
}

struct Output<'j> {
    json: &'j str,
    out: Vec<u8>,
    copied: usize,
    /// Where the JSON ends that is being written as a string.
    quoted: Option<usize>,
}

impl Output<'_> {
    fn copy_to(&mut self, end: usize) {
        if let Some(quoted) = self.quoted.filter(|quoted| *quoted <= end) {
            self.copy(quoted);
            self.out.push(b'"');
            self.quoted = None;
        }
        self.copy(end);
    }

    fn copy(&mut self, end: usize) {
        let json = self.json;
        self.write(json[self.copied..end].as_bytes());
        self.copied = end;
    }

    fn write(&mut self, json: &[u8]) {
        if self.quoted.is_none() {
            self.out.extend_from_slice(json);
        } else {
            write_escaped(&mut self.out, &String::from_utf8_lossy(json));
        }
    }
}
