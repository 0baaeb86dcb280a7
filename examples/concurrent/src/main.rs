//! Finds the best carrier for parcels: eight at once in one process, on Lambda Managed Instances.
//!
//! On Lambda, and wherever else `AWS_LAMBDA_RUNTIME_API` is set, this binary is the function.
//! Started by hand it shows itself: it runs itself on the local runtime and sends it events.

#[cfg(feature = "demo")]
mod demo;
mod handler;
mod quotes;

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
        .build()
        .run(handler::find_quote)
        .await
}
