//! Ours, with the utilities that are switched on.

use std::sync::LazyLock;

use powertools::{Error, Powertools};

use crate::order;

pub(crate) async fn run() -> Result<(), Error> {
    let powertools = Powertools::builder();
    #[cfg(feature = "otlp-http")]
    let powertools = {
        let exporter = opentelemetry_otlp::SpanExporter::builder().with_http().build()?;
        powertools.tracer(|tracer| tracer.exporter(powertools::tracer::OtelExporter::new(exporter)))
    };
    let powertools = powertools.build();
    #[cfg(feature = "registry")]
    registry()?;
    #[cfg(feature = "xray")]
    let _ = TRACER.set(powertools.tracer().clone());
    #[cfg(feature = "dynamodb")]
    charge::warm_up().await;
    powertools.run(order::handle).await
}

/// Installs a registry with a layer that does nothing: without any it would keep all spans for ever.
#[cfg(feature = "registry")]
fn registry() -> Result<(), Error> {
    use tracing_subscriber::layer::{Identity, SubscriberExt};

    let registry = tracing_subscriber::registry().with(Identity::new());
    Ok(tracing::subscriber::set_global_default(registry)?)
}

#[cfg(feature = "xray")]
static TRACER: std::sync::OnceLock<powertools::tracer::Tracer> = std::sync::OnceLock::new();

/// Records three metrics, if there are metrics.
pub(crate) fn record(orders: u32, total: u64, latency: f64) {
    #[cfg(feature = "metrics")]
    {
        use powertools::metrics::{self, Metric, Unit};

        const ORDERS: Metric = Metric::count("OrdersPlaced");
        const TOTAL: Metric = Metric::new("Total", Unit::None);
        const LATENCY: Metric = Metric::new("Latency", Unit::Milliseconds);
        metrics::record(&ORDERS, orders);
        metrics::record(&TOTAL, total);
        metrics::record(&LATENCY, latency);
    }
    let _ = (orders, total, latency);
}

/// Charges the card, once if there is idempotency.
#[cfg(not(feature = "idempotency"))]
pub(crate) async fn once(total: u64) -> Result<u64, Error> {
    Ok(total)
}

/// Charges the card once.
#[cfg(feature = "idempotency")]
pub(crate) async fn once(total: u64) -> Result<u64, Error> {
    use std::convert::Infallible;

    let charged =
        charge::CHARGE.try_run("payment-1", &(), async || Ok::<_, Infallible>(total)).await?;
    Ok(charged.into_inner())
}

#[cfg(feature = "idempotency")]
mod charge {
    use std::sync::LazyLock;

    use powertools::idempotency::Idempotency;

    #[cfg(not(feature = "dynamodb"))]
    type Store = powertools::idempotency::MemoryStore;
    #[cfg(feature = "dynamodb")]
    type Store = powertools::idempotency::DynamoDbStore;

    pub(super) static CHARGE: LazyLock<Idempotency<Store>> =
        LazyLock::new(|| Idempotency::builder("charge", store()).local_cache(16).build());

    #[cfg(not(feature = "dynamodb"))]
    fn store() -> Store {
        Store::new()
    }

    #[cfg(all(feature = "dynamodb", not(feature = "dynamodb-aws-lc")))]
    fn store() -> Store {
        Store::from_env("idempotency")
    }

    /// The same client with the cryptography that the SDK takes by default.
    #[cfg(feature = "dynamodb-aws-lc")]
    fn store() -> Store {
        use aws_sdk_dynamodb::{
            Client, Config,
            config::{BehaviorVersion, Credentials, Region, retry::RetryConfig},
        };
        use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

        let text = |name| std::env::var(name).unwrap_or_default();
        let http = aws_smithy_http_client::Builder::new();
        let http = http.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https();
        let (id, secret) = (text("AWS_ACCESS_KEY_ID"), text("AWS_SECRET_ACCESS_KEY"));
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(Credentials::new(id, secret, None, None, "environment"))
            .region(Region::new(text("AWS_REGION")))
            .endpoint_url(text("AWS_ENDPOINT_URL_DYNAMODB"))
            .http_client(http)
            .retry_config(RetryConfig::disabled());
        Store::new(Client::from_conf(config.build()), "idempotency")
    }

    /// Makes the connection before the first invocation, with `BENCH_WARM_UP`.
    #[cfg(feature = "dynamodb")]
    pub(super) async fn warm_up() {
        if std::env::var_os("BENCH_WARM_UP").is_some() {
            CHARGE.store().warm_up().await;
        }
    }
}

/// Ends the handler; with `BENCH_FLUSH=before` it writes what would be written after the answer.
pub(crate) fn end() {
    static FLUSHES: LazyLock<bool> =
        LazyLock::new(|| std::env::var("BENCH_FLUSH").is_ok_and(|value| value == "before"));
    if *FLUSHES {
        flush();
    }
}

fn flush() {
    #[cfg(feature = "metrics")]
    if let Err(error) = powertools::metrics::flush() {
        tracing::warn!(%error, "metrics were not written");
    }
    #[cfg(feature = "xray")]
    if let (Some(tracer), Some(invocation)) = (TRACER.get(), powertools::Invocation::current()) {
        tracer.flush(&invocation);
    }
}
