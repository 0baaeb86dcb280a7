//! What a span allocates.

use std::io;

use powertools_core::{Environment, Invocation};
use powertools_tracer::{DatagramSink, Tracer, XRayExporter};
use tracing_subscriber::layer::SubscriberExt;

use super::sampled;

struct NoopExporter;

impl DatagramSink for NoopExporter {
    fn send(&self, datagram: &[u8]) -> io::Result<()> {
        assert!(datagram.ends_with(b"}"));
        Ok(())
    }
}

/// Counts what `work` allocates when it is done a thousand times, after the buffers have grown.
fn allocations(header: &str, work: impl Fn(&Tracer, &Invocation)) -> u64 {
    let environment = Environment::empty();
    let tracer = Tracer::builder()
        .environment(environment)
        .exporter(XRayExporter::new(NoopExporter))
        .build();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(tracer.layer()), || {
        let invocation = Invocation::builder("r-1").trace_header(header).build();
        tracer.open(&invocation);
        invocation.in_scope(|| {
            (0..10).for_each(|_| work(&tracer, &invocation));
            let counted = allocation_counter::measure(|| {
                (0..1000).for_each(|_| work(&tracer, &invocation));
            });
            counted.count_total
        })
    })
}

fn span() {
    tracing::info_span!("checkout", tenant = "t-1", shard = 7, region = "eu-west-1")
        .in_scope(|| ());
}

#[test]
fn span_and_its_datagram_do_not_allocate() {
    let counted = allocations(&sampled(), |tracer, invocation| {
        span();
        tracer.flush(invocation);
    });
    assert_eq!(counted, 0);
}

#[powertools_tracer::traced(fields(id), annotations(tenant = tenant))]
fn place(id: u32, tenant: &str) -> Result<usize, io::Error> {
    Ok(tenant.len())
}

#[test]
fn unsampled_span_does_not_allocate() {
    let header = sampled().replace("Sampled=1", "Sampled=0");
    assert_eq!(allocations(&header, |_, _| span()), 0);
    let call = |_: &Tracer, _: &Invocation| assert!(place(7, "t-1").is_ok());
    assert_eq!(allocations(&header, call), 0);
}
