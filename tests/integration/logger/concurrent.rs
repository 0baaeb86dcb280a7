//! Many invocations in one process, as on Lambda Managed Instances.

use std::{collections::HashMap, time::Duration};

use powertools_local::Local;
use serde_json::{Value, json};
use tokio::task::JoinSet;

const INVOCATIONS: u32 = 64;
const LINES: usize = 100;

#[tokio::test]
async fn concurrent_invocations_never_mix_their_lines() {
    let local = Local::builder("chatty").concurrency(INVOCATIONS).timeout(Duration::from_secs(60));
    let local = local.binary(env!("CARGO_BIN_EXE_chatty")).start().await.unwrap();
    let mut all = JoinSet::new();
    for number in 0..INVOCATIONS {
        let order = json!({"together": INVOCATIONS, "number": number, "lines": LINES});
        let invocation = local.invocation(&order);
        all.spawn(async move { (number, invocation.send().await.unwrap()) });
    }
    let mut numbers = HashMap::new();
    while let Some(result) = all.join_next().await {
        let (number, outcome) = result.unwrap();
        assert_eq!(outcome.function_error, None);
        numbers.insert(outcome.request_id, number);
    }
    assert_every_line_is_whole_and_its_own(&local.function_lines(), &numbers);
}

fn assert_every_line_is_whole_and_its_own(lines: &[String], numbers: &HashMap<String, u32>) {
    let mut counts = HashMap::new();
    for line in lines {
        let line: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let id = line["function_request_id"].as_str().expect("every line has a request id");
        assert_eq!(line["number"], numbers[id], "{line}");
        assert!(line.get("of").is_none_or(|of| *of == numbers[id]), "{line}");
        *counts.entry(id.to_owned()).or_insert(0) += 1;
    }
    assert_eq!(counts.len(), numbers.len());
    assert!(counts.values().all(|count| *count == LINES), "{counts:?}");
}
