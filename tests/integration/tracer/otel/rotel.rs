//! Rotel, a collector of OpenTelemetry, as somebody else who reads what we write.

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use flate2::read::GzDecoder;
use opentelemetry::trace::{Tracer as _, TracerProvider};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use serde_json::{Value, json};

use super::super::PATIENCE;
use super::{PARENT, Setup, collector};

struct Rotel {
    process: Child,
    address: SocketAddr,
}

impl Rotel {
    /// Starts it with what says where spans go.
    fn start(arguments: &[&str]) -> Self {
        let program = std::env::var_os("POWERTOOLS_ROTEL");
        let program = program.expect("POWERTOOLS_ROTEL names it: run `cargo xtask test`");
        let address = free_address();
        let mut command = Command::new(program);
        command.arg("start").args(["--otlp-http-endpoint", &address.to_string()]);
        command.args(["--otlp-grpc-endpoint", &free_address().to_string()]).args(arguments);
        command.env("AWS_ACCESS_KEY_ID", "id").env("AWS_SECRET_ACCESS_KEY", "key");
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let rotel = Self { process, address };
        let started = Instant::now();
        while TcpStream::connect(rotel.address).is_err() {
            assert!(started.elapsed() < PATIENCE, "it does not listen on {address}");
            thread::sleep(Duration::from_millis(10));
        }
        rotel
    }

    fn setup(&self) -> Setup {
        let endpoint = format!("http://{}/v1/traces", self.address);
        let exporter = SpanExporter::builder().with_http().with_endpoint(endpoint).build().unwrap();
        Setup::with(exporter, |otel| otel.flush_timeout(PATIENCE), |tracer| tracer.service("shop"))
    }
}

impl Drop for Rotel {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// Runs an invocation with spans of both kinds in a trace of today; returns its id.
async fn work(setup: &Setup) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let trace_id = format!("1-{now:08x}-bd862e3fe1be46a994272793");
    let work = async {
        let _outer = tracing::info_span!("outer", sku = "tea").entered();
        powertools_tracer::annotation("Express", true);
        powertools_tracer::metadata_in("billing", "net", 4.5);
        setup.api.tracer("test").in_span("call", |_| ());
        tracing::info_span!("inner").in_scope(|| tracing::error!("out of tea"));
    };
    setup.invoke(&format!("Root={trace_id};Parent={PARENT};Sampled=1"), work).await;
    assert_eq!(setup.errors(), Vec::<String>::new());
    trace_id
}

#[tokio::test]
#[ignore = "needs Rotel: run `cargo xtask test`"]
async fn rotel_forwards_every_span() {
    let (address, body) = collector();
    let endpoint = format!("http://{address}");
    let rotel = Rotel::start(&[
        "--exporter=otlp",
        "--otlp-exporter-protocol=http",
        "--otlp-exporter-endpoint",
        &endpoint,
    ]);
    let setup = rotel.setup();
    let trace_id = work(&setup).await;
    // It compresses, whatever it is told.
    let (body, mut plain) = (body.join().unwrap(), Vec::new());
    GzDecoder::new(&body[..]).read_to_end(&mut plain).unwrap();
    let request = ExportTraceServiceRequest::decode(&plain[..]).unwrap();
    let scopes = request.resource_spans.iter().flat_map(|it| &it.scope_spans);
    let spans: Vec<_> = scopes.flat_map(|it| it.spans.clone()).collect();
    let mut names: Vec<_> = spans.iter().map(|span| &*span.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["call", "inner", "outer"]);
    let hex = |bytes: &[u8]| bytes.iter().map(|it| format!("{it:02x}")).collect::<String>();
    let outer = spans.iter().find(|span| span.name == "outer").unwrap();
    assert_eq!(hex(&outer.parent_span_id), PARENT);
    for span in &spans {
        assert_eq!(hex(&span.trace_id), trace_id.replace('-', "")[1..]);
        assert!(span.name == "outer" || span.parent_span_id == outer.span_id, "{span:?}");
    }
}

#[tokio::test]
#[ignore = "needs Rotel: run `cargo xtask test`"]
async fn rotel_builds_a_connected_xray_trace() {
    let (address, body) = collector();
    let endpoint = format!("http://{address}");
    let rotel =
        Rotel::start(&["--exporter=aws-xray", "--xray-exporter-custom-endpoint", &endpoint]);
    let setup = rotel.setup();
    let trace_id = work(&setup).await;
    let sent: Value = serde_json::from_slice(&body.join().unwrap()).unwrap();
    let documents = sent["TraceSegmentDocuments"].as_array().unwrap();
    let documents: Vec<Value> =
        documents.iter().map(|it| serde_json::from_str(it.as_str().unwrap()).unwrap()).collect();
    let named = |name: &str| documents.iter().find(|it| it["name"] == name).unwrap();
    let outer = named("outer");
    assert_eq!((&outer["trace_id"], &outer["parent_id"]), (&json!(trace_id), &json!(PARENT)));
    for name in ["call", "inner"] {
        assert_eq!(named(name)["parent_id"], outer["id"], "{name}");
    }
}
