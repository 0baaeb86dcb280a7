//! What OpenTelemetry's API injects into requests, by the propagator that the program sets.

use std::collections::HashMap;

use opentelemetry::{Context, global, propagation::TextMapCompositePropagator};
use opentelemetry_aws::trace::XrayPropagator;
use opentelemetry_sdk::propagation::TraceContextPropagator;

use super::{SAMPLED, Setup, TRACE_ID, id, named};

fn inject() -> HashMap<String, String> {
    let mut headers = HashMap::new();
    global::get_text_map_propagator(|it| it.inject_context(&Context::current(), &mut headers));
    headers
}

/// One test, since the propagator is the process's; no other one sets it.
#[tokio::test]
async fn requests_have_the_headers_of_the_configured_propagators() {
    let (setup, memory) = Setup::in_memory();
    let work = async {
        let _work = tracing::info_span!("work").entered();
        let before = inject();
        global::set_text_map_propagator(TextMapCompositePropagator::new(vec![
            Box::new(XrayPropagator::default()),
            Box::new(TraceContextPropagator::new()),
        ]));
        let own = powertools_tracer::current_header().unwrap().to_string();
        (before, inject(), own)
    };
    let (before, headers, own) = setup.invoke(SAMPLED, work).await;
    assert_eq!(before, HashMap::new());
    assert_eq!(headers["x-amzn-trace-id"], own);
    let work = id(&named(&memory)["work"]);
    assert_eq!(headers["traceparent"], format!("00-{TRACE_ID}-{work}-01"));
}
