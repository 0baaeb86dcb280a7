//! What the documents of one trace say together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::problems::Problems;
use super::tree::{Span, spans};

/// Checks that ids are told once, and that every span hangs, over however many, under `parent`.
pub(super) fn check(documents: &[Value], parent: &str, problems: &mut Problems) {
    check_one_trace(documents, problems);
    let mut known = BTreeMap::<String, Span>::new();
    for span in documents.iter().flat_map(spans) {
        check_again(known.get(&span.id), &span, problems);
        known.insert(span.id.clone(), span);
    }
    check_exceptions(&known, problems);
    for span in known.values() {
        check_parents(span, parent, &known, problems);
    }
}

fn check_one_trace(documents: &[Value], problems: &mut Problems) {
    let traces = documents.iter().filter_map(|document| document["trace_id"].as_str());
    let traces = traces.collect::<BTreeSet<_>>();
    problems.unless(traces.len() <= 1, || format!("there are several traces: {traces:?}"));
}

/// A span comes again only when it was in progress, and in the same place.
fn check_again(before: Option<&Span>, again: &Span, problems: &mut Problems) {
    if let Some(before) = before {
        problems.at(&again.id, |problems| {
            problems.unless(!before.is_over(), || "the id is there twice");
            problems.unless(before.parent == again.parent, || "its parent has changed");
        });
    }
}

fn check_exceptions(spans: &BTreeMap<String, Span>, problems: &mut Problems) {
    let mut ids = BTreeSet::new();
    let causes = spans.values().map(|span| &span.document["cause"]["exceptions"]);
    let exceptions = causes.filter_map(Value::as_array).flatten();
    for id in exceptions.filter_map(|exception| exception["id"].as_str()) {
        let is_new = ids.insert(id) && !spans.contains_key(id);
        problems.unless(is_new, || format!("the id {id} of an exception is there twice"));
    }
}

fn check_parents(span: &Span, root: &str, spans: &BTreeMap<String, Span>, problems: &mut Problems) {
    let mut at = span;
    // As many steps as there are spans lead to the root, or round in a circle.
    for _ in 0..spans.len() {
        if at.parent == root {
            return;
        }
        match spans.get(&at.parent) {
            Some(parent) => at = parent,
            // Told of the child of what is missing, not of all below it.
            None if at.id != span.id => return,
            None => {
                return problems
                    .at(&span.id, |it| it.add(format!("nobody is its parent {:?}", span.parent)));
            }
        }
    }
    problems.at(&span.id, |problems| problems.add("it is its own ancestor"));
}
