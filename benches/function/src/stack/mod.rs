//! The stacks: how each is set up, and how it records metrics and replays a charge.

#[cfg(feature = "facade")]
mod facade;
#[cfg(all(feature = "metrique", not(feature = "facade")))]
mod metrique;
#[cfg(all(feature = "rival-otel", not(feature = "facade")))]
mod otel;
#[cfg(all(feature = "rival-otel-lite", not(any(feature = "facade", feature = "rival-otel"))))]
mod otel_lite;
#[cfg(not(any(feature = "facade", feature = "rival-otel", feature = "rival-otel-lite")))]
mod plain;

#[cfg(feature = "facade")]
pub(crate) use facade::{end, once, record, run};
#[cfg(all(feature = "metrique", not(feature = "facade")))]
pub(crate) use metrique::record;
#[cfg(all(feature = "rival-otel", not(feature = "facade")))]
pub(crate) use otel::run;
#[cfg(all(feature = "rival-otel-lite", not(any(feature = "facade", feature = "rival-otel"))))]
pub(crate) use otel_lite::run;
#[cfg(not(any(feature = "facade", feature = "rival-otel", feature = "rival-otel-lite")))]
pub(crate) use plain::run;

/// Records three metrics, for which this stack has nothing.
#[cfg(not(any(feature = "facade", feature = "metrique")))]
pub(crate) fn record(_orders: u32, _total: u64, _latency: f64) {}

/// Charges the card, for which this stack has nothing that remembers.
#[cfg(not(feature = "facade"))]
pub(crate) async fn once(total: u64) -> Result<u64, lambda_runtime::Error> {
    Ok(total)
}

/// Ends the handler.
#[cfg(not(feature = "facade"))]
pub(crate) fn end() {}
