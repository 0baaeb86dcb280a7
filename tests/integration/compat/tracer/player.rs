//! Plays the scenarios with our tracer, through both of its tower layers and over UDP.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::UdpSocket;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use lambda_runtime::tower::ServiceExt;
use lambda_runtime::{Config, Context, LambdaEvent, LambdaInvocation, service_fn};
use powertools_core::testing::enable_all_callsites;
use powertools_tracer::{Clock, ColdStart, Environment, InitializationType, ManualClock, Tracer};
use tower_layer::Layer;
use tracing_subscriber::layer::SubscriberExt;

use super::scenario::{Document, Invocation, Scenario};
use super::steps;

/// What one invocation sent.
#[derive(Debug)]
pub(crate) struct Datagram {
    /// The invocation's number in its scenario.
    pub(crate) invocation: usize,
    pub(crate) bytes: Vec<u8>,
}

/// Plays every scenario and returns what our tracer sent, by the scenario's name.
pub(crate) fn datagrams() -> BTreeMap<String, Vec<Datagram>> {
    let document = Document::read();
    let sent = |each: &Scenario| (each.name.clone(), play(each, &document));
    document.scenarios.iter().map(sent).collect()
}

/// Plays one scenario as if in a process of its own.
fn play(scenario: &Scenario, document: &Document) -> Vec<Datagram> {
    enable_all_callsites();
    let daemon = UdpSocket::bind("127.0.0.1:0").expect("there is a free port");
    daemon.set_nonblocking(true).expect("sockets can do so");
    let tracer = tracer(scenario, document, &daemon);
    let subscriber = tracing_subscriber::registry().with(tracer.layer());
    let invocations = scenario.invocations.iter().enumerate();
    let sent = invocations.flat_map(|(number, invocation)| {
        let context = context(document, document.trace_header(number, invocation));
        invoke(&tracer, invocation, context);
        received(&daemon).map(move |bytes| Datagram { invocation: number, bytes })
    });
    tracing::subscriber::with_default(subscriber, || sent.collect())
}

/// A tracer of a process that has nothing but the scenario's environment.
fn tracer(scenario: &Scenario, document: &Document, daemon: &UdpSocket) -> Tracer {
    let mut environment = document.environment_of(scenario);
    let address = daemon.local_addr().expect("it is bound").to_string();
    environment.insert("AWS_XRAY_DAEMON_ADDRESS".to_owned(), address);
    let environment = Environment::of(environment);
    let initialization = InitializationType::from_environment(&environment);
    let mut builder = Tracer::builder()
        .environment(environment)
        .cold_start(ColdStart::own(initialization))
        .clock(Ticking(ManualClock::at(SystemTime::now())));
    if let Some(service) = &scenario.tracer.service {
        builder = builder.service(service);
    }
    if let Some(disabled) = scenario.tracer.disabled {
        builder = builder.disabled(disabled);
    }
    builder.build_with_warnings().0
}

/// Does what the runtime does with one invocation.
#[tokio::main(flavor = "current_thread")]
async fn invoke(tracer: &Tracer, invocation: &Invocation, context: Context) {
    let handler = service_fn(async |_: LambdaEvent<()>| {
        steps::take(&invocation.steps).await.map(|()| invocation.response())
    });
    let handler = tracer.handler_layer().layer(handler);
    let runtime = service_fn(async |request: LambdaInvocation| {
        // Lambda would report the failure; the tracer has had its say.
        let _ = handler.clone().oneshot(LambdaEvent::new((), request.context)).await;
        Ok::<_, Infallible>(())
    });
    let parts = http::Response::new(()).into_parts().0;
    let request = LambdaInvocation { parts, body: "{}".into(), context };
    let Ok(()) = tracer.runtime_layer().layer(runtime).oneshot(request).await;
}

fn context(document: &Document, trace_header: Option<String>) -> Context {
    let mut config = Config::default();
    config.function_name.clone_from(&document.context.function_name);
    let mut context = Context::default();
    context.env_config = Arc::new(config);
    context.request_id = "6f6fbb85-3a4c-4b5c-9d3e-6d1c1e0a5b7e".to_owned();
    context.xray_trace_id = trace_header;
    context
}

/// Takes what was sent to the daemon; on the loopback device that is there at once.
fn received(daemon: &UdpSocket) -> impl Iterator<Item = Vec<u8>> {
    let mut buffer = vec![0; 1 << 16];
    std::iter::from_fn(move || match daemon.recv(&mut buffer) {
        Ok(length) => Some(buffer[..length].to_vec()),
        Err(error) if error.kind() == ErrorKind::WouldBlock => None,
        Err(error) => panic!("{error}"),
    })
}

/// A clock that moves with every look at it, so that no two spans begin together.
struct Ticking(ManualClock);

impl Clock for Ticking {
    fn now(&self) -> SystemTime {
        self.0.advance(Duration::from_millis(1));
        self.0.now()
    }
}
