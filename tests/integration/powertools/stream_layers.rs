//! Streaming responses with the utilities' own layers, in a unit test, and of `lambda_http`.

use std::{convert::Infallible, io, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt, stream};
use http_body_util::StreamBody;
use hyper::body::Frame;
use lambda_http::{Request, Response};
use lambda_runtime::{Error, LambdaEvent, MetadataPrelude, Runtime, StreamResponse, service_fn};
use powertools::{
    ColdStart, Environment, InitializationType, WriterSink,
    logger::Logger,
    metrics::{self, Metric, Metrics, Namespace},
    testing::Captured,
};
use powertools_core::testing::enable_all_callsites;
use powertools_local::Local;
use powertools_tracer::{Tracer, testing::MemoryExporter};
use serde_json::{Value, json};
use tower_layer::Layer;
use tracing::{Instrument, info_span};

use super::fixture::SAMPLED;

const CHUNKS: Metric = Metric::count("ChunksSent");

type Chunk = Result<&'static str, io::Error>;

fn body(fails: bool) -> impl Stream<Item = Chunk> + Send + Unpin + 'static {
    let steps = stream::unfold(0, move |at| async move {
        let chunk = match at {
            0 | 1 => send().instrument(info_span!("send chunk")).await,
            2 if fails => Err(io::Error::other("disk full")),
            _ => return None,
        };
        Some((chunk, at + 1))
    });
    Box::pin(steps)
}

async fn send() -> Chunk {
    tokio::task::yield_now().await;
    tracing::info!("chunk sent");
    metrics::record(&CHUNKS, 1);
    Ok("chunk ")
}

async fn handler(
    event: LambdaEvent<Value>,
) -> Result<StreamResponse<impl Stream<Item = Chunk> + Unpin>, Error> {
    let stream = body(event.payload["fails"] == true);
    Ok(StreamResponse { metadata_prelude: MetadataPrelude::default(), stream })
}

/// The utilities, writing to the function's log.
struct Utilities {
    local: Local,
    logger: Logger,
    metrics: Metrics,
    tracer: Tracer,
    spans: MemoryExporter,
}

impl Utilities {
    async fn start() -> Self {
        enable_all_callsites();
        let local =
            Local::builder("export").timeout(Duration::from_secs(20)).start().await.unwrap();
        let environment = || Environment::empty();
        let cold_start = || ColdStart::own(InitializationType::OnDemand);
        let spans = MemoryExporter::default();
        Self {
            logger: Logger::builder()
                .environment(environment())
                .cold_start(cold_start())
                .sink(WriterSink::new(local.log_writer()))
                .build(),
            metrics: Metrics::builder()
                .environment(environment())
                .cold_start(cold_start())
                .namespace(const { Namespace::new("Test") })
                .sink(WriterSink::new(local.log_writer()))
                .build(),
            tracer: Tracer::builder()
                .environment(environment())
                .cold_start(cold_start())
                .exporter(spans.clone())
                .build(),
            local,
            spans,
        }
    }

    async fn send(&self, event: Value) {
        self.local.invocation(&event).trace_header(SAMPLED).send().await.unwrap();
    }

    /// Lines and documents of metrics.
    fn lines(&self) -> (Vec<Value>, Vec<Value>) {
        let lines = self.local.function_lines();
        let values = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
        values.partition(|line| line.get("_aws").is_none())
    }

