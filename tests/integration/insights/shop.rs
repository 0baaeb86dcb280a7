//! A function that uses everything and does what its events say.

use std::{collections::BTreeMap, time::Duration};

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use powertools_core::testing::enable_all_callsites;
use powertools_idempotency::{
    Idempotency, IdempotencyError, KeyFrom, OnInProgress, OnRecordFailure,
};
use powertools_local::{Invocation, Local, LogFormat, Outcome};
use powertools_logger::{
    ColdStart, CorrelationId, Environment, InitializationType, Logger, WriterSink, exception, json,
};
use powertools_metrics::{Metric, Metrics, Namespace, Unit};
use powertools_tracer::{JsonLinesExporter, Tracer};
use serde_json::{Value, json as value};
use tower_layer::Layer;
use tracing::{Dispatch, Instrument, dispatcher::DefaultGuard, info_span};
use tracing_subscriber::layer::SubscriberExt;

use crate::idempotency::faulty::FaultyStore;

/// The root of the trace header that every event comes with.
pub(super) const TRACE: &str = "1-5759e988-bd862e3fe1be46a994272793";

const ORDERS: Metric = Metric::count("OrdersPlaced");
const LATENCY: Metric = Metric::new("Latency", Unit::Milliseconds);

#[derive(Debug, thiserror::Error)]
#[error("out of {0}")]
pub(super) struct OutOf(&'static str);

/// The function on the local runtime; its subscriber is this thread's.
pub(super) struct Shop {
    pub(super) local: Local,
    _default: DefaultGuard,
}

type Charging = Idempotency<FaultyStore>;

impl Shop {
    pub(super) async fn start(format: LogFormat) -> Self {
        Self::with_store(format, FaultyStore::default()).await
    }

    pub(super) async fn with_store(format: LogFormat, store: FaultyStore) -> Self {
        let patience = Duration::from_secs(30);
        let builder = Local::builder("shop").timeout(patience).init_timeout(patience);
        let local = builder.memory_mb(256).log_format(format).start().await.unwrap();
        let default = serve(&local, charging(store));
        Self { local, _default: default }
    }

    /// Prepares an event; it is known by an id of API Gateway's and belongs to a trace.
    pub(super) fn event(&self, what: &str, api_id: &str) -> Invocation {
        let event = value!({"do": what, "requestContext": {"requestId": api_id}});
        self.local
            .invocation(&event)
            .trace_header(format!("Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=1"))
    }

    pub(super) async fn send(&self, what: &str) -> Outcome {
        self.event(what, "api-1").send().await.unwrap()
    }

    pub(super) fn rows(&self, name: &str, values: &[(&str, &str)]) -> Vec<Value> {
        super::rows(&self.local, name, values)
    }
}

fn serve(local: &Local, charging: Charging) -> DefaultGuard {
    enable_all_callsites();
    let nothing = || Environment::empty();
    let cold_start = || ColdStart::own(InitializationType::OnDemand);
    let sink = || WriterSink::new(local.log_writer());
    let logger = Logger::builder().environment(nothing()).cold_start(cold_start()).sink(sink());
    let logger = logger.service("shop").correlation_id(CorrelationId::ApiGatewayHttp).build();
    let metrics = Metrics::builder().environment(nothing()).cold_start(cold_start()).sink(sink());
    let metrics = metrics.service("shop").namespace(const { Namespace::new("Shop") }).build();
    let tracer = Tracer::builder().environment(nothing()).cold_start(cold_start());
    let tracer = tracer.exporter(JsonLinesExporter::to(sink())).build();
    let subscriber = tracing_subscriber::registry().with(tracer.layer()).with(logger.layer());
    let default = tracing::dispatcher::set_default(&Dispatch::new(subscriber));
    let handler = service_fn(move |event| handle(event, charging.clone()));
    let handler = tracer.handler_layer().layer(logger.handler_layer().layer(handler));
    let layer = logger.runtime_layer().observer(metrics.observer()).observer(tracer.observer());
    local.serve(|| Runtime::new(handler).layer(layer)).unwrap();
    default
}

fn charging(store: FaultyStore) -> Charging {
    let nothing = Environment::of([("AWS_LAMBDA_FUNCTION_NAME", "shop")]);
    Idempotency::builder("charge", store)
        .environment(nothing)
        .key_from(KeyFrom::Pointer("/id".into()))
        .validate(KeyFrom::Pointer("/amount".into()))
        .on_in_progress(OnInProgress::Refuse)
        .on_record_failure(OnRecordFailure::ReturnResult)
        .log_events(true)
        .build()
}

async fn handle(event: LambdaEvent<Value>, charging: Charging) -> Result<Value, Error> {
    let what = event.payload["do"].as_str().unwrap_or_default();
    tracing::info!(order = json(&value!({"id": 17})), "order received");
    powertools_metrics::dimension("payment", if what == "card" { "card" } else { "cash" })?;
    match what {
        "fail" => return Err(OutOf("tea").into()),
        "panic" => panic!("no tea at all"),
        "refuse" => tracing::warn!(error = exception(&OutOf("cups")), "order refused"),
        "sleep" => {
            let waiting = info_span!("wait for the bank");
            tokio::time::sleep(Duration::from_secs(20)).instrument(waiting).await;
        }
        "batch" => batch().await,
        "call" => call().await,
        "charge" => charge_each(&charging).await,
        "one" => drop(charge(&charging, 1, 450).await),
        "unkept" => unkept(&charging).await,
        _ => place(),
    }
    Ok(value!("ok"))
}

fn place() {
    powertools_metrics::record(&ORDERS, 1);
    powertools_metrics::record(&LATENCY, 3);
    powertools_metrics::record(&LATENCY, 5);
    tracing::info!("order placed");
}

/// Handles the messages of a batch, of which one fails.
async fn batch() {
    for (message_id, fails) in [("m-1", false), ("m-2", true)] {
        let work = async {
            match fails {
                true => tracing::error!(error = exception(&OutOf("tea")), "message failed"),
                false => tracing::info!("message done"),
            }
        };
        work.instrument(info_span!("record", message_id)).await;
    }
}

/// Calls a bank, which answers, and then does not; both are recorded, and both are spans.
async fn call() {
    let metrics = powertools_metrics::current().expect("the layer opens it");
    let _ = metrics.dependency("bank", async { Ok::<_, OutOf>(()) }, |_| "out").await;
    let _ = metrics.dependency("bank", async { Err::<(), _>(OutOf("money")) }, |_| "out").await;
    for status in [200, 503] {
        let call = info_span!(
            "bank",
            otel.kind = "client",
            peer.service = "bank",
            http.response.status_code = status
        );
        tokio::time::sleep(Duration::from_millis(5)).instrument(call).await;
    }
}

/// Charges an order in all the ways that calls can end.
async fn charge_each(charging: &Charging) {
    let _ = charge(charging, 1, 450).await;
    let _ = charge(charging, 1, 450).await;
    let _ = charge(charging, 1, 451).await;
    let _ = charge(charging, 2, 0).await;
    let (_, _) = tokio::join!(charge(charging, 3, 450), charge(charging, 3, 450));
}

async fn charge(
    charging: &Charging,
    id: u32,
    amount: u32,
) -> Result<u32, IdempotencyError<u32, OutOf>> {
    let order = value!({"id": id, "amount": amount});
    let charged = charging.call(&order).try_run(|| async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if amount == 0 { Err(OutOf("money")) } else { Ok(amount) }
    });
    charged.await.map(powertools_idempotency::Outcome::into_inner)
}

/// Has a result that JSON has no form for.
async fn unkept(charging: &Charging) {
    let order = value!({"id": 4, "amount": 1});
    let charged = charging.call(&order);
    let charged = charged.try_run(|| async { Ok::<_, OutOf>(BTreeMap::from([((1, 2), 3)])) });
    drop(charged.await);
}
