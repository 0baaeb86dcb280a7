//! A function that logs much and has many spans: in the handler, inside spans, and in tasks it spawns.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use powertools_logger::{Logger, append_key};
use powertools_tracer::Tracer;
use serde::Deserialize;
use tokio::sync::Barrier;
use tower_layer::Layer;
use tracing::Instrument;

/// What to log.
#[derive(Deserialize)]
struct Order {
    /// How many invocations wait for each other before they begin.
    together: usize,
    number: u64,
    lines: usize,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let tracer = Tracer::builder().build();
    let logger = Logger::builder().build().init_with(tracer.layer());
    let together = Arc::new(tokio::sync::OnceCell::new());
    let handler = move |event: LambdaEvent<Order>| {
        let together = together.clone();
        async move {
            let size = event.payload.together;
            together.get_or_init(|| async { Barrier::new(size) }).await.wait().await;
            log(event.payload).await
        }
    };
    let handler = tracer.handler_layer().layer(service_fn(handler));
    let layer = logger.runtime_layer().observer(tracer.observer());
    Runtime::new(handler).layer(layer).run_concurrent().await
}

async fn log(order: Order) -> Result<(), Error> {
    append_key("number", order.number);
    for line in 0..order.lines / 2 {
        let text = "x".repeat(line * 100);
        tracing::info!(line, text, "from the handler");
        let task = async move { tracing::info!(line, "from a task") };
        tokio::spawn(task.instrument(tracing::info_span!("task", of = order.number))).await?;
        tokio::task::yield_now().await;
    }
    Ok(())
}
