//! The header that goes along with a call.

use std::time::Duration;

use aws_runtime::auth::{HttpSignatureType, SigV4OperationSigningConfig};
use aws_sdk_dynamodb::{
    config::interceptors::BeforeTransmitInterceptorContextMut,
    config::{ConfigBag, Intercept, RuntimeComponents},
    error::BoxError,
};
use powertools_tracer::testing::capture;
use serde_json::Value;

use super::{super::invoke_with, OK, always, client, client_of, only};

#[tokio::test]
async fn signatures_do_not_cover_the_header() {
    let (captured, server) = (capture(), always(200, OK).await);
    captured.invoke(client_of(&server).list_tables().send()).await.unwrap();
    let received = server.received();
    let signed = received[0].header("authorization");
    assert!(signed.contains("SignedHeaders=") && !signed.contains("x-amzn-trace-id"), "{signed}");
}

#[tokio::test]
async fn unsampled_call_has_no_span_and_forwards_the_header() {
    let (captured, server) = (capture(), always(200, OK).await);
    let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
    for header in [
        format!("{root};Parent=53995c3f42cd8ad8;Sampled=0;Lineage=25:a87bd80c:1"),
        format!("{root};Lineage=25:a87bd80c:1"),
    ] {
        invoke_with(&captured, &header, client_of(&server).list_tables().send()).await.unwrap();
        assert_eq!(server.received().last().unwrap().header("x-amzn-trace-id"), header);
    }
    assert_eq!(captured.spans(), Vec::<Value>::new());
}

#[tokio::test]
async fn nothing_is_propagated_without_an_invocation_or_header() {
    let (captured, server) = (capture(), always(200, OK).await);
    client_of(&server).list_tables().send().await.unwrap();
    invoke_with(&captured, "", client_of(&server).list_tables().send()).await.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert!(received.iter().all(|request| request.header("x-amzn-trace-id").is_empty()));
    assert_eq!(captured.spans(), Vec::<Value>::new());
}

#[tokio::test]
async fn header_set_by_the_caller_wins() {
    let (captured, server) = (capture(), always(200, OK).await);
    let call = client_of(&server).list_tables().customize().mutate_request(|request| {
        request.headers_mut().insert("x-amzn-trace-id", "Root=mine");
    });
    captured.invoke(call.send()).await.unwrap();
    assert_eq!(server.received()[0].header("x-amzn-trace-id"), "Root=mine");
    assert_eq!(only(&captured)["aws"]["operation"], "ListTables");
}

/// Has the SDK sign in the query, as it does for presigned requests.
#[derive(Debug)]
struct Presigning;

impl Intercept for Presigning {
    fn name(&self) -> &'static str {
        "Presigning"
    }

    fn modify_before_signing(
        &self,
        _: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let mut signing = config.load::<SigV4OperationSigningConfig>().cloned().unwrap();
        signing.signing_options.expires_in = Some(Duration::from_secs(60));
        signing.signing_options.signature_type = HttpSignatureType::HttpRequestQueryParams;
        config.interceptor_state().store_put(signing);
        Ok(())
    }
}

#[tokio::test]
async fn presigned_request_has_no_header_and_no_span() {
    let (captured, server) = (capture(), always(200, OK).await);
    let url = format!("http://{}", server.address);
    let client = client(&url, |config| config.interceptor(Presigning));
    captured.invoke(client.list_tables().send()).await.unwrap();
    let received = server.received();
    assert!(received[0].query.contains("X-Amz-Signature="), "{}", received[0].query);
    assert_eq!(received[0].header("x-amzn-trace-id"), "");
    let span = only(&captured);
    assert_eq!((&span["namespace"], &span["name"]), (&Value::Null, &"DynamoDB.ListTables".into()));
}
