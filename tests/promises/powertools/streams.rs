use serde_json::json;

use super::fixture::{SAMPLED, Whole};

#[tokio::test]
async fn a_stream_is_streamed_and_not_looked_into() {
    let whole = Whole::start(|builder| builder.env("WHOLE", "stream")).await;
    let outcome = whole.local.invocation(&json!({})).trace_header(SAMPLED).send().await.unwrap();
    let (_, body) = outcome.http_parts().unwrap();
    assert_eq!(&body[..], b"one two");
    let document = whole.document();
    assert_eq!(document["name"], "## handler");
    assert!(document.get("metadata").is_none(), "{document:#}");
}
