//! The HTTP status of a response, in the handler's span, in a line and in metrics.

use lambda_http::{
    Body, Request, Response,
    aws_lambda_events::{
        alb::AlbTargetGroupResponse,
        apigw::{ApiGatewayProxyResponse, ApiGatewayV2httpResponse},
    },
};
use powertools::{Error, LambdaEvent, PowertoolsBuilder, testing::Captured};
use serde_json::{Value, json};

const REST: &str = include_str!("../../fixtures/events/api_gateway_rest.json");
const HTTP: &str = include_str!("../../fixtures/events/api_gateway_http.json");
const ALB: &str = include_str!("../../fixtures/events/load_balancer.json");
const URL: &str = include_str!("../../fixtures/events/function_url.json");
const SQS: &str = include_str!("../../fixtures/events/sqs.json");

/// Answers with the status that its variable says.
macro_rules! answers {
    ($type:ty, $status:expr) => {
        async |_: LambdaEvent<Value>| {
            let mut response = <$type>::default();
            response.status_code = $status;
            Ok::<_, Error>(response)
        }
    };
}

fn flags(span: &Value) -> [bool; 3] {
    ["fault", "error", "throttle"].map(|flag| span.get(flag) == Some(&json!(true)))
}

#[tokio::test]
async fn typed_response_sets_the_status_of_the_handler_span() {
    let captured = Captured::new();
    captured.invoke_json(answers!(ApiGatewayProxyResponse, 503), REST).await;
    captured.invoke_json(answers!(ApiGatewayV2httpResponse, 404), HTTP).await;
    captured.invoke_json(answers!(AlbTargetGroupResponse, 429), ALB).await;
    captured.invoke_json(answers!(ApiGatewayV2httpResponse, 200), URL).await;
    let spans = captured.spans();
    let status: Vec<_> = spans.iter().map(|span| &span["http"]["response"]["status"]).collect();
    assert_eq!(status, [503, 404, 429, 200]);
    let flags: Vec<_> = spans.iter().map(flags).collect();
    assert_eq!(
        flags,
        [[true, false, false], [false, true, false], [false, true, true], [false; 3]]
    );
}

#[tokio::test]
async fn lambda_http_and_untyped_responses_set_the_status() {
    let captured = Captured::new();
    let http =
        async |_: Request| Ok::<_, Error>(Response::builder().status(502).body(Body::Empty)?);
    captured.invoke_json(http, HTTP).await;
    let untyped = async |_: LambdaEvent<Value>| Ok::<_, Error>(json!({"statusCode": 418}));
    captured.invoke_json(untyped, URL).await;
    let spans = captured.spans();
    let status: Vec<_> = spans.iter().map(|span| &span["http"]["response"]["status"]).collect();
    assert_eq!(status, [502, 418]);
}

#[tokio::test]
async fn status_code_in_a_response_to_another_event_is_ignored() {
    let captured = Captured::with(asked_for);
    captured.invoke_json(answers!(ApiGatewayProxyResponse, 503), SQS).await;
    captured.invoke_json(answers!(ApiGatewayProxyResponse, 503), r#"{"order": 1}"#).await;
    for span in captured.spans() {
        assert_eq!((flags(&span), span.get("http")), ([false; 3], None), "{span:#}");
    }
    assert_eq!((captured.lines(), captured.documents()), (vec![], vec![]));
}

fn asked_for(powertools: PowertoolsBuilder) -> PowertoolsBuilder {
    powertools
        .logger(|logger| logger.log_http_status(true))
        .metrics(|metrics| metrics.http_status_metrics(true))
}

#[tokio::test]
async fn status_is_logged_and_counted_if_enabled() {
    let captured = Captured::with(asked_for);
    captured.invoke_json(answers!(ApiGatewayProxyResponse, 200), REST).await;
    captured.invoke_json(answers!(ApiGatewayV2httpResponse, 404), HTTP).await;
    captured.invoke_json(answers!(AlbTargetGroupResponse, 500), ALB).await;
    let told: Vec<_> = captured
        .lines()
        .iter()
        .map(|line| json!([line["level"], line["message"], line["http.response.status_code"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["INFO", "response sent", 200]),
            json!(["INFO", "response sent", 404]),
            json!(["ERROR", "response sent", 500]),
        ]
    );
    assert_eq!(captured.metric("fault"), [0.0, 0.0, 1.0]);
    assert_eq!(captured.metric("error"), [0.0, 1.0, 0.0]);
}

#[tokio::test]
async fn failed_handler_is_a_fault_in_metrics() {
    let captured = Captured::with(asked_for);
    let fails = async |_: LambdaEvent<Value>| Err::<Value, Error>("broken".into());
    captured.invoke_json(fails, REST).await;
    let panics = async |_: LambdaEvent<Value>| -> Result<Value, Error> { panic!("on purpose") };
    captured.invoke_json(panics, HTTP).await;
    let says_nothing = async |_: LambdaEvent<Value>| Ok::<_, Error>("hello");
    captured.invoke_json(says_nothing, HTTP).await;
    assert_eq!(captured.metric("fault"), [1.0, 1.0, 0.0]);
}

#[tokio::test]
async fn status_is_neither_logged_nor_counted_by_default() {
    let captured = Captured::new();
    captured.invoke_json(answers!(ApiGatewayProxyResponse, 503), REST).await;
    assert_eq!((captured.lines(), captured.documents()), (vec![], vec![]));
}
