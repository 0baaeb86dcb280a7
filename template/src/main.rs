//! {{ description }}

mod handler;
mod orders;

use powertools::{Error, Powertools, metrics::Namespace};

const NAMESPACE: Namespace = Namespace::new("{{ namespace }}");

#[tokio::main]
async fn main() -> Result<(), Error> {
    Powertools::builder()
        .service("{{ project_name }}")
        .metrics(|metrics| metrics.namespace(NAMESPACE).cold_start_metric(true))
        .error_type::<orders::OrderError>()
        .build()
        .run(handler::place_order)
        .await
}
