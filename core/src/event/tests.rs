//! What is shown of events.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Shows an event by the default names, and checks that every reader takes it.
fn shown(event: &str) -> String {
    shown_with(event, &[])
}

fn shown_with(event: &str, pointers: &[&str]) -> String {
    let pointers: Vec<Pointer> = pointers.iter().map(|pointer| Pointer::new(pointer)).collect();
    let shown = show(event.as_bytes(), &Redaction::default(), &pointers).unwrap().into_owned();
    assert!(serde_json::from_str::<Value>(&format!("{{\"event\":{shown}}}")).is_ok(), "{shown}");
    shown
}

fn value(event: &Value, pointers: &[&str]) -> Value {
    serde_json::from_str(&shown_with(&event.to_string(), pointers)).unwrap()
}

#[test]
fn pointers_redact_members_elements_and_all_elements() {
    let event = json!({"a": {"b/c": 1}, "list": [{"x": 1}, {"x": 2, "y": 3}, 4], "n": null});
    let pointers = ["/a/b~1c", "/list/-/x", "/list/2", "/nowhere/at/all", "/list/9", "/n"];
    let expected = json!({
        "a": {"b/c": REDACTED}, "list": [{"x": REDACTED}, {"x": REDACTED, "y": 3}, REDACTED], "n": REDACTED,
    });
    assert_eq!(value(&event, &pointers), expected);
    assert_eq!(value(&event, &[""]), REDACTED);
    assert_eq!(value(&event, &["list.0"]), REDACTED);
}

#[test]
fn pointers_to_headers_ignore_case_and_form() {
    let event = json!({
        "headers": {"X-Card": "4242", "Accept": "*"},
        "multiValueHeaders": {"x-card": ["4242"], "Accept": ["*"]},
    });
    let expected = json!({
        "headers": {"X-Card": REDACTED, "Accept": "*"},
        "multiValueHeaders": {"x-card": REDACTED, "Accept": ["*"]},
    });
    for pointer in ["/headers/x-card", "/headers/X-CARD", "/multiValueHeaders/X-Card"] {
        assert_eq!(value(&event, &[pointer]), expected, "{pointer}");
    }
    assert_eq!(
        value(&event, &["/headers"]),
        json!({"headers": REDACTED, "multiValueHeaders": REDACTED})
    );
}

#[test]
fn pointers_to_query_parameters_redact_every_form() {
    let event = json!({
        "rawQueryString": "code=4242&page=1",
        "queryStringParameters": {"code": "4242", "page": "1"},
        "multiValueQueryStringParameters": {"code": ["4242"], "page": ["1"]},
    });
    let expected = json!({
        "rawQueryString": "code=[redacted]&page=1",
        "queryStringParameters": {"code": REDACTED, "page": "1"},
        "multiValueQueryStringParameters": {"code": REDACTED, "page": ["1"]},
    });
    assert_eq!(value(&event, &["/queryStringParameters/code"]), expected);
    let all = value(&event, &["/queryStringParameters"]);
    assert_eq!(all["rawQueryString"], REDACTED);
    let pointer = Pointer::new("/queryStringParameters/code");
    let by_pointer =
        show(event.to_string().as_bytes(), &Redaction::none(), &[pointer]).unwrap().into_owned();
    assert!(!by_pointer.contains("4242"), "{by_pointer}");
}

