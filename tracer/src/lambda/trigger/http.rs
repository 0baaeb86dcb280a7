//! API Gateway, function URLs, load balancers, VPC Lattice.

use powertools_core::event::Pointer;

use super::Trigger;
use super::json_reader::Object;

impl Trigger {
    pub(super) fn http(event: &Object<'_>, json: &[u8]) -> Option<Self> {
        if !is_http(event) {
            return None;
        }
        let context = event.object("requestContext");
        let http = context.and_then(|context| context.object("http"));
        let client = http.or_else(|| context?.object("identity"));
        let of_client = |name| client.and_then(|client| client.text(name));
        // Load balancers and VPC Lattice have it in the headers only.
        let user_agent = of_client("userAgent").map(str::to_owned);
        let user_agent = user_agent.or_else(|| Pointer::new("/headers/user-agent").find_in(json));
        // `GET /orders/{id}`, or `$default`, which is no route.
        let route = event.text("routeKey").and_then(|key| Some(key.split_once(' ')?.1));
        Some(Self::of_kind(
            "http",
            &[
                ("http.request.method", method(event)),
                ("url.path", raw_path(event).or_else(|| event.text("path"))),
                ("http.route", route.or_else(|| event.text("resource"))),
                ("client.address", of_client("sourceIp")),
                ("user_agent.original", user_agent.as_deref()),
            ],
        ))
    }
}

fn is_http(event: &Object<'_>) -> bool {
    let Some(context) = event.object("requestContext") else {
        // The first version of VPC Lattice's events.
        return method(event).is_some() && raw_path(event).is_some();
    };
    method(event).is_some() || context.has("elb") || context.text("connectionId").is_some()
}

fn method<'a>(event: &'a Object<'_>) -> Option<&'a str> {
    let http = event.object("requestContext").and_then(|context| context.object("http"));
    let method = http.and_then(|http| http.text("method")).or_else(|| event.text("httpMethod"));
    // VPC Lattice has it so.
    method.or_else(|| event.text("method"))
}

fn raw_path<'a>(event: &'a Object<'_>) -> Option<&'a str> {
    event.text("rawPath").or_else(|| event.text("raw_path"))
}
