//! Datagrams for the X-Ray daemon, held against the rules of AWS X-Ray's developer guide ("Segment
//! documents", "Sending trace data to AWS X-Ray"); written from those, not from what this project writes.

mod datagram;
mod document;
mod members;
mod problems;
#[cfg(test)]
mod scenarios;
mod shape;
#[cfg(test)]
mod tests;
mod trace;
mod tree;

use problems::Problems;
pub(crate) use tree::{Span, tree};

/// Returns every rule that the datagrams of one trace break, with where it is broken.
///
/// `parent` is the `Parent` of the invocation's trace header, which spans may hang under.
pub(crate) fn problems(datagrams: &[Vec<u8>], parent: &str) -> Vec<String> {
    let mut problems = Problems::default();
    let documents: Vec<_> = datagrams
        .iter()
        .enumerate()
        .filter_map(|(at, bytes)| {
            problems.at(format!("datagram {at}"), |problems| datagram::read(bytes, problems))
        })
        .collect();
    for (at, document) in documents.iter().enumerate() {
        problems.at(format!("document {at}"), |problems| document::check_own(document, problems));
    }
    problems.at("trace", |problems| trace::check(&documents, parent, problems));
    problems.into_inner()
}
