//! Documents in moto's X-Ray, where the daemon would take them: they come back as one trace.

use std::collections::BTreeSet;

use powertools_tracer::metadata;
use serde_json::{Value, json};
use tracing::info_span;

use super::validator::{problems, tree};
use super::{PARENT, Recorded, TRACE};

pub(crate) mod server;

use server::Server;

const HEADER: &str = "{\"format\":\"json\",\"version\":1}\n";

/// How many documents one call of `PutTraceSegments` takes.
const MOST_DOCUMENTS: usize = 50;

#[test]
#[ignore = "needs moto: run `cargo xtask test`"]
fn split_trace_is_complete_in_moto() {
    let recorded = Recorded::with(2048, |tracer| tracer);
    recorded.invoke(|| {
        let _work = info_span!("work").entered();
        for order in 0..40 {
            let _order = info_span!("order", order).entered();
            for item in 0..3 {
                info_span!("item", item).in_scope(|| metadata("note", "x".repeat(200)));
            }
        }
    });
    let datagrams = recorded.datagrams();
    assert!(datagrams.len() > 10, "{} datagrams are hardly split", datagrams.len());
    assert_eq!(problems(&datagrams, PARENT), Vec::<String>::new());
    let server = Server::start();
    let documents = datagrams.iter().map(|datagram| document(datagram)).collect::<Vec<_>>();
    for some in documents.chunks(MOST_DOCUMENTS) {
        assert_eq!(server.put(some), json!({"UnprocessedTraceSegments": []}));
    }
    let answer = server.traces(&[TRACE]);
    let [trace] = answer["Traces"].as_array().expect("it is a list").as_slice() else {
        panic!("one trace, not {answer}");
    };
    assert_eq!(trace["Id"], TRACE);
    let returned = segments(trace);
    assert_eq!(problems(&returned, PARENT), Vec::<String>::new());
    assert_eq!(tree(&returned), tree(&datagrams));
    assert_eq!(tree(&returned).len(), 1 + 40 * (1 + 3));
}

#[test]
#[ignore = "needs moto: run `cargo xtask test`"]
fn invalid_document_is_refused() {
    let server = Server::start();
    let valid =
        json!({"trace_id": TRACE, "id": PARENT, "name": "x", "start_time": 1, "end_time": 2});
    assert_eq!(server.put(&[valid.to_string()]), json!({"UnprocessedTraceSegments": []}));
    for missing in ["id", "name", "trace_id", "start_time", "end_time"] {
        let mut document = valid.clone();
        document.as_object_mut().expect("it is an object").remove(missing);
        let answer = server.put(&[document.to_string()]);
        let refused = answer["UnprocessedTraceSegments"].as_array().map(Vec::len);
        assert_eq!(refused, Some(1), "without `{missing}`: {answer}");
    }
    let absent = "1-00000000-000000000000000000000000";
    assert_eq!(server.traces(&[absent])["UnprocessedTraceIds"], json!([absent]));
}

/// Returns the document in a datagram, as the daemon hands it on.
fn document(datagram: &[u8]) -> String {
    let text = std::str::from_utf8(datagram).expect("it is text");
    text.strip_prefix(HEADER).expect("it has a header").to_owned()
}

/// Returns the documents of a trace as datagrams again.
fn segments(trace: &Value) -> Vec<Vec<u8>> {
    let segments = trace["Segments"].as_array().expect("it is a list");
    let ids = segments.iter().map(|segment| segment["Id"].as_str()).collect::<BTreeSet<_>>();
    assert_eq!(ids.len(), segments.len(), "each is there once");
    let text = |segment: &Value| segment["Document"].as_str().expect("it is text").to_owned();
    segments.iter().map(|segment| (HEADER.to_owned() + &text(segment)).into_bytes()).collect()
}
