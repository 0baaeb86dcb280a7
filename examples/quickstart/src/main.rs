//! An orders function behind an API Gateway HTTP API.
//!
//! If `AWS_LAMBDA_RUNTIME_API` is set, as on Lambda, this binary is the function. Otherwise it is a demo, which runs
//! the function on the local runtime and sends it events.

#[cfg(feature = "demo")]
mod demo;
mod handler;
mod orders;

use powertools::{Error, Powertools, metrics::Namespace};

const SHOP: Namespace = Namespace::new("Shop");

#[tokio::main]
async fn main() -> Result<(), Error> {
    #[cfg(feature = "demo")]
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return demo::run().await;
    }
    Powertools::builder()
        .metrics(|metrics| metrics.namespace(SHOP))
        .tracer(|tracer| tracer.handler_name("place_order"))
        .build()
        .run(handler::place_order)
        .await
}
