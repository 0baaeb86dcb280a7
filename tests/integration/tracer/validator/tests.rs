//! Each rule, by datagrams that break it and no other.

use serde_json::{Value, json};

use super::{problems, tree};

const PARENT: &str = "53995c3f42cd8ad8";
const HEADER: &str = "{\"format\":\"json\",\"version\":1}\n";

/// A span with all members; a call in it, with one of its own.
fn valid() -> Value {
    let exceptions = json!([
        {"id": "00000000000000e1", "message": "no", "type": "Error", "cause": "00000000000000e2",
         "remote": false, "truncated": 0, "skipped": 0,
         "stack": [{"path": "src/main.rs", "line": 17, "label": "main"}]},
        {"id": "00000000000000e2", "message": "because", "type": "Error"},
    ]);
    let call = json!({
        "id": "00000000000000a2", "name": "DynamoDB", "start_time": 1.5, "end_time": 1.75,
        "namespace": "aws",
        "aws": {"operation": "GetItem", "table_name": "Orders", "retries": 1},
        "http": {
            "request": {"method": "POST", "url": "https://example.com/", "traced": true},
            "response": {"status": 200, "content_length": 17},
        },
        "sql": {"preparation": "call", "user": "me"},
        "cause": "00000000000000e1",
        "precursor_ids": ["00000000000000a1"],
        "subsegments": [
            {"id": "00000000000000a3", "name": "Größe 1", "start_time": 1.5, "end_time": 1.5},
        ],
    });
    json!({
        "trace_id": "1-5759e988-bd862e3fe1be46a994272793", "parent_id": PARENT,
        "type": "subsegment", "id": "00000000000000a1", "name": "## shop::handler",
        "start_time": 1, "end_time": 2.25, "fault": true, "error": false, "throttle": false,
        "annotations": {"ColdStart": true, "Service": "shop", "count_2": 1.5},
        "metadata": {"shop": {"order": [1, null]}, "other": {}},
        "cause": {"working_directory": "/", "paths": ["src"], "exceptions": exceptions},
        "links": [{"trace_id": "1-5759e988-bd862e3fe1be46a994272794", "id": "00000000000000f1"}],
        "subsegments": [call],
    })
}

fn datagram(document: &Value) -> Vec<u8> {
    format!("{HEADER}{document}").into_bytes()
}

/// Asserts that a valid document is refused for the one thing that `change` makes of it.
#[track_caller]
fn refused(change: impl FnOnce(&mut Value), rule: &str) {
    let mut document = valid();
    change(&mut document);
    refused_bytes(&[datagram(&document)], rule);
}

#[track_caller]
fn refused_bytes(datagrams: &[Vec<u8>], rule: &str) {
    let told = problems(datagrams, PARENT);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains(rule), "{told:?}");
}

/// Asserts that `value` is refused as the member at that place of a valid document.
#[track_caller]
fn refused_as(place: &str, value: Value, rule: &str) {
    let path = format!("document 0{}", place.replace('/', "."));
    let told = format!("{path}: {rule}");
    refused(|document| *document.pointer_mut(place).expect("it is there") = value, &told);
}

#[track_caller]
fn refused_without(place: &str, rule: &str) {
    let (outer, name) = place.rsplit_once('/').expect("it is a place");
    let remove = |document: &mut Value| {
        let outer = document.pointer_mut(outer).and_then(Value::as_object_mut);
        outer.expect("it is an object").remove(name).expect("it is there");
    };
    refused(remove, rule);
}

fn span(id: &str, parent: &str) -> Value {
    json!({
        "trace_id": "1-5759e988-bd862e3fe1be46a994272793", "parent_id": parent, "id": id,
        "type": "subsegment", "name": "step", "start_time": 1, "end_time": 2,
    })
}

#[test]
fn valid_document_has_no_problems() {
    assert_eq!(problems(&[datagram(&valid())], PARENT), Vec::<String>::new());
}

