//! A function that logs much: from the handler, inside spans, and from tasks it spawns.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use powertools_logger::append_key;
use serde::Deserialize;
use tokio::sync::Barrier;
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
    let logger = powertools_logger::init();
    let together = Arc::new(tokio::sync::OnceCell::new());
    let handler = move |event: LambdaEvent<Order>| {
        let together = together.clone();
        async move {
            let size = event.payload.together;
            together.get_or_init(|| async { Barrier::new(size) }).await.wait().await;
            log(event.payload).await
        }
    };
    Runtime::new(service_fn(handler)).layer(logger.runtime_layer()).run_concurrent().await
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
