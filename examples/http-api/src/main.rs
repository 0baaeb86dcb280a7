//! Orders over HTTP: an axum router behind API Gateway, a load balancer or a function URL.
//!
//! If `AWS_LAMBDA_RUNTIME_API` is set, as on Lambda, this binary is the function. Otherwise it is a demo, which runs
//! the function on the local runtime and sends it events.

#[cfg(feature = "demo")]
mod demo;
mod observe;
mod orders;
mod problem;
mod routes;

use powertools::{Error, Powertools, logger::CorrelationId, metrics::Namespace};

const SHOP: Namespace = Namespace::new("Shop");

#[tokio::main]
async fn main() -> Result<(), Error> {
    #[cfg(feature = "demo")]
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return demo::run().await;
    }
    Powertools::builder()
        .logger(|logger| logger.correlation_id(CorrelationId::ApiGatewayHttp))
        .metrics(|metrics| metrics.namespace(SHOP).cold_start_metric(true))
        .tracer(|tracer| tracer.handler_name("http_api"))
        .build()
        .run(routes::router(orders::Shop::default()))
        .await
}
