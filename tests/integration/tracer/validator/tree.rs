//! The spans of datagrams, wherever they lie.

use std::collections::BTreeMap;

use serde_json::Value;

use super::datagram;
use super::document::nested;
use super::problems::Problems;

/// A span of a trace.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Span {
    pub(crate) id: String,
    /// The id of the span that it hangs under.
    pub(crate) parent: String,
    pub(crate) name: String,
    /// All that is told of it, without the spans in its document.
    pub(crate) document: Value,
}

impl Span {
    /// Tells whether it was over when it was told of.
    pub(crate) fn is_over(&self) -> bool {
        self.document.get("in_progress").is_none()
    }
}

/// Returns the spans of these datagrams by their ids: of each, what was told last.
///
/// What is no document is left out; [`problems`](super::problems) tells of it.
pub(crate) fn tree(datagrams: &[Vec<u8>]) -> BTreeMap<String, Span> {
    let read = |bytes: &Vec<u8>| datagram::read(bytes, &mut Problems::default());
    let documents = datagrams.iter().filter_map(read);
    let spans = documents.flat_map(|document| spans(&document));
    spans.map(|span| (span.id.clone(), span)).collect()
}

/// Returns the span of a document and those in it.
pub(super) fn spans(document: &Value) -> Vec<Span> {
    let mut spans = Vec::new();
    collect(document, &text(document, "parent_id"), &mut spans);
    spans
}

fn collect(document: &Value, parent: &str, spans: &mut Vec<Span>) {
    let id = text(document, "id");
    let mut own = document.clone();
    own.as_object_mut().map(|members| members.remove("subsegments"));
    let name = text(document, "name");
    spans.push(Span { id: id.clone(), parent: parent.to_owned(), name, document: own });
    nested(document).for_each(|child| collect(child, &id, spans));
}

fn text(document: &Value, name: &str) -> String {
    document[name].as_str().unwrap_or_default().to_owned()
}