#[test]
fn datagram_is_a_header_and_one_document() {
    let text = valid().to_string();
    for (bytes, rule) in [
        (text.clone(), "datagram 0: it has no header line"),
        (format!("{{\"format\":\"json\",\"version\":2}}\n{text}"), "datagram 0: the header line"),
        (format!("{HEADER}{text}{text}"), "one JSON document"),
        (format!("{HEADER}{text}\n{HEADER}"), "one JSON document"),
        (HEADER.to_owned(), "one JSON document"),
    ] {
        refused_bytes(&[bytes.into_bytes()], rule);
    }
    refused_bytes(&[b"\xff\n{}".to_vec()], "it is not UTF-8");
}

#[test]
fn datagram_fits_into_udp() {
    let mut document = valid();
    let room = 65_507 - datagram(&document).len() - r#","x":"""#.len();
    document["metadata"]["shop"]["x"] = json!("x".repeat(room));
    assert_eq!(problems(&[datagram(&document)], PARENT), Vec::<String>::new());
    document["metadata"]["shop"]["x"] = json!("x".repeat(room + 1));
    refused_bytes(&[datagram(&document)], "datagram 0: 65508 bytes are more than 65507");
}

#[test]
fn duplicate_member_names_are_reported() {
    let twice = valid().to_string().replacen(r#""ColdStart""#, r#""ColdStart":1,"ColdStart""#, 1);
    refused_bytes(&[format!("{HEADER}{twice}").into_bytes()], "\"ColdStart\" is twice");
}

#[test]
fn required_members_are_present() {
    for name in ["trace_id", "type", "start_time", "name"] {
        refused_without(&format!("/{name}"), &format!("document 0: `{name}` is missing"));
    }
    for name in ["id", "start_time", "name"] {
        let place = format!("/subsegments/0/subsegments/0/{name}");
        let told = format!("document 0.subsegments.0.subsegments.0: `{name}` is missing");
        let mut document = valid();
        let inner = document.pointer_mut("/subsegments/0/subsegments/0").expect("it is there");
        inner.as_object_mut().expect("it is an object").remove(name).expect(&place);
        assert!(problems(&[datagram(&document)], PARENT).contains(&told), "{place}");
    }
}

#[test]
fn unknown_members_are_reported() {
    refused(|it| it["duration"] = json!(1), "document 0: nobody knows a member \"duration\"");
    refused(
        |it| it["subsegments"][0]["http"]["request"]["path"] = json!("/"),
        "subsegments.0.http.request: nobody knows",
    );
}

#[test]
fn ids_are_sixteen_lower_case_hex_digits_and_not_zero() {
    let wrong = ["", "00000000000000A3", "a3", "00000000000000a3f", "0000000000000000", "g3"];
    for id in wrong {
        refused_as("/subsegments/0/subsegments/0/id", json!(id), &format!("\"{id}\" is not an id"));
        refused_as("/links/0/id", json!(id), &format!("\"{id}\" is not an id"));
    }
    refused_as("/subsegments/0/precursor_ids/0", json!(17), "17 is not an id");
}

#[test]
fn trace_ids_are_those_of_x_ray() {
    for id in [
        "",
        "1-5759e988-bd862e3fe1be46a99427279",
        "2-5759e988-bd862e3fe1be46a994272793",
        "1-5759e98-8bd862e3fe1be46a994272793",
        "1-5759g988-bd862e3fe1be46a994272793",
        "5759e988bd862e3fe1be46a994272793",
    ] {
        refused_as("/trace_id", json!(id), &format!("\"{id}\" is not a trace id"));
    }
}

#[test]
fn names_have_valid_length_and_characters() {
    for name in [
        "",
        &"x".repeat(201),
        "a<b>",
        "line\nbreak",
        "a*",
        "{id}",
        "\u{7}",
        "a\"b",
        "a\\b",
        "क\u{93f}",
        "e\u{301}",
        "Ⓐ",
    ] {
        refused_as("/name", json!(name), &format!("{} is not 1 to 200", json!(name)));
    }
    let mut document = valid();
    for name in ["_ . : / % & # = + - @ 1", "数値 ²", &"é".repeat(200)] {
        document["name"] = json!(name);
        assert_eq!(problems(&[datagram(&document)], PARENT), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn end_time_is_after_start_or_in_progress() {
    refused_as("/end_time", json!("2"), "\"2\" is not a number");
    refused_as("/start_time", json!(null), "null is not a number");
    refused(|it| it["start_time"] = json!(-1), "document 0: it starts before there was any time");
    refused(|it| it["end_time"] = json!(0.5), "document 0: it ends at 0.5, before it starts at 1");
    refused(|it| it["in_progress"] = json!(true), "`end_time` or `in_progress`, one of them");
    refused_without("/end_time", "`end_time` or `in_progress`, one of them");
    refused_without("/subsegments/0/end_time", "subsegments.0: it has `end_time` or");
    let false_progress = |it: &mut Value| {
        it.as_object_mut().expect("it is an object").remove("end_time");
        it["in_progress"] = json!(false);
    };
    refused(false_progress, "in_progress: false is not true");
}

#[test]
fn nested_subsegment_needs_no_trace_and_parent_id() {
    refused(
        |it| it["subsegments"][0]["trace_id"] = it["trace_id"].clone(),
        "document 0.subsegments.0: `trace_id` stands with its parent",
    );
    refused(
        |it| it["subsegments"][0]["parent_id"] = json!(PARENT),
        "document 0.subsegments.0: `parent_id` is not that of what it lies in",
    );
    refused_as("/subsegments", json!({}), "{} is not a list");
    refused_as("/type", json!("segment"), "\"segment\" is not one of");
}

#[test]
fn flags_are_booleans() {
    for flag in ["fault", "error", "throttle"] {
        refused_as(&format!("/{flag}"), json!("yes"), "\"yes\" is not true or false");
    }
}

#[test]
fn annotations_have_valid_keys_and_scalar_values() {
    for key in ["", "a-b", "a.b", "größe", "a b", &"x".repeat(501)] {
        refused(|it| it["annotations"][key] = json!(1), "is not the key of an annotation");
    }
    refused_as("/annotations/Service", json!("x".repeat(1001)), "");
    for value in [json!(null), json!([1]), json!({})] {
        refused_as("/annotations/Service", value, "");
    }
    refused_as("/annotations", json!([]), "[] is not an object");
    let mut document = valid();
    document["annotations"]["x".repeat(500)] = json!("é".repeat(1000));
    assert_eq!(problems(&[datagram(&document)], PARENT), Vec::<String>::new());
}

#[test]
fn metadata_is_grouped_into_objects() {
    refused_as("/metadata", json!("x"), "\"x\" is not an object");
    refused_as("/metadata/shop", json!(1), "1 is not an object");
    refused(|it| it["metadata"]["AWS.x"] = json!({}), "AWS.x: the namespace is reserved");
}

#[test]
fn http_members_are_short_strings_and_integers() {
    let long = json!("x".repeat(251));
    for name in ["method", "url"] {
        let place = format!("/subsegments/0/http/request/{name}");
        refused_as(&place, long.clone(), "");
        refused_as(&place, json!(1), "1 is not text of at most 250");
    }
    for name in ["user_agent", "client_ip"] {
        let change = |it: &mut Value| it["subsegments"][0]["http"]["request"][name] = long.clone();
        refused(change, "is not text of at most 250 characters");
    }
    refused_as("/subsegments/0/http/request/traced", json!(1), "1 is not true or false");
    for name in ["status", "content_length"] {
        refused_as(&format!("/subsegments/0/http/response/{name}"), json!("200"), "");
        refused_as(&format!("/subsegments/0/http/response/{name}"), json!(1.5), "");
    }
    refused_as("/subsegments/0/http", json!(1), "1 is not an object");
    refused_as("/subsegments/0/namespace", json!("local"), "\"local\" is not one of");
    refused_as("/subsegments/0/aws/operation", json!(1), "1 is not text");
    refused_as("/subsegments/0/aws/retries", json!("1"), "\"1\" is not a whole number");
    refused_as("/subsegments/0/sql/user", long, "");
    refused_as("/subsegments/0/sql/preparation", json!("x"), "\"x\" is not one of");
}

#[test]
fn cause_is_exceptions_or_the_id_of_one() {
    refused_as("/cause", json!("x"), "\"x\" is not an id");
    refused_as("/cause", json!(1), "1 is not an object");
    refused_as("/cause/paths", json!("src"), "\"src\" is not a list");
    refused_as("/cause/working_directory", json!(1), "1 is not text");
    refused_as("/cause/exceptions/1/message", json!(1), "1 is not text");
    refused_as("/cause/exceptions/1/type", json!(null), "null is not text");
    refused_as("/cause/exceptions/0/remote", json!(1), "1 is not true or false");
    refused_as("/cause/exceptions/0/truncated", json!("1"), "\"1\" is not a whole number");
    refused_as("/cause/exceptions/0/skipped", json!("1"), "\"1\" is not a whole number");
    refused_as("/cause/exceptions/0/stack/0/line", json!("17"), "\"17\" is not a whole number");
    refused_as("/cause/exceptions/0/stack/0/label", json!(17), "17 is not text");
    refused_as("/cause/exceptions/0/stack/0/path", json!(17), "17 is not text");
    refused_as("/cause/exceptions/0/stack", json!({}), "{} is not a list");
    refused(|it| it["cause"]["exceptions"][0]["cause"] = json!(PARENT), "no exception has the id");
    refused(
        |it| it["cause"]["exceptions"][1] = json!({"id": "00000000000000e2", "file": "x"}),
        "nobody knows a member \"file\"",
    );
    refused(
        |it| it["cause"]["exceptions"] = json!([{"message": "no"}]),
        "document 0.cause.exceptions.0: `id` is missing",
    );
}

#[test]
fn ids_of_a_trace_are_unique() {
    let again = [span("00000000000000a1", PARENT), span("00000000000000a1", PARENT)];
    refused_bytes(&again.map(|it| datagram(&it)), "00000000000000a1: the id is there twice");
    let exception = json!({"id": "00000000000000e1"});
    refused(
        |it| it["cause"]["exceptions"] = json!([exception, exception]),
        "trace: the id 00000000000000e1 of an exception is there twice",
    );
    refused(
        |it| it["subsegments"][0]["subsegments"][0]["id"] = json!("00000000000000e1"),
        "the id 00000000000000e1 of an exception is there twice",
    );
}

#[test]
fn in_progress_span_can_be_replaced() {
    let over = span("00000000000000a1", PARENT);
    let mut before = over.clone();
    before.as_object_mut().expect("it is an object").remove("end_time");
    before["in_progress"] = json!(true);
    let datagrams = [&before, &before, &over].map(datagram);
    assert_eq!(problems(&datagrams, PARENT), Vec::<String>::new());
    assert!(tree(&datagrams)["00000000000000a1"].is_over());
    let mut moved = over.clone();
    moved["parent_id"] = json!("00000000000000a2");
    let other = span("00000000000000a2", PARENT);
    refused_bytes(&[&other, &before, &moved].map(datagram), "its parent has changed");
    refused_bytes(&[&over, &before].map(datagram), "the id is there twice");
}

#[test]
fn every_span_has_the_invocation_as_ancestor() {
    let child = span("00000000000000a2", "00000000000000a1");
    let grandchild = span("00000000000000a3", "00000000000000a2");
    let told = "00000000000000a2: nobody is its parent \"00000000000000a1\"";
    refused_bytes(&[&child, &grandchild].map(datagram), told);
    let circle = [span("00000000000000a1", "00000000000000a2"), child];
    let told = problems(&circle.map(|it| datagram(&it)), PARENT);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|told| told.contains("it is its own ancestor")), "{told:?}");
}

#[test]
fn datagrams_are_of_one_trace() {
    let mut other = span("00000000000000a2", PARENT);
    other["trace_id"] = json!("1-5759e988-bd862e3fe1be46a994272794");
    let datagrams = [span("00000000000000a1", PARENT), other].map(|it| datagram(&it));
    refused_bytes(&datagrams, "there are several traces");
}

#[test]
fn tree_includes_nested_and_separate_spans() {
    let apart = span("00000000000000a4", "00000000000000a2");
    let tree = tree(&[&valid(), &apart].map(datagram));
    let told = tree.values().map(|it| (it.id.as_str(), it.parent.as_str(), it.name.as_str()));
    let expected = [
        ("00000000000000a1", PARENT, "## shop::handler"),
        ("00000000000000a2", "00000000000000a1", "DynamoDB"),
        ("00000000000000a3", "00000000000000a2", "Größe 1"),
        ("00000000000000a4", "00000000000000a2", "step"),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert!(tree.values().all(|span| span.document.get("subsegments").is_none()));
    assert_eq!(tree["00000000000000a2"].document["aws"]["operation"], "GetItem");
}
