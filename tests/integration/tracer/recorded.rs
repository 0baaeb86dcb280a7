//! A tracer for X-Ray whose datagrams are kept.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex},
};

use powertools_core::{
    ColdStart, Environment, InitializationType, Invocation, testing::enable_all_callsites,
};
use powertools_tracer::{DatagramSink, Tracer, TracerBuilder, XRayExporter};
use tracing::{Dispatch, dispatcher::DefaultGuard};
use tracing_subscriber::layer::SubscriberExt;

use super::{
    PARENT, sampled,
    validator::{Span, problems, tree},
};

/// Datagrams, kept instead of sent.
#[derive(Clone, Debug, Default)]
struct Datagrams(Arc<Mutex<Vec<Vec<u8>>>>);

impl DatagramSink for Datagrams {
    fn send(&self, datagram: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().push(datagram.to_vec());
        Ok(())
    }
}

/// A tracer for X-Ray whose datagrams are kept.
pub(super) struct Recorded {
    datagrams: Datagrams,
    pub(super) tracer: Tracer,
    pub(super) dispatch: Dispatch,
}

impl Recorded {
    pub(super) fn new() -> Self {
        Self::with(65_507, |tracer| tracer)
    }

    pub(super) fn with(
        largest: usize,
        configure: impl FnOnce(TracerBuilder) -> TracerBuilder,
    ) -> Self {
        enable_all_callsites();
        let datagrams = Datagrams::default();
        let exporter = XRayExporter::new(datagrams.clone()).max_datagram_size(largest);
        let builder = Tracer::builder()
            .environment(Environment::empty())
            .cold_start(ColdStart::own(InitializationType::OnDemand))
            .exporter(exporter);
        let tracer = configure(builder).build();
        let dispatch = Dispatch::new(tracing_subscriber::registry().with(tracer.layer()));
        Self { datagrams, tracer, dispatch }
    }

    /// Makes this the subscriber of this thread.
    pub(super) fn enter(&self) -> DefaultGuard {
        tracing::dispatcher::set_default(&self.dispatch)
    }

    /// Runs `work` as a sampled invocation.
    pub(super) fn invoke<R>(&self, work: impl FnOnce() -> R) -> R {
        self.invoke_with(&sampled(), work)
    }

    pub(super) fn invoke_with<R>(&self, header: &str, work: impl FnOnce() -> R) -> R {
        let _entered = self.enter();
        let invocation = Invocation::builder("r-1").trace_header(header).build();
        self.tracer.open(&invocation);
        let result = invocation.in_scope(work);
        self.tracer.close(&invocation);
        result
    }

    pub(super) fn datagrams(&self) -> Vec<Vec<u8>> {
        self.datagrams.0.lock().unwrap().clone()
    }

    /// Returns the spans by their names, when every datagram is as X-Ray wants it.
    pub(super) fn spans(&self) -> BTreeMap<String, Span> {
        by_name(&self.datagrams())
    }
}

/// Returns the spans of datagrams by their names, when X-Ray would take them.
pub(super) fn by_name(datagrams: &[Vec<u8>]) -> BTreeMap<String, Span> {
    assert_eq!(problems(datagrams, PARENT), Vec::<String>::new());
    tree(datagrams).into_values().map(|span| (span.name.clone(), span)).collect()
}
