//! One datagram: a line that says what follows, and one document.

use serde_json::{Value, json};

use super::problems::Problems;
use crate::unique;

/// The largest payload of UDP over IPv4, in bytes.
const MOST_BYTES: usize = 65_507;

/// Returns the document in a datagram, if there is one.
pub(super) fn read(datagram: &[u8], problems: &mut Problems) -> Option<Value> {
    problems.unless(datagram.len() <= MOST_BYTES, || {
        format!("{} bytes are more than {MOST_BYTES}", datagram.len())
    });
    let Ok(text) = std::str::from_utf8(datagram) else {
        problems.add("it is not UTF-8");
        return None;
    };
    let Some((header, document)) = text.split_once('\n') else {
        problems.add("it has no header line");
        return None;
    };
    check_header(header, problems);
    match unique::parse(document) {
        Err(error) => {
            problems.add(format!("it does not hold one JSON document: {error}"));
            None
        }
        Ok(parsed) => {
            parsed.twice.iter().for_each(|name| {
                problems.add(format!("{name:?} is twice in one object"));
            });
            Some(parsed.value)
        }
    }
}

fn check_header(header: &str, problems: &mut Problems) {
    let parsed = serde_json::from_str::<Value>(header).ok();
    problems.unless(parsed == Some(json!({"format": "json", "version": 1})), || {
        format!("the header line is {header:?}")
    });
}

#[test]
fn document_follows_the_header() {
    let mut problems = Problems::default();
    let read = read(b"{\"format\": \"json\", \"version\": 1}\n{\"id\":\"1\"}", &mut problems);
    assert_eq!(read, Some(json!({"id": "1"})));
    assert_eq!(problems.into_inner(), Vec::<String>::new());
}
