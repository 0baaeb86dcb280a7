//! An orders function behind an API Gateway HTTP API.
//!
//! On Lambda, and wherever else `AWS_LAMBDA_RUNTIME_API` is set, this binary is the function.
//! Started by hand it shows itself: it runs itself on the local runtime and sends it events.

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
