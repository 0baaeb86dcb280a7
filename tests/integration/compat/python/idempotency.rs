//! Powertools for Python's idempotency, asked for keys and records.

mod one_table;
mod table;

use powertools_idempotency::CanonicalForm;
use serde_json::{Value, json};

use super::super::{
    idempotency::{
        Answer, Vector, ours,
        values::{Numbers, texts},
    },
    line_process::LineProcess,
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/compat/idempotency.py");

fn start() -> LineProcess {
    LineProcess::of(super::start(SCRIPT))
}

fn question(payload: &str, expression: Option<&str>) -> Value {
    json!({"op": "key", "payload": payload, "expression": expression})
}

fn answer(python: &Value) -> Answer {
    let text = |name: &str| python[name].as_str().map(str::to_owned);
    match (text("key"), text("data"), python.get("error")) {
        (Some(key), Some(data), None) => {
            // Python writes it where JSON has no number, and only Python reads it back.
            let data = Some(data).filter(|data| !data.contains("Infinity"));
            Answer::Key { key, data }
        }
        (None, None, None) => Answer::NoKey,
        _ => Answer::Failure,
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
async fn ten_thousand_keys_and_results_equal_those_of_powertools_for_python() {
    let payloads = texts(12_500, Numbers::Any);
    let questions = payloads.iter().map(|payload| question(payload, None)).collect();
    let answers = start().ask_all(questions);
    let mut keyed = 0;
    for (payload, python) in payloads.iter().zip(&answers) {
        assert_eq!(python.get("error"), None, "{payload}: {python}");
        if let Some(text) = python["text"].as_str() {
            assert_eq!(CanonicalForm::Python.of(payload).unwrap(), text, "of {payload}");
            keyed += 1;
        }
        assert_eq!(ours(payload, None).await, answer(python), "{payload}");
    }
    assert!(keyed > 10_000, "{keyed} payloads have a key");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
async fn jmespath_keys_equal_those_of_powertools_for_python() {
    let expression =
        "powertools_json(body).{whole: @, first: [0], some: [:2], names: [].{x: a, y: b}}";
    let wrapped = |body: &String| json!({"body": body}).to_string();
    let payloads: Vec<_> = texts(3_000, Numbers::OfJmesPath).iter().map(wrapped).collect();
    let questions = payloads.iter().map(|payload| question(payload, Some(expression))).collect();
    let answers = start().ask_all(questions);
    for (payload, python) in payloads.iter().zip(&answers) {
        assert_eq!(python.get("error"), None, "{payload}: {python}");
        assert_eq!(ours(payload, Some(expression)).await, answer(python), "{payload}: {python}");
    }
    let keyed = answers.iter().filter(|python| python["key"].is_string()).count();
    assert!(keyed > 2_500, "{keyed} payloads have a key");
}

#[test]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
fn recorded_vectors_equal_output_of_powertools_for_python() {
    let vectors = Vector::all();
    let ask = |vector: &Vector| question(&vector.payload, vector.expression.as_deref());
    let answers = start().ask_all(vectors.iter().map(ask).collect());
    for (vector, python) in vectors.iter().zip(&answers) {
        assert_eq!(python.get("error").is_some(), vector.fails, "{vector:?}: {python}");
        assert_eq!(python["key"].as_str(), vector.key.as_deref(), "{vector:?}");
        assert_eq!(python["text"].as_str(), vector.text.as_deref(), "{vector:?}");
    }
}
