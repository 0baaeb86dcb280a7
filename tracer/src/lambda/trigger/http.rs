//! API Gateway, function URLs, load balancers, VPC Lattice.

use super::{Trigger, event::Event};

impl Event<'_> {
    pub(super) fn http(&self) -> Option<Trigger> {
        if !self.is_http() {
            return None;
        }
        let context = self.request_context.as_ref();
        let http = context.and_then(|context| context.http.as_ref());
        let method = http.and_then(|http| http.method.as_deref()).or(self.http_method.as_deref());
        let client = http.or(context.and_then(|context| context.identity.as_ref()));
        // `GET /orders/{id}`, or `$default`, which is no route.
        let route = self.route_key.as_deref().and_then(|key| Some(key.split_once(' ')?.1));
        Some(
            Trigger::of_kind("http")
                .with("http.request.method", method)
                .with("url.path", self.raw_path.as_deref().or(self.path.as_deref()))
                .with("http.route", route.or(self.resource.as_deref()))
                .with("client.address", client.and_then(|client| client.source_ip.as_deref()))
                .with(
                    "user_agent.original",
                    client.and_then(|client| client.user_agent.as_deref()),
                ),
        )
    }

    fn is_http(&self) -> bool {
        let Some(context) = &self.request_context else {
            // The first version of VPC Lattice's events.
            return self.http_method.is_some() && self.raw_path.is_some();
        };
        let method = context.http.as_ref().and_then(|http| http.method.as_ref());
        let has_method = method.or(self.http_method.as_ref()).is_some();
        has_method || context.elb.is_some() || context.connection_id.is_some()
    }
}
