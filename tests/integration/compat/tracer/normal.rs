//! Traces that mean the same, made the same: the spans of an invocation, one after the other.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::tracer::validator::{Span, tree};

/// What has no meaning of its own, or is said in other words.
const LEFT_OUT: [&str; 7] =
    ["id", "parent_id", "trace_id", "type", "start_time", "end_time", "in_progress"];

type Spans = BTreeMap<String, Span>;

/// Returns the spans of a scenario's datagrams, each before those below it, in the order they began.
///
/// `span` has the names from the handler's down, of functions without their modules. Ids and times have
/// no meaning of their own, and a span may lie in the document of its parent or have one of its own.
/// `is_over` says whether it has ended. Exceptions stand under their numbers and name each other by these.
pub(in super::super) fn normal(sent: &[Value]) -> Vec<Value> {
    let mut invocations = BTreeMap::<u64, Vec<Vec<u8>>>::new();
    for line in sent {
        let number = line["invocation"].as_u64().expect("invocations are counted");
        let datagram = line["datagram"].as_str().expect("a datagram is text");
        invocations.entry(number).or_default().push(datagram.into());
    }
    invocations.iter().flat_map(|(number, datagrams)| of_invocation(*number, datagrams)).collect()
}

fn of_invocation(number: u64, datagrams: &[Vec<u8>]) -> Vec<Value> {
    let spans = tree(datagrams);
    let mut lines = Vec::new();
    let is_root = |span: &&Span| !spans.contains_key(&span.parent);
    for root in in_order(spans.values().filter(is_root)) {
        walk(root, "", &spans, &mut |span, path| lines.push(line(number, span, path)));
    }
    lines
}

fn walk(span: &Span, above: &str, spans: &Spans, found: &mut impl FnMut(&Span, &str)) {
    let name = short(&span.name);
    let path = if above.is_empty() { name.to_owned() } else { format!("{above} > {name}") };
    found(span, &path);
    for child in in_order(spans.values().filter(|child| child.parent == span.id)) {
        walk(child, &path, spans, found);
    }
}

fn in_order<'a>(spans: impl Iterator<Item = &'a Span>) -> Vec<&'a Span> {
    let mut spans = spans.collect::<Vec<_>>();
    let start = |span: &Span| span.document["start_time"].as_f64().expect("it has begun");
    spans.sort_by(|one, other| start(one).total_cmp(&start(other)));
    spans
}

/// A function's name without its module: both languages write `## ` before it.
fn short(name: &str) -> &str {
    let function = name.strip_prefix("## ");
    let last = |function: &'static [char]| name.rsplit(function).next().unwrap_or(name);
    if function.is_some() { last(&['.', ':', ' ']) } else { name }
}

fn line(invocation: u64, span: &Span, path: &str) -> Value {
    let mut members = span.document.as_object().expect("a document is an object").clone();
    members.retain(|name, _| !LEFT_OUT.contains(&name.as_str()));
    let goes_on = span.document["in_progress"] == true;
    let is_over = span.document["end_time"].is_number() && !goes_on;
    members.insert("is_over".to_owned(), is_over.into());
    if let Some(cause) = members.get_mut("cause") {
        number_exceptions(cause);
    }
    members
        .extend([("span".to_owned(), path.into()), ("invocation".to_owned(), invocation.into())]);
    Value::Object(members)
}

fn number_exceptions(cause: &mut Value) {
    let Some(exceptions) = cause.get_mut("exceptions") else {
        return;
    };
    let list = exceptions.as_array().expect("exceptions are a list").clone();
    let number = |id: &Value| list.iter().position(|exception| exception["id"] == *id);
    let numbered = list.iter().enumerate().map(|(at, exception)| {
        let mut members = exception.as_object().expect("an exception is an object").clone();
        members.remove("id");
        if let Some(of) = members.get_mut("cause") {
            *of = json!(number(of));
        }
        (at.to_string(), Value::Object(members))
    });
    *exceptions = Value::Object(numbered.collect::<Map<_, _>>());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(invocation: u64, document: &Value) -> Value {
        let datagram = format!("{{\"format\":\"json\",\"version\":1}}\n{document}");
        json!({"invocation": invocation, "datagram": datagram})
    }

    fn span(id: &str, parent: &str, name: &str, start: u32) -> Value {
        json!({"id": id, "parent_id": parent, "trace_id": "t", "name": name,
               "start_time": start, "end_time": 9})
    }

    fn told(lines: &[Value]) -> Vec<(u64, &str)> {
        let told = |line: &Value| line["invocation"].as_u64();
        lines.iter().map(|line| (told(line).unwrap(), line["span"].as_str().unwrap())).collect()
    }

    #[test]
    fn location_of_a_span_is_ignored() {
        let mut whole = span("a", "root", "## handler", 1);
        let apart = [
            sent(0, &span("c", "b", "## shop::pay", 3)),
            sent(0, &span("b", "a", "load it", 2)),
            sent(0, &whole),
        ];
        let mut middle = span("b", "a", "load it", 2);
        middle["subsegments"] = json!([span("c", "b", "## shop::pay", 3)]);
        whole["subsegments"] = json!([middle]);
        let (apart, whole) = (normal(&apart), normal(&[sent(0, &whole)]));
        assert_eq!(apart, whole);
        let expected = [(0, "handler"), (0, "handler > load it"), (0, "handler > load it > pay")];
        assert_eq!(told(&whole), expected);
    }

    #[test]
    fn invocations_and_spans_are_sorted_by_start() {
        let lines = normal(&[
            sent(1, &span("a", "root", "b", 1)),
            sent(0, &span("d", "a", "## shop.pay", 3)),
            sent(0, &span("c", "a", "## shop.ship", 2)),
            sent(0, &span("a", "root", "a", 1)),
        ]);
        assert_eq!(told(&lines), [(0, "a"), (0, "a > ship"), (0, "a > pay"), (1, "b")]);
    }

    #[test]
    fn exception_ids_are_normalized_to_numbers() {
        let mut document = span("a", "root", "a", 1);
        document["cause"] =
            json!({"exceptions": [{"id": "x", "cause": "y"}, {"id": "y", "message": "m"}]});
        let lines = normal(&[sent(0, &document)]);
        let expected = json!({"0": {"cause": 1}, "1": {"message": "m"}});
        assert_eq!(lines[0]["cause"]["exceptions"], expected);
    }
}
