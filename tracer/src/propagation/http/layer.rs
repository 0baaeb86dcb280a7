use std::{fmt, marker::PhantomData};

use tower_layer::Layer;

use super::{Boxed, HttpClientService, Typed, service::Settings};

/// Traces the requests of an HTTP client, and sends the trace header along.
///
/// In a sampled invocation each request is a span of kind client with OpenTelemetry's attributes for HTTP:
/// in X-Ray a subsegment that is named after the server and has the namespace `remote`. It ends with the
/// head of the answer, or when the request is given up; an error of the client makes it a fault. Its target
/// is `powertools::http`, by which [`levels`](crate::TracerBuilder::levels) leave it out.
///
/// The header `x-amzn-trace-id` is set in every invocation that has one, unless the request has it already.
///
/// ```
/// use http_body_util::Empty;
/// use hyper_util::{client::legacy::Client, rt::TokioExecutor};
/// use powertools_tracer::propagation::HttpClientLayer;
/// use tower_layer::Layer;
/// use tower_service::Service;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::builder(TokioExecutor::new()).build_http::<Empty<&[u8]>>();
/// let mut client = HttpClientLayer::new().layer(client);
/// let request = http::Request::get("http://shop.example/orders").body(Empty::new())?;
/// let response = client.call(request).await?;
/// # Ok(())
/// # }
/// ```
///
/// A client of `reqwest` takes requests of its own type, and its `connector_layer` sees connections and not
/// requests; `docs/tracing.md` in the repository shows how it becomes a service for this layer. Where a header
/// is enough, no layer is needed: [`current_header`](crate::current_header) has it.
///
/// Attributes: OpenTelemetry's semantic conventions, "HTTP client span".
#[must_use]
pub struct HttpClientLayer<Kind = Typed> {
    settings: Settings,
    kind: PhantomData<fn() -> Kind>,
}

impl HttpClientLayer {
    /// Creates a layer for clients whose errors are of a type of their own.
    pub fn new() -> Self {
        Self { settings: Settings::default(), kind: PhantomData }
    }

    /// Takes clients whose errors are `Box<dyn Error + Send + Sync>`.
    pub fn boxed_errors(self) -> HttpClientLayer<Boxed> {
        HttpClientLayer { settings: self.settings, kind: PhantomData }
    }
}

impl<Kind> HttpClientLayer<Kind> {
    /// Sets whether `url.full` has its query and its fragment, where secrets may be; not by default.
    ///
    /// Sensitive parameters and the user stay redacted, as the tracer's [`Redaction`](crate::Redaction) says, and log
    /// lines show what the logger's says.
    pub fn full_urls(mut self, whole: bool) -> Self {
        self.settings.full_urls = whole;
        self
    }

    /// Sets whether the header `traceparent` of the W3C is sent as well; not by default.
    pub fn w3c(mut self, w3c: bool) -> Self {
        self.settings.w3c = w3c;
        self
    }
}

impl Default for HttpClientLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S, Kind> Layer<S> for HttpClientLayer<Kind> {
    type Service = HttpClientService<S, Kind>;

    fn layer(&self, inner: S) -> Self::Service {
        HttpClientService::new(inner, self.settings)
    }
}

impl<Kind> Clone for HttpClientLayer<Kind> {
    fn clone(&self) -> Self {
        Self { settings: self.settings, kind: PhantomData }
    }
}

impl<Kind> fmt::Debug for HttpClientLayer<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClientLayer").field("settings", &self.settings).finish()
    }
}