#[test]
fn pointers_reach_into_json_strings() {
    let event = json!({"body": r#"{"card": {"number": 4242}, "id": 1}"#});
    let expected = json!({"body": r#"{"card": {"number": "[redacted]"}, "id": 1}"#});
    assert_eq!(value(&event, &["/body/card/number"]), expected);
    assert_eq!(value(&json!({"body": "card=4242"}), &["/body/card"]), json!({"body": REDACTED}));
}

#[test]
fn sensitive_names_are_redacted_at_any_depth() {
    let event = json!({
        "headers": {"Authorization": "Bearer s3cr3t", "X-API-Key": "s3cr3t", "Accept": "*"},
        "multiValueHeaders": {"Authorization": ["Bearer s3cr3t"], "Set-Cookie": ["a=s3cr3t", "b=s3cr3t"]},
        "queryStringParameters": {"token": "s3cr3t", "nextToken": "page-2"},
        "rawQueryString": "token=s3cr3t&page=2",
        "cookies": ["session=s3cr3t"],
        "authorizationToken": "s3cr3t",
        "identitySource": ["Bearer s3cr3t"],
        "body": r#"{"user": "me", "password": "s3cr3t"}"#,
        "request": {"password": "s3cr3t", "challengeAnswer": "s3cr3t", "clientMetadata": {"password": null}},
        "Records": [{"body": json!({"Message": json!({"db": {"DB_PASSWORD": "s3cr3t", "port": 1}}).to_string()}).to_string()}],
        "list": [[{"secret": 7, "other": 7}], {"token": {"a": ["s3cr3t"]}, "cookie": [], "jwt": {}, "password": ""}],
    });
    let expected = json!({
        "headers": {"Authorization": REDACTED, "X-API-Key": REDACTED, "Accept": "*"},
        "multiValueHeaders": {"Authorization": REDACTED, "Set-Cookie": REDACTED},
        "queryStringParameters": {"token": REDACTED, "nextToken": "page-2"},
        "rawQueryString": "token=[redacted]&page=2",
        "cookies": REDACTED,
        "authorizationToken": REDACTED,
        "identitySource": REDACTED,
        "body": r#"{"user": "me", "password": "[redacted]"}"#,
        "request": {"password": REDACTED, "challengeAnswer": REDACTED, "clientMetadata": {"password": null}},
        "Records": [{"body": json!({"Message": json!({"db": {"DB_PASSWORD": REDACTED, "port": 1}}).to_string()}).to_string()}],
        "list": [[{"secret": REDACTED, "other": 7}], {"token": REDACTED, "cookie": [], "jwt": {}, "password": ""}],
    });
    assert_eq!(value(&event, &[]), expected);
}

#[test]
fn escaped_names_are_recognized() {
    assert_eq!(shown(r#"{"pass\u0077ord":"s3cr3t"}"#), r#"{"pass\u0077ord":"[redacted]"}"#);
    assert_eq!(shown_with(r#"{"\u0061":1}"#, &["/a"]), r#"{"\u0061":"[redacted]"}"#);
    let body = shown(r#"{"body":"{\u0022password\u0022:\u0022s3cr3t\u0022}"}"#);
    assert_eq!(body, r#"{"body":"{\"password\":\"[redacted]\"}"}"#);
    assert_eq!(shown(r#"["https:\/\/a.example\/b?x=s3cr3t"]"#), r#"["https://a.example/b"]"#);
}

#[test]
fn pairs_of_a_name_and_a_value_are_redacted() {
    let event = json!({
        "cloudfront": {"authorization": [{"key": "Authorization", "value": "Bearer s3cr3t"}]},
        "codebuild": [{"value": {"a": ["s3cr3t"]}, "name": "DB_PASSWORD", "type": "x"}, {"name": "PORT", "value": "1"}],
        "stack": [{"ParameterKey": "DbPassword", "ParameterValue": "s3cr3t"}],
        "list": [["authorization", "Bearer s3cr3t"], ["accept", "*"], ["a", "token", "b"]],
        "empty": {"name": "password", "value": null},
        "nested": {"value": {"name": "token", "value": "s3cr3t"}, "name": "harmless"},
    });
    let expected = json!({
        "cloudfront": {"authorization": REDACTED},
        "codebuild": [{"value": REDACTED, "name": "DB_PASSWORD", "type": "x"}, {"name": "PORT", "value": "1"}],
        "stack": [{"ParameterKey": "DbPassword", "ParameterValue": REDACTED}],
        "list": [["authorization", REDACTED], ["accept", "*"], ["a", "token", "b"]],
        "empty": {"name": "password", "value": null},
        "nested": {"value": {"name": "token", "value": REDACTED}, "name": "harmless"},
    });
    assert_eq!(value(&event, &[]), expected);
}

#[test]
fn base64_with_a_secret_is_redacted() {
    let encoded = |text: &str| BASE64.encode(text);
    let event = json!({
        "isBase64Encoded": true,
        "body": encoded("user=me&password=s3cr3t"),
        "kinesis": [{"data": encoded(r#"{"token":"s3cr3t"}"#)}, {"data": encoded(r#"{"order":17}"#)}],
        "image": BASE64.encode([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0]),
    });
    let mut expected = event.clone();
    expected["body"] = REDACTED.into();
    expected["kinesis"][0]["data"] = REDACTED.into();
    assert_eq!(value(&event, &[]), expected);
    assert_eq!(value(&event, &["/body/user"])["body"], REDACTED);
}

#[test]
fn redaction_can_be_changed() {
    let event = br#"{"iban":"x","token":"y","url":"https://a/b?c=d"}"#;
    let redaction =
        Redaction::default().with_names(["iban"]).without_names(["token"]).with_full_urls();
    let shown = show(event, &redaction, &[]).unwrap();
    assert_eq!(shown, r#"{"iban":"[redacted]","token":"y","url":"https://a/b?c=d"}"#);
    let shown = show(event, &Redaction::none(), &[]).unwrap();
    assert!(matches!(shown, Cow::Borrowed(_)) && shown.as_bytes() == event);
}

#[test]
fn unredacted_bytes_are_unchanged() {
    let event = r#" {"z" : 1.50, "a":20241128123456789012345,
        "password":"x", "\u0061":[ 1E5,-0 ], "z":"\/\u00e9\ud83d\ude00" } "#;
    assert_eq!(shown(event), event.replace(r#""x""#, r#""[redacted]""#));
}

#[test]
fn redacted_event_is_valid_json_for_every_parser() {
    assert_eq!(shown(r#"{"\ud83d":"a\ude00\ud83d\ude00"}"#), r#"{"\ufffd":"a\ufffd\ud83d\ude00"}"#);
    assert_eq!(shown("[1e400,-1e999,1e300]"), r#"["1e400","-1e999",1e300]"#);
    assert_eq!(show(b"\"\xff\"", &Redaction::default(), &[]).unwrap(), "\"\u{fffd}\"");
    assert_eq!(
        show(b"[1", &Redaction::default(), &[]).unwrap_err().to_string(),
        "expected `,` or `]` at byte 2"
    );
}

#[test]
fn values_nested_over_a_hundred_levels_are_text() {
    let nested = |levels: usize, inner: &str| "[".repeat(levels) + inner + &"]".repeat(levels);
    assert_eq!(shown(&nested(100, "1")), nested(100, "1"));
    let event = nested(100, r#"[{"a":"\ud83d","password":"s3cr3t","b":[1e400]},7],8"#);
    let deep = r#""[{\"a\":\"\\ufffd\",\"password\":\"[redacted]\",\"b\":[1e400]},7]",8"#;
    assert_eq!(shown(&event), nested(100, deep));
    for levels in [127, 128, 300, 1_000_000] {
        assert_eq!(shown(&nested(levels, r#"{"token":"s3cr3t"}"#)).matches("s3cr3t").count(), 0);
    }
    let objects = r#"{"value":"#.repeat(30_000) + "1" + &r#","name":"token"}"#.repeat(30_000);
    assert_eq!(shown(&objects), r#"{"value":"[redacted]","name":"token"}"#);
}

fn json() -> impl Strategy<Value = Value> {
    let name = r"password|X-Api-Key|[a-z]{0,3}|name|value|headers|body";
    let text = r#"s3cr3t|token=s3cr3t|[ -~]{0,12}|é|\{"token":"s3cr3t"\}"#;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(name, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Asserts that two values are the same but for what is redacted, and that no sensitive member is left.
fn assert_only_redacted(before: &Value, after: &Value) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            assert!(before.keys().eq(after.keys()), "{before:?} {after:?}");
            for (name, value) in after {
                let is_shown = || {
                    matches!(value, Value::Null | Value::Bool(_))
                        || [json!(""), json!([]), json!({}), json!(REDACTED)].contains(value)
                };
                assert!(!Redaction::default().is_sensitive(name) || is_shown(), "{name}: {value}");
                assert_only_redacted(&before[name], value);
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            before
                .iter()
                .zip(after)
                .for_each(|(before, after)| assert_only_redacted(before, after));
        }
        _ if before == after => {}
        (_, Value::String(after)) => assert!(
            after.contains(REDACTED) || before.to_string().contains("://"),
            "{before} {after}"
        ),
        _ => unreachable!("{before} became {after}"),
    }
}

proptest! {
    #[test]
    fn only_secrets_are_changed(event in json(), is_pretty: bool) {
        let text = if is_pretty { serde_json::to_string_pretty(&event) } else { serde_json::to_string(&event) }.unwrap();
        // Read again, because serde_json rounds the last digit of some numbers.
        let event = serde_json::from_str(&text).unwrap();
        let shown = shown(&text);
        assert_only_redacted(&event, &serde_json::from_str(&shown).unwrap());
        // What was redacted aside, the bytes are the same.
        let hidden = Redaction::none();
        prop_assert_eq!(show(text.as_bytes(), &hidden, &[]).unwrap(), &*text);
    }

    #[test]
    fn redacted_event_is_json(
        text in r#"(\[|\]|\{|\}|:|,|"password"|"value"|"name"|"[a-c\\ud83\"]{0,8}"|null|1e400|-?[0-9]{1,3}| |\n){0,24}"#,
        pointer in "(/(-|0|a|value|headers)){0,3}",
    ) {
        let pointers = [Pointer::new(&pointer)];
        // Once more where values become too deep to be shown.
        for levels in [0, 99] {
            let text = "[".repeat(levels) + &text + &"]".repeat(levels);
            if let Ok(shown) = show(text.as_bytes(), &Redaction::default(), &pointers) {
                prop_assert!(serde_json::from_str::<Value>(&shown).is_ok(), "{} became {}", text, shown);
            }
        }
    }

    #[test]
    fn random_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let quoted = [b"{\"a\":\"", &*bytes, b"\"}"].concat();
        for event in [&*bytes, &*quoted] {
            if let Ok(shown) = show(event, &Redaction::default(), &[Pointer::new("/a/0")]) {
                prop_assert!(serde_json::from_str::<Value>(&shown).is_ok());
            }
        }
    }
}
