//! Copies JSON and replaces some of its bytes.

use std::{cmp::Reverse, collections::BinaryHeap, mem, ops::Range};

use crate::{
    REDACTED,
    json::{write_escaped, write_string},
};

/// The replacement of a range of bytes.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) change: Change,
}

#[derive(Debug, Default)]
pub(super) enum Change {
    /// Replaces a secret value.
    #[default]
    Redact,
    /// Replaces the text of a string.
    Text(String),
    /// Replaces half of a surrogate pair by U+FFFD.
    ReplaceSurrogate,
    /// Puts JSON that other readers would reject into a string; other edits apply inside.
    Quote,
}

/// Applies edits, which may be in any order; edits inside a replaced range are ignored.
pub(super) fn apply(json: &str, mut edits: Vec<Edit>) -> String {
    // If edits begin at the same position, the longest comes first, and one that replaces the range precedes one that
    // quotes it. A heap takes less space in the binary than sorting.
    let key = |(at, edit): (usize, &Edit)| {
        let is_quote = matches!(edit.change, Change::Quote);
        Reverse((edit.range.start, Reverse(edit.range.end), is_quote, at))
    };
    let mut order: BinaryHeap<_> = edits.iter().enumerate().map(key).collect();
    let mut output = Output { json, text: Vec::with_capacity(json.len()), copied: 0, quoted: None };
    while let Some(Reverse((start, Reverse(end), _, at))) = order.pop() {
        if start >= output.copied {
            output.copy_to(start);
            output.change(mem::take(&mut edits[at].change), end);
        }
    }
    output.copy_to(json.len());
    // The JSON is valid UTF-8, and every edit replaces whole characters.
    String::from_utf8_lossy(&output.text).into_owned()
}

struct Output<'j> {
    json: &'j str,
    text: Vec<u8>,
    copied: usize,
    /// The end of the JSON that is being written as a string.
    quoted: Option<usize>,
}

impl Output<'_> {
    fn change(&mut self, change: Change, end: usize) {
        let mut replacement = Vec::new();
        match change {
            Change::Redact => write_string(&mut replacement, REDACTED),
            Change::Text(text) => write_string(&mut replacement, &text),
            Change::ReplaceSurrogate => replacement.extend_from_slice(b"\\ufffd"),
            // Inside a string, the digits need no quotes.
            Change::Quote if self.quoted.is_some() => return,
            Change::Quote => {
                self.text.push(b'"');
                self.quoted = Some(end);
                return;
            }
        }
        self.write(&replacement);
        self.copied = end;
    }

    fn copy_to(&mut self, end: usize) {
        if let Some(quoted) = self.quoted.filter(|quoted| *quoted <= end) {
            self.copy(quoted);
            self.text.push(b'"');
            self.quoted = None;
        }
        self.copy(end);
    }

    fn copy(&mut self, end: usize) {
        let json = self.json;
        self.write(&json.as_bytes()[self.copied..end]);
        self.copied = end;
    }

    fn write(&mut self, json: &[u8]) {
        if self.quoted.is_none() {
            self.text.extend_from_slice(json);
        } else {
            write_escaped(&mut self.text, &String::from_utf8_lossy(json));
        }
    }
}
