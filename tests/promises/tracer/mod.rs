//! Promises about traces.

mod allocations;
mod capture;
mod concurrent;
mod defects;
mod log_lines;
mod moto;
mod odd;
mod runtime;
mod trees;
pub(crate) mod validator;

use std::{
    collections::BTreeMap,
    io,
    net::UdpSocket,
    sync::{Arc, Mutex},
    time::Duration,
};

use powertools_core::{
    ColdStart, Environment, InitializationType, Invocation, testing::share_call_sites,
};
use powertools_tracer::{DatagramSink, Tracer, TracerBuilder, XRay};
use tracing::{Dispatch, dispatcher::DefaultGuard};
use tracing_subscriber::layer::SubscriberExt;

use validator::{problems, tree};

const TRACE: &str = "1-5759e988-bd862e3fe1be46a994272793";
const PARENT: &str = "53995c3f42cd8ad8";

/// A trace header that says that the invocation is sampled.
fn sampled() -> String {
    format!("Root={TRACE};Parent={PARENT};Sampled=1")
}

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
struct Recorded {
    datagrams: Datagrams,
    tracer: Tracer,
    dispatch: Dispatch,
}

impl Recorded {
    fn new() -> Self {
        Self::with(65_507, |tracer| tracer)
    }

    fn with(largest: usize, configure: impl FnOnce(TracerBuilder) -> TracerBuilder) -> Self {
        share_call_sites();
        let datagrams = Datagrams::default();
        let exporter = XRay::new(datagrams.clone()).largest_datagram(largest);
        let builder = Tracer::builder()
            .environment(Environment::of([("", ""); 0]))
            .cold_start(ColdStart::own(InitializationType::OnDemand))
            .exporter(exporter);
        let tracer = configure(builder).build();
        let dispatch = Dispatch::new(tracing_subscriber::registry().with(tracer.layer()));
        Self { datagrams, tracer, dispatch }
    }

    /// Makes this the subscriber of this thread.
    fn enter(&self) -> DefaultGuard {
        tracing::dispatcher::set_default(&self.dispatch)
    }

    /// Runs `work` as a sampled invocation.
    fn invoke<R>(&self, work: impl FnOnce() -> R) -> R {
        self.invoke_with(&sampled(), work)
    }

    fn invoke_with<R>(&self, header: &str, work: impl FnOnce() -> R) -> R {
        let _entered = self.enter();
        let invocation = Invocation::builder("r-1").trace_header(header).build();
        self.tracer.open(&invocation);
        let result = invocation.in_scope(work);
        self.tracer.close(&invocation);
        result
    }

    fn datagrams(&self) -> Vec<Vec<u8>> {
        self.datagrams.0.lock().unwrap().clone()
    }

    /// Returns the spans by their names, when every datagram is as X-Ray wants it.
    fn spans(&self) -> BTreeMap<String, validator::Span> {
        by_name(&self.datagrams())
    }
}

fn by_name(datagrams: &[Vec<u8>]) -> BTreeMap<String, validator::Span> {
    assert_eq!(problems(datagrams, PARENT), Vec::<String>::new());
    tree(datagrams).into_values().map(|span| (span.name.clone(), span)).collect()
}

/// A socket that plays the X-Ray daemon.
struct Daemon(UdpSocket);

impl Daemon {
    fn start() -> Self {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        Self(socket)
    }

    fn address(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }

    fn environment(&self) -> Environment {
        Environment::of([("AWS_XRAY_DAEMON_ADDRESS", self.address())])
    }

    /// Returns what has come, when nothing more comes for a while.
    fn datagrams(&self) -> Vec<Vec<u8>> {
        let mut datagrams = Vec::new();
        let mut buffer = vec![0; 70_000];
        while let Ok(length) = self.0.recv(&mut buffer) {
            datagrams.push(buffer[..length].to_vec());
        }
        datagrams
    }
}
