//! A handler whose response is a stream, which does what its event asks for.

use std::time::Duration;

use futures_util::{Stream, stream};
use lambda_runtime::{MetadataPrelude, StreamResponse};
use powertools::{
    Error, LambdaEvent,
    metrics::{self, Metric},
};
use serde::Deserialize;
use tracing::{Instrument, info_span};

const CHUNKS: Metric = Metric::count("ChunksSent");

#[derive(Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Order {
    name: String,
    chunks: Vec<String>,
    /// Before each chunk.
    milliseconds: u64,
    then: Then,
}

/// What comes after the chunks.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Then {
    End,
    Fail,
    Panic,
    Hang,
}

impl Default for Order {
    fn default() -> Self {
        let chunks = ["one ", "two"].map(str::to_owned).to_vec();
        Self { name: "order".to_owned(), chunks, milliseconds: 0, then: Then::End }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the export broke off")]
pub(crate) struct ExportError(#[source] SourceError);

#[derive(Debug, thiserror::Error)]
#[error("the database is gone")]
struct SourceError;

type Chunk = Result<String, ExportError>;

pub(crate) async fn handler(
    event: LambdaEvent<Order>,
) -> Result<StreamResponse<impl Stream<Item = Chunk> + Unpin>, Error> {
    let order = event.payload;
    tracing::info!(order = order.name, "stream begins");
    let steps = stream::unfold(0, move |at| step(order.clone(), at));
    let metadata_prelude = MetadataPrelude::default();
    Ok(StreamResponse { metadata_prelude, stream: Box::pin(steps) })
}

async fn step(order: Order, at: usize) -> Option<(Chunk, usize)> {
    let chunk = match (order.chunks.get(at), order.then) {
        (Some(chunk), _) => send(&order, chunk).instrument(info_span!("send chunk")).await,
        (None, Then::Fail) if at == order.chunks.len() => Err(ExportError(SourceError)),
        (None, Then::Panic) => panic!("no more chunks"),
        (None, Then::Hang) => hang().instrument(info_span!("wait for more")).await,
        (None, _) => return None,
    };
    Some((chunk, at + 1))
}

async fn send(order: &Order, chunk: &str) -> Chunk {
    tokio::time::sleep(Duration::from_millis(order.milliseconds)).await;
    tracing::debug!(order = order.name, "chunk read");
    tracing::info!(order = order.name, "chunk sent");
    metrics::record(&CHUNKS, 1);
    Ok(chunk.to_owned())
}

async fn hang() -> Chunk {
    std::future::pending().await
}
