//! Whatever is logged comes back: valid JSON, each key once, nothing lost.

use std::fmt;

use powertools_logger::{
    Formatter, PowertoolsFormatter, Redaction, ScopedKeys, append_key, exception, json,
    testing::{Captured, capture},
};
use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Number, Value};

use super::invocation;

/// Any JSON value, with awkward text in it.
fn any_json() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        // Eighths come back exactly from a parser that rounds; the rest is the business of `logged_fields_parse_to_equal_values`.
        any::<i32>().prop_filter_map("finite", |n| Number::from_f64(f64::from(n) / 8.0)),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number.prop_map(Value::Number),
        any_text().prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Value::Array),
            vec((any_text(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Text with quotes, control characters and what lies beyond ASCII.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\x00-\\x7f]{0,40}",
        Just("\u{2028}\"\\\u{0}\u{1e}\n".to_owned())
    ]
}

/// Captures with nothing redacted: any text may look like a secret.
fn unredacted() -> Captured {
    Captured::with(|logger| logger.redaction(Redaction::none()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn logged_fields_parse_to_equal_values(
        text in any_text(), signed in any::<i64>(), unsigned in any::<u64>(),
        float in any::<f64>(), flag in any::<bool>(), message in any_text(), nested in any_json(),
    ) {
        let captured = unredacted();
        tracing::info!(text, signed, unsigned, float, flag, shown = %text, debug = ?text, nested = json(&nested), "{message}");
        let lines = captured.lines();
        prop_assert_eq!(lines.len(), 1);
        let line: Value = serde_json::from_str(&lines[0]).unwrap();
        prop_assert_eq!(&line["text"], &text);
        prop_assert_eq!(&line["shown"], &text);
        prop_assert_eq!(&line["debug"], &format!("{text:?}"));
        prop_assert_eq!(&line["signed"], signed);
        prop_assert_eq!(&line["unsigned"], unsigned);
        prop_assert_eq!(&line["flag"], flag);
        prop_assert_eq!(&line["message"], &message);
        prop_assert_eq!(&line["nested"], &nested);
        if float.is_finite() {
            let (_, rest) = lines[0].split_once("\"float\":").unwrap();
            let written = rest.split([',', '}']).next().unwrap();
            prop_assert_eq!(written.parse(), Ok(float));
        } else {
            prop_assert!(line["float"].is_string());
        }
    }

    #[test]
    fn keys_of_any_name_appear_once_with_the_innermost_value(
        outer in vec((any_text(), any_json()), 0..12),
        middle in vec((any_text(), any_json()), 0..12),
        inner in vec((any_text(), any_json()), 0..12),
    ) {
        let captured = unredacted();
        invocation("r").in_scope(|| {
            outer.iter().for_each(|(key, value)| append_key(key, value));
            scoped(&middle).in_scope(|| scoped(&inner).in_scope(|| tracing::info!("line")));
        });
        let lines = captured.lines();
        let members = distinct_members(&lines[0]);
        let expected: Map<String, Value> = [outer, middle, inner].concat().into_iter().collect();
        for (key, value) in expected {
            let found = members.get(&key).filter(|_| !is_reserved(&key)).or_else(|| members.get(&format!("{key}_")));
            prop_assert_eq!(found, Some(&value), "key {:?}", key);
        }
    }
}

fn scoped(keys: &[(String, Value)]) -> ScopedKeys {
    keys.iter().fold(ScopedKeys::new(), |keys, (key, value)| keys.with(key, value))
}

fn is_reserved(key: &str) -> bool {
    PowertoolsFormatter.reserved().contains(&key)
}

/// The members of a line; fails if a key stands there twice.
fn distinct_members(line: &str) -> Map<String, Value> {
    struct Distinct;
    impl<'de> serde::de::Visitor<'de> for Distinct {
        type Value = Map<String, Value>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(
            self,
            mut map: A,
        ) -> Result<Self::Value, A::Error> {
            let mut members = Map::new();
            while let Some((key, value)) = map.next_entry::<String, Value>()? {
                assert!(members.insert(key.clone(), value).is_none(), "{key:?} stands there twice");
            }
            Ok(members)
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(line);
    serde::Deserializer::deserialize_map(&mut deserializer, Distinct).expect("a line is an object")
}

#[test]
fn integers_beyond_64_bits_are_exact() {
    let captured = capture();
    tracing::info!(big = u128::MAX, small = i128::MIN, "numbers");
    let line = captured.lines().remove(0);
    assert!(line.contains(&format!("\"big\":{}", u128::MAX)), "{line}");
    assert!(line.contains(&format!("\"small\":{}", i128::MIN)), "{line}");
}

#[test]
fn line_has_ten_thousand_keys() {
    let captured = capture();
    invocation("r").in_scope(|| {
        (0..10_000).for_each(|n| append_key(&format!("key{n}"), n));
        tracing::info!(key7 = "inner", "many");
    });
    let members = distinct_members(&captured.lines()[0]);
    assert_eq!(
        (&members["key0"], &members["key7"], &members["key9999"]),
        (&0.into(), &"inner".into(), &9999.into())
    );
    assert!(members.len() > 10_000);
}

#[test]
fn line_over_the_cloudwatch_limit_is_truncated_with_a_note() {
    let captured = capture();
    let huge = "x".repeat(2 * 1024 * 1024);
    tracing::info!(huge, small = "kept", "first");
    tracing::info!(small = "kept", "{huge}");
    for line in captured.lines() {
        assert!(line.len() < 1024 * 1024, "{} bytes", line.len());
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["small"], "kept");
        let cut = if line["message"] == "first" { &line["huge"] } else { &line["message"] };
        assert!(cut.as_str().unwrap().starts_with("<cut: 2097154 bytes"), "{cut}");
    }
    tracing::info!(half = "x".repeat(512 * 1024), "fits");
    assert_eq!(captured.last()["half"].as_str().unwrap().len(), 512 * 1024);
}

#[test]
fn line_with_too_many_keys_keeps_the_standard_keys_and_counts_the_rest() {
    let captured = capture();
    invocation("r").in_scope(|| {
        (0..20_000).for_each(|n| append_key(&format!("{n:060}"), n));
        tracing::info!("many");
    });
    let lines = captured.lines();
    assert!(lines[0].len() < 1024 * 1024, "{} bytes", lines[0].len());
    let members = distinct_members(&lines[0]);
    assert_eq!(members["function_request_id"], "r");
    let there = members.keys().filter(|key| key.len() == 60).count();
    assert_eq!(members["keys_cut"], 20_000 - there);
}

#[test]
fn value_that_logs_while_being_logged_is_harmless() {
    struct Chatty;
    impl fmt::Debug for Chatty {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            // `tracing` drops events from within a scoped subscriber; a global one would pass them on.
            tracing::info!(inner = json(&[1]), "inside");
            f.write_str("chatty")
        }
    }
    let captured = capture();
    tracing::info!(value = ?Chatty, after = 1, "outside");
    let line = captured.last();
    assert_eq!(
        (&line["value"], &line["after"], &line["message"]),
        (&"chatty".into(), &1.into(), &"outside".into())
    );
}

#[test]
fn event_without_message_has_an_empty_message() {
    let captured = capture();
    tracing::info!(order_id = 17);
    assert_eq!(
        (&captured.last()["message"], &captured.last()["order_id"]),
        (&"".into(), &17.into())
    );
}

#[test]
fn raw_and_dotted_field_names_are_written_as_declared() {
    let captured = capture();
    tracing::info!(r#type = "order", order.id = 17, "names");
    assert_eq!(
        (&captured.last()["type"], &captured.last()["order.id"]),
        (&"order".into(), &17.into())
    );
}

#[test]
fn span_fields_are_shown_from_the_root_to_the_leaf_and_may_be_recorded_late() {
    let captured = capture();
    let root = tracing::info_span!("root", a = 1, b = 1, late = tracing::field::Empty);
    let _root = root.enter();
    let leaf = tracing::info_span!("leaf", b = 2, c = 2);
    let _leaf = leaf.enter();
    root.record("late", "now");
    root.record("a", 3);
    tracing::info!(c = 3, d = 3, error = exception(&fmt::Error), "event");
    let line = captured.lines().remove(0);
    let order = ["\"late\":\"now\"", "\"a\":3", "\"b\":2", "\"c\":3", "\"d\":3", "\"exception\":"];
    let places: Vec<_> = order
        .iter()
        .map(|part| line.find(part).unwrap_or_else(|| panic!("{part} in {line}")))
        .collect();
    assert!(places.is_sorted(), "{line}");
}

#[test]
fn fields_are_kept_with_more_open_spans_than_slots() {
    let captured = capture();
    let spans: Vec<_> =
        (0..1000).map(|n| tracing::info_span!("span", n, late = tracing::field::Empty)).collect();
    for (n, span) in spans.iter().enumerate() {
        span.record("late", n);
        span.in_scope(|| tracing::info!("in it"));
    }
    for (n, line) in captured.values().iter().enumerate() {
        assert_eq!((&line["n"], &line["late"]), (&n.into(), &n.into()));
    }
}
