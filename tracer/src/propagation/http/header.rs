use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{current_header, propagation::TRACE_HEADER};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Writes the trace header of the current span, and that of the W3C if asked, unless they are there.
pub(super) fn write(headers: &mut HeaderMap, w3c: bool) {
    let Some(header) = current_header() else {
        return;
    };
    put(headers, HeaderName::from_static(TRACE_HEADER), &header.to_string());
    if let Some(traceparent) = header.traceparent().filter(|_| w3c) {
        put(headers, TRACEPARENT, &traceparent);
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    // What Lambda gave may hold members that no header can carry.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.entry(name).or_insert(value);
    }
}