    fn assert_told(&self) {
        let (lines, documents) = self.lines();
        assert_eq!(lines.len(), 3, "{lines:#?}");
        assert!(lines.iter().all(|line| line["function_request_id"].is_string()), "{lines:#?}");
        assert_eq!(lines[2]["message"], "response stream failed");
        assert_eq!(documents.len(), 1, "{documents:#?}");
        assert_eq!(documents[0]["ChunksSent"], json!([2.0]));
        let spans = self.spans.spans();
        let names: Vec<_> = spans.iter().map(|span| span["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["## handler", "send chunk", "send chunk"]);
        assert_eq!(spans[0]["fault"], true);
        assert!(spans[1..].iter().all(|span| span["parent_id"] == spans[0]["id"]), "{spans:#?}");
    }
}

#[tokio::test]
async fn layers_of_the_utilities_keep_a_body_in_its_invocation() {
    let utilities = Utilities::start().await;
    let Utilities { logger, metrics, tracer, .. } = &utilities;
    let _default = tracing::subscriber::set_default(logger.subscriber_with(tracer.layer()));
    let service = metrics.handler_layer().layer(service_fn(handler));
    let service = tracer.handler_layer().layer(logger.handler_layer().layer(service));
    let (inner, between, outer) =
        (metrics.runtime_layer(), tracer.runtime_layer(), logger.runtime_layer());
    let runtime = || Runtime::new(service).layer(inner).layer(between).layer(outer);
    utilities.local.serve(runtime).unwrap();
    utilities.send(json!({"fails": true})).await;
    // What follows the answer is done before the next event is taken.
    utilities.local.invoke(&json!({})).await.unwrap();
    let (lines, documents) = utilities.lines();
    assert_eq!(lines[2]["message"], "response stream failed", "{lines:#?}");
    assert_eq!(documents[0]["ChunksSent"], json!([2.0]), "{documents:#?}");
    let spans = utilities.spans.spans();
    assert_eq!((&spans[0]["name"], &spans[0]["fault"]), (&json!("## handler"), &json!(true)));
    assert_eq!(spans[1]["parent_id"], spans[0]["id"]);
}

#[tokio::test]
async fn handler_layers_end_with_the_body() {
    let utilities = Utilities::start().await;
    let Utilities { logger, metrics, tracer, .. } = &utilities;
    let _default = tracing::subscriber::set_default(logger.subscriber_with(tracer.layer()));
    let service = metrics.handler_layer().layer(service_fn(handler));
    let service = tracer.handler_layer().layer(logger.handler_layer().layer(service));
    utilities.local.serve(|| Runtime::new(service)).unwrap();
    utilities.send(json!({"fails": true})).await;
    utilities.assert_told();
}

#[tokio::test]
async fn captured_stream_is_in_its_invocation() {
    let captured = Captured::new();
    let answer = captured.invoke(handler, &json!({})).await;
    assert_eq!(answer.bytes(), b"chunk chunk ");
    assert_eq!(captured.metric("ChunksSent"), [2.0]);
    let lines = captured.lines();
    assert!(lines.iter().all(|line| line["function_request_id"].is_string()), "{lines:#?}");
    let spans = captured.spans();
    assert!(spans[1..].iter().all(|span| span["parent_id"] == spans[0]["id"]), "{spans:#?}");
}

const REQUEST: &str = include_str!("../../fixtures/events/api_gateway_http.json");

async fn serve(
    _: Request,
) -> Result<
    Response<StreamBody<impl Stream<Item = Result<Frame<Bytes>, io::Error>> + Send + Unpin>>,
    Infallible,
> {
    let frames = body(true).map_ok(|chunk| Frame::data(Bytes::from(chunk)));
    Ok(Response::builder().status(503).body(StreamBody::new(frames)).unwrap())
}

#[tokio::test]
async fn streaming_body_of_lambda_http_is_in_its_invocation() {
    let captured = Captured::new();
    let service = powertools::streaming_response(service_fn(serve));
    captured.invoke_json(service, REQUEST).await;
    assert_eq!(captured.metric("ChunksSent"), [2.0]);
    assert_eq!(captured.lines().last().unwrap()["message"], "response stream failed");
    let handler = &captured.spans()[0];
    assert_eq!(handler["http"]["response"]["status"], 503, "{handler:#}");
    assert_eq!(handler["cause"]["exceptions"][0]["message"], "disk full");
}
