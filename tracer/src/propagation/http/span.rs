use std::error::Error;

use http::{Request, Response, Uri, header};
use powertools_core::{Redaction, json::write_exception};
use tracing::{Span, field::Empty};

use crate::{
    context::Traced,
    model::{Key, Purpose},
    subscriber::is_sampled_here,
    targets::HTTP_TARGET,
};

/// The span of a request; none where nothing is sampled.
pub(super) struct ClientSpan {
    span: Span,
    traced: Option<Traced>,
}

impl ClientSpan {
    pub(super) fn open<B>(request: &Request<B>, full_urls: bool) -> Self {
        if !is_sampled_here() {
            return Self { span: Span::none(), traced: None };
        }
        let (method, uri) = (request.method().as_str(), request.uri());
        let span = tracing::info_span!(
            target: HTTP_TARGET,
            "request",
            otel.kind = "client",
            otel.name = method,
            http.request.method = method,
            url.full = url(uri, &Redaction::default()),
            server.address = host(request),
            server.port = port(uri),
            http.response.status_code = Empty,
            http.response.body.size = Empty,
        );
        let traced = Traced::of(&span);
        if let Some(traced) = &traced {
            let redaction = traced.trace.settings().fields.redaction();
            if full_urls {
                traced.set_url(uri, &redaction.clone().with_full_urls());
            } else if redaction.shows_full_urls() {
                traced.set_url(uri, redaction);
            }
        }
        Self { traced, span }
    }

    pub(super) fn tracing(&self) -> &Span {
        &self.span
    }

    pub(super) fn in_scope<R>(&self, f: impl FnOnce() -> R) -> R {
        self.span.in_scope(f)
    }

    pub(super) fn answered<R>(&self, response: &Response<R>) {
        self.span.record("http.response.status_code", response.status().as_u16());
        let size = response.headers().get(header::CONTENT_LENGTH);
        let size = size.and_then(|size| size.to_str().ok()?.parse::<u64>().ok());
        if let Some(size) = size {
            self.span.record("http.response.body.size", size);
        }
    }

    pub(super) fn failed(&self, error: &(dyn Error + 'static)) {
        if let Some(traced) = &self.traced {
            traced.fail(None, |out| write_exception(out, error, None, None));
        }
    }
}

impl Drop for ClientSpan {
    fn drop(&mut self) {
        // The client may have spawned a connection in this span, which holds it open for long.
        if let Some(traced) = &self.traced {
            traced.end();
        }
    }
}

impl Traced {
    /// Shows the tracer more of the URL than other subscribers are given.
    #[cold]
    fn set_url(&self, uri: &Uri, redaction: &Redaction) {
        if let Some(url) = url(uri, redaction) {
            self.add(|buffer| buffer.text(Purpose::Attribute, Key::Static("url.full"), &url));
        }
    }
}

/// Returns the URL as far as it is shown, unless only its path is known.
fn url(uri: &Uri, redaction: &Redaction) -> Option<String> {
    (uri.scheme().is_some() && uri.authority().is_some())
        .then(|| redaction.text(&uri.to_string()).into_owned())
}

/// Returns the server's name, from the header `host` if the request names only a path.
fn host<B>(request: &Request<B>) -> Option<&str> {
    let header = || {
        let host = request.headers().get(header::HOST)?.to_str().ok()?;
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        Some(host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(host, _)| host))
    };
    request.uri().host().or_else(header)
}

fn port(uri: &Uri) -> Option<u16> {
    let default = || match uri.scheme_str()? {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    };
    uri.port_u16().or_else(default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_no_query_and_no_user_unless_redaction_shows_them() {
        let uri = "https://jane:secret@shop.example:8443/orders?token=secret".parse().unwrap();
        let shown = |redaction| url(&uri, &redaction);
        let (part, full) = (Redaction::default(), Redaction::default().with_full_urls());
        assert_eq!(shown(part).unwrap(), "https://shop.example:8443/orders");
        assert_eq!(shown(full).unwrap(), "https://shop.example:8443/orders?token=[redacted]");
        assert_eq!(shown(Redaction::none()).unwrap(), uri.to_string());
        assert_eq!(url(&"/orders".parse().unwrap(), &Redaction::none()), None);
    }

    #[test]
    fn a_server_is_known_by_its_name_or_the_header() {
        let of = |uri: &str, header: &str| {
            let request = Request::get(uri).header("host", header).body(()).unwrap();
            (host(&request).map(str::to_owned), port(request.uri()))
        };
        assert_eq!(of("https://shop.example/", "other"), (Some("shop.example".into()), Some(443)));
        assert_eq!(of("http://[::1]:81/", ""), (Some("[::1]".into()), Some(81)));
        assert_eq!(of("/", "shop.example:81"), (Some("shop.example".into()), None));
        assert_eq!(of("/", "[::1]"), (Some("[::1]".into()), None));
    }
}
