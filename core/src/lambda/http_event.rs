use serde::{Deserialize, de::IgnoredAny};

/// Properties of an event that may be an HTTP request.
///
/// Recognizes the events of API Gateway's REST, HTTP, and WebSocket APIs, function URLs, load balancers, and VPC
/// Lattice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct HttpEvent {
    pub(super) is_http: bool,
    /// Whether a response without a status code means 200, as in payload format 2.0.
    pub(super) implies_ok: bool,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "httpMethod")]
    http_method: Option<IgnoredAny>,
    /// The name of the member in events of VPC Lattice.
    method: Option<IgnoredAny>,
    #[serde(rename = "rawPath", alias = "raw_path")]
    raw_path: Option<IgnoredAny>,
    #[serde(rename = "requestContext")]
    context: Option<RequestContext>,
}

#[derive(Deserialize)]
struct RequestContext {
    http: Option<IgnoredAny>,
    elb: Option<IgnoredAny>,
    #[serde(rename = "connectionId")]
    connection_id: Option<IgnoredAny>,
}

impl HttpEvent {
    /// Examines the bytes of an event.
    pub(super) fn of(event: &[u8]) -> Self {
        let Ok(event) = serde_json::from_slice::<Event>(event) else {
            return Self::default();
        };
        let has_method = event.http_method.is_some() || event.method.is_some();
        let is_http = match &event.context {
            Some(context) => {
                let is_proxied = context.elb.is_some() || context.connection_id.is_some();
                has_method || context.http.is_some() || is_proxied
            }
            // The first version of VPC Lattice events has no request context.
            None => event.method.is_some() && event.raw_path.is_some(),
        };
        let implies_ok = event.context.is_some_and(|context| context.http.is_some());
        Self { is_http, implies_ok }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_events_of_all_services_are_recognized() {
        for (event, is_http, implies_ok) in [
            (
                r#"{"httpMethod": "GET", "path": "/", "requestContext": {"stage": "prod"}}"#,
                true,
                false,
            ),
            (r#"{"version": "1.0", "httpMethod": "GET", "requestContext": {}}"#, true, false),
            (
                r#"{"version": "2.0", "rawPath": "/", "requestContext": {"http": {"method": "GET"}}}"#,
                true,
                true,
            ),
            (
                r#"{"httpMethod": "GET", "requestContext": {"elb": {"targetGroupArn": "x"}}}"#,
                true,
                false,
            ),
            (r#"{"requestContext": {"connectionId": "x", "eventType": "MESSAGE"}}"#, true, false),
            (
                r#"{"version": "2.0", "method": "GET", "path": "/", "requestContext": {}}"#,
                true,
                false,
            ),
            (r#"{"method": "GET", "raw_path": "/", "headers": {}}"#, true, false),
            (r#"{"Records": [{"eventSource": "aws:sqs"}]}"#, false, false),
            (r#"{"version": "0", "detail": {}}"#, false, false),
            (r#"{"method": "GET"}"#, false, false),
            (r#"{"requestContext": "x", "httpMethod": "GET"}"#, false, false),
            ("[1]", false, false),
            ("", false, false),
            ("nonsense", false, false),
        ] {
            assert_eq!(
                HttpEvent::of(event.as_bytes()),
                HttpEvent { is_http, implies_ok },
                "{event}"
            );
        }
    }
}
