use serde_json::{Value, json};

use super::fixture::{SAMPLED, Whole};

/// What Lambda is told, the only ERROR line, and the cause in the trace.
async fn failed(event: &Value) -> (Value, Value, Value) {
    let whole = Whole::start(|builder| builder).await;
    let outcome = whole.local.invocation(event).trace_header(SAMPLED).send().await.unwrap();
    let told = outcome.json::<Value>().unwrap();
    let (lines, _) = whole.lines();
    let errors = lines.iter().filter(|line| line["level"] == "ERROR").collect::<Vec<_>>();
    assert_eq!(errors.len(), 1, "{lines:#?}");
    let document = whole.document();
    assert_eq!(document["fault"], true, "{document:#}");
    let told = json!({"errorType": told["errorType"], "errorMessage": told["errorMessage"]});
    (told, errors[0].clone(), document["cause"]["exceptions"][0].clone())
}

#[tokio::test]
async fn error_has_one_name_in_response_log_and_trace() {
    let (told, line, cause) = failed(&json!({"fail": {"product": "tea"}})).await;
    let message = "tea can't be had";
    assert_eq!(told, json!({"errorType": "Unavailable", "errorMessage": message}));
    assert_eq!(
        (&line["exception_name"], &line["exception"]),
        (&json!("Unavailable"), &json!(message))
    );
    assert_eq!(line["stack_trace"]["causes"][0], json!({"type": "Empty", "value": "nothing left"}));
    assert_eq!((&cause["type"], &cause["message"]), (&json!("Unavailable"), &json!(message)));
}

#[tokio::test]
async fn derived_error_type_wins_in_a_box() {
    let (told, line, cause) = failed(&json!({"choose": {"product": "tea"}})).await;
    assert_eq!(told, json!({"errorType": "OutOfStock", "errorMessage": "tea is out of stock"}));
    assert_eq!(line["exception_name"], "OutOfStock");
    assert_eq!(line["location"], "powertools::handler");
    assert_eq!(cause["type"], "OutOfStock");
}

#[tokio::test]
async fn text_error_has_a_name() {
    let (told, line, _) = failed(&json!({"say": {"text": "no tea"}})).await;
    assert_eq!(told, json!({"errorType": "Error", "errorMessage": "no tea"}));
    assert_eq!(
        (&line["exception"], &line["message"]),
        (&json!("no tea"), &json!("handler failed"))
    );
}

#[tokio::test]
async fn secrets_in_the_message_of_an_error_or_a_panic_are_redacted() {
    let message =
        "error sending request for url (https://api.example/pay?token=4242): password=4242";
    for event in [json!({"say": {"text": message}}), json!({"panic": {"message": message}})] {
        let (told, line, cause) = failed(&event).await;
        let shown = "error sending request for url (https://api.example/pay): password=[redacted]";
        assert_eq!(told["errorMessage"], shown);
        for (printed, whole) in [(&line["exception"], &line), (&cause["message"], &cause)] {
            assert_eq!(printed, shown);
            assert!(!whole.to_string().contains("4242"), "{whole}");
        }
    }
}

#[tokio::test]
async fn panic_has_one_name_in_response_log_and_trace() {
    let (told, line, cause) = failed(&json!({"panic": {"message": "no tea at all"}})).await;
    assert_eq!(told, json!({"errorType": "panic", "errorMessage": "no tea at all"}));
    assert_eq!((&line["exception_name"], &line["message"]), (&json!("panic"), &json!("panicked")));
    assert_eq!(cause["type"], "panic");
}

#[tokio::test]
async fn invalid_event_is_reported_by_member_without_its_value() {
    let (told, line, cause) = failed(&json!({"succeed": {"value": "secret"}})).await;
    assert_eq!(told["errorType"], "EventError");
    let message = told["errorMessage"].as_str().unwrap();
    assert!(message.contains("`succeed.value`: invalid type: string, expected u32"), "{message}");
    assert_eq!(
        (&line["exception_name"], &line["exception"]),
        (&json!("EventError"), &json!(message))
    );
    assert_eq!(line["message"], "event could not be deserialized");
    assert_eq!(cause["type"], "EventError");
    assert!(!line.to_string().contains("secret"));
}

#[tokio::test]
async fn function_continues_after_each_error() {
    let whole = Whole::start(|builder| builder).await;
    for event in [json!({"panic": {"message": "x"}}), json!({"say": {"text": "x"}}), json!([])] {
        let outcome = whole.local.invoke(&event).await.unwrap();
        assert!(outcome.function_error.is_some());
        let outcome = whole.local.invoke(&json!({"succeed": {"value": 7}})).await.unwrap();
        assert_eq!((outcome.json::<u32>().unwrap(), outcome.cold_start), (7, false));
    }
}
