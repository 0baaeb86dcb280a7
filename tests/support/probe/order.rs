//! What an event may ask the probe to do.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Deserialize;
use serde_json::Value;

use crate::raw::Request;

/// One wish, named by the event's `do` member.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Order {
    Succeed {
        #[serde(default)]
        value: Value,
    },
    Fail {
        message: String,
    },
    Panic {
        message: String,
    },
    Exit {
        code: i32,
    },
    Abort,
    Sleep {
        ms: u64,
        #[serde(default)]
        value: Value,
    },
    Print {
        out: String,
        err: String,
    },
    Large {
        bytes: usize,
    },
    /// Calls the Runtime API; `then` says what to do once that is done.
    Ask {
        requests: Vec<Request>,
        then: Option<Box<Order>>,
    },
    See {
        #[serde(default)]
        variables: Vec<String>,
    },
}

/// Writes `out` to stdout and `err` to stderr, as a function's own prints would.
pub(crate) fn print(out: &str, err: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{out}")?;
    writeln!(io::stderr(), "{err}")
}

/// The values of the named variables, or of all of them when none is named.
pub(crate) fn environment(names: &[String]) -> BTreeMap<String, String> {
    std::env::vars().filter(|(name, _)| names.is_empty() || names.contains(name)).collect()
}
