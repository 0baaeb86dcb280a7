//! What an invocation sends.

use std::io;
use std::sync::{Arc, Mutex};

use powertools_core::testing::share_call_sites;
use powertools_tracer::{DatagramSink, Environment, Invocation, Tracer, TracerBuilder, XRay};
use tracing_subscriber::layer::SubscriberExt;

/// The trace of the invocation, and the span that it hangs under.
pub(super) const TRACE: &str = "1-5759e988-bd862e3fe1be46a994272793";
pub(super) const PARENT: &str = "53995c3f42cd8ad8";

/// Returns the datagrams, of at most that many bytes, of a sampled invocation that does `work`.
pub(super) fn sent(
    largest: usize,
    configure: impl FnOnce(TracerBuilder) -> TracerBuilder,
    work: impl FnOnce(),
) -> Vec<Vec<u8>> {
    share_call_sites();
    let kept = Kept::default();
    let builder = configure(Tracer::builder().environment(Environment::of([("", ""); 0])));
    let tracer = builder.exporter(XRay::new(kept.clone()).largest_datagram(largest)).build();
    let header = format!("Root={TRACE};Parent={PARENT};Sampled=1");
    let invocation = Invocation::builder("request").trace_header(header).build();
    let subscriber = tracing_subscriber::registry().with(tracer.layer());
    tracing::subscriber::with_default(subscriber, || {
        tracer.open(&invocation);
        invocation.in_scope(work);
        tracer.close(&invocation);
    });
    kept.0.lock().expect("no other test has it").clone()
}

/// Keeps datagrams.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Vec<u8>>>>);

impl DatagramSink for Kept {
    fn send(&self, datagram: &[u8]) -> io::Result<()> {
        self.0.lock().expect("no other test has it").push(datagram.to_vec());
        Ok(())
    }
}
