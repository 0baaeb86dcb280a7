//! OTLP through the port of the X-Ray daemon.

mod pack;
mod trim;

use std::{
    fmt,
    future::{Future, ready},
    sync::OnceLock,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanData, SpanExporter},
};
use prost::Message;

use super::{resource, span::spans_of};
use crate::{
    Batch, ExportError, Exporter,
    output::datagram::{DatagramSink, HEADER, LARGEST, RateLimit, UdpSink},
};
use pack::{Origin, Pack};

/// Stands before spans that are sampled, and those that are not.
const SAMPLED: &str = "T1S";
const UNSAMPLED: &str = "T1U";

/// Sends spans as OTLP to the port that Lambda's X-Ray daemon listens on, and never waits.
///
/// A datagram is the daemon's header line, `T1S` for sampled spans or `T1U` for others, and a protobuf
/// `ExportTraceServiceRequest` in base64; 65,507 bytes of it leave room for about 49,000 bytes of protobuf. More
/// spans than fit go into several datagrams. Of a span that is too large by itself, first long values are cut
/// and then all but ids, times, name and status, with the attribute `powertools.cut`. Format: that of AWS's
/// Lambda layers for OpenTelemetry.
///
/// It is a way out of a tracer, and an exporter for OpenTelemetry's SDK as well.
pub struct OtlpUdpExporter<S = UdpSink> {
    sink: S,
    largest: usize,
    origin: OnceLock<Origin>,
}

impl OtlpUdpExporter {
    /// Sends to a daemon at `address`, such as `127.0.0.1:2000`.
    pub fn to_daemon(address: impl Into<String>) -> Self {
        Self::new(UdpSink::new(address))
    }
}

impl<S: DatagramSink> OtlpUdpExporter<S> {
    /// Sends to `sink`.
    pub fn new(sink: S) -> Self {
        Self { sink, largest: LARGEST, origin: OnceLock::new() }
    }

    /// Sets how large datagrams may be, in bytes: 65,507 at most and 2,048 at least.
    #[must_use]
    pub fn max_datagram_size(mut self, bytes: usize) -> Self {
        self.largest = bytes.clamp(2048, LARGEST);
        self
    }

    /// Sets the resource that spans belong to; by default that of the function, with the tracer's service.
    #[must_use]
    pub fn resource(mut self, resource: &Resource) -> Self {
        self.origin = OnceLock::from(Origin::of(resource));
        self
    }

    /// Sends spans; the first problem is returned, and the others are sent all the same.
    fn send(&self, spans: Vec<SpanData>, service: &str) -> Result<(), ExportError> {
        let origin = self.origin.get_or_init(|| Origin::of(&resource::of_function(service)));
        let (sampled, unsampled): (Vec<_>, Vec<_>) =
            spans.into_iter().partition(|span| span.span_context.is_sampled());
        let sampled = self.send_all(origin, sampled, SAMPLED);
        let unsampled = self.send_all(origin, unsampled, UNSAMPLED);
        sampled.and(unsampled)
    }

    fn send_all(
        &self,
        origin: &Origin,
        spans: Vec<SpanData>,
        prefix: &str,
    ) -> Result<(), ExportError> {
        let room = (self.largest - HEADER.len() - prefix.len()) / 4 * 3;
        let mut pack = Pack::new(origin, spans, room);
        let mut result = Ok(());
        let (mut datagram, mut rate_limit) = (Vec::new(), RateLimit::default());
        for request in &mut pack {
            datagram.clear();
            datagram.extend_from_slice(HEADER);
            datagram.extend_from_slice(prefix.as_bytes());
            let payload = BASE64_STANDARD.encode(request.encode_to_vec());
            datagram.extend_from_slice(payload.as_bytes());
            rate_limit.step(datagram.len());
            result = self.sink.send(&datagram).and(result);
        }
        match pack.dropped() {
            0 => Ok(result?),
            dropped => Err(format!("{dropped} spans were too large for a datagram").into()),
        }
    }
}

impl<S: DatagramSink> Exporter for OtlpUdpExporter<S> {
    fn export(&self, batch: &Batch) -> Result<(), ExportError> {
        self.send(spans_of(batch), batch.service())
    }
}

impl<S: DatagramSink> SpanExporter for OtlpUdpExporter<S> {
    fn export(&self, batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        let sent = self.send(batch, powertools_core::DEFAULT_SERVICE);
        ready(sent.map_err(|error| OTelSdkError::InternalFailure(error.to_string())))
    }

    /// Sets the resource, unless one was set before.
    fn set_resource(&mut self, resource: &Resource) {
        self.origin.get_or_init(|| Origin::of(resource));
    }
}

impl<S> fmt::Debug for OtlpUdpExporter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtlpUdpExporter").field("largest", &self.largest).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
