use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use powertools_core::event::Pointer;

/// Where in an event the correlation id is.
///
/// The paths are those that Powertools for AWS Lambda (Python) builds in. Headers are found in any case, in `headers`
/// and in `multiValueHeaders`; of several values the first counts.
///
/// ```
/// use powertools_logger::CorrelationId;
///
/// let place = CorrelationId::first_of([
///     CorrelationId::pointer("/headers/x-correlation-id"),
///     CorrelationId::ApiGatewayHttp,
/// ]);
/// let event = br#"{"headers": {"X-Correlation-Id": "c-1"}, "requestContext": {"requestId": "r-1"}}"#;
/// assert_eq!(place.find_in(event).as_deref(), Some("c-1"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CorrelationId {
    /// API Gateway REST API: `requestContext.requestId`.
    ApiGatewayRest,
    /// API Gateway HTTP API: `requestContext.requestId`.
    ApiGatewayHttp,
    /// Function URL: `requestContext.requestId`.
    FunctionUrl,
    /// Application Load Balancer: the header `x-amzn-trace-id`.
    ApplicationLoadBalancer,
    /// VPC Lattice: the header `x-amzn-trace-id`.
    VpcLattice,
    /// AppSync resolver: the request's header `x-amzn-trace-id`.
    AppSyncResolver,
    /// AppSync authorizer: `requestContext.requestId`.
    AppSyncAuthorizer,
    /// EventBridge: `id`.
    EventBridge,
    /// S3 Object Lambda: `xAmzRequestId`.
    S3ObjectLambda,
    /// Anywhere else, by JSON pointer (RFC 6901) such as `/headers/x-correlation-id`.
    Pointer(String),
    /// The first of these places that has an id.
    FirstOf(Vec<Self>),
    /// A function that reads the event's bytes.
    Function(FindId),
}

impl CorrelationId {
    /// Points to the correlation id by JSON pointer.
    pub fn pointer(pointer: impl Into<String>) -> Self {
        Self::Pointer(pointer.into())
    }

    /// Tries several places in this order.
    pub fn first_of(places: impl IntoIterator<Item = Self>) -> Self {
        Self::FirstOf(places.into_iter().collect())
    }

    /// Has a function find the id in the bytes of each event; where it panics there is no id.
    ///
    /// ```
    /// use powertools_logger::CorrelationId;
    ///
    /// let last_part = CorrelationId::from_fn(|event| {
    ///     let id = CorrelationId::EventBridge.find_in(event)?;
    ///     Some(id.rsplit('/').next()?.to_owned())
    /// });
    /// assert_eq!(last_part.find_in(br#"{"id": "orders/17"}"#).as_deref(), Some("17"));
    /// ```
    pub fn from_fn(find: impl Fn(&[u8]) -> Option<String> + Send + Sync + 'static) -> Self {
        Self::Function(FindId(Arc::new(find)))
    }

    /// Finds the id in the bytes of an event, without making values of the rest.
    ///
    /// A number keeps its digits. Returns `None` where the event has no such member, or it is neither a string, a
    /// number nor a boolean, or the event is not JSON up to it.
    pub fn find_in(&self, event: &[u8]) -> Option<String> {
        match self {
            Self::FirstOf(places) => places.iter().find_map(|place| place.find_in(event)),
            Self::Function(find) => find.call(event),
            _ => {
                let pointer = self.as_pointer().filter(|pointer| Pointer::is_valid(pointer))?;
                Pointer::new(pointer).find_in(event)
            }
        }
    }

    fn as_pointer(&self) -> Option<&str> {
        Some(match self {
            Self::ApiGatewayRest
            | Self::ApiGatewayHttp
            | Self::FunctionUrl
            | Self::AppSyncAuthorizer => "/requestContext/requestId",
            Self::ApplicationLoadBalancer | Self::VpcLattice => "/headers/x-amzn-trace-id",
            Self::AppSyncResolver => "/request/headers/x-amzn-trace-id",
            Self::EventBridge => "/id",
            Self::S3ObjectLambda => "/xAmzRequestId",
            Self::Pointer(pointer) => pointer,
            Self::FirstOf(_) | Self::Function(_) => return None,
        })
    }

    /// Calls `check` with each pointer.
    pub(crate) fn each_pointer(&self, check: &mut dyn FnMut(&str)) {
        if let Self::FirstOf(places) = self {
            places.iter().for_each(|place| place.each_pointer(check));
        }
        self.as_pointer().into_iter().for_each(check);
    }
}

impl From<&str> for CorrelationId {
    /// Takes a JSON pointer.
    fn from(pointer: &str) -> Self {
        Self::pointer(pointer)
    }
}

/// The function of [`CorrelationId::from_fn`]; only clones of it are equal.
#[derive(Clone)]
pub struct FindId(Arc<Find>);

type Find = dyn Fn(&[u8]) -> Option<String> + Send + Sync;

impl FindId {
    fn call(&self, event: &[u8]) -> Option<String> {
        catch_unwind(AssertUnwindSafe(|| (self.0)(event))).ok().flatten()
    }
}

impl PartialEq for FindId {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for FindId {}

impl fmt::Debug for FindId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FindId")
    }
}

/// Looks for the correlation id of each event.
///
/// Behind a pointer, so that the JSON reader is linked only if a correlation id is configured.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    pub(crate) place: CorrelationId,
    find: fn(&CorrelationId, &[u8]) -> Option<String>,
}

impl Search {
    pub(crate) fn new(place: CorrelationId) -> Self {
        Self { place, find: CorrelationId::find_in }
    }

    pub(crate) fn find_in(&self, event: &[u8]) -> Option<String> {
        (self.find)(&self.place, event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &[u8] = br#"{"headers":{"X-Id":"h-1"},"id":"e-1"}"#;

    #[test]
    fn first_place_with_an_id_wins() {
        let place =
            |pointers: [&str; 3]| CorrelationId::first_of(pointers.map(CorrelationId::from));
        assert_eq!(place(["/none", "/headers/x-id", "/id"]).find_in(EVENT).unwrap(), "h-1");
        assert_eq!(place(["/none", "/id", "/headers/x-id"]).find_in(EVENT).unwrap(), "e-1");
        assert_eq!(CorrelationId::first_of([]).find_in(EVENT), None);
        assert_eq!(CorrelationId::pointer("id").find_in(b"\"text\""), None, "it is not a pointer");
    }

    #[test]
    fn function_that_panics_finds_no_id() {
        let length = CorrelationId::from_fn(|event| Some(event.len().to_string()));
        assert_eq!(length.find_in(EVENT).unwrap(), EVENT.len().to_string());
        assert_eq!(length, length.clone());
        let panics = CorrelationId::from_fn(|_| std::panic::resume_unwind(Box::new("on purpose")));
        assert_eq!(panics.find_in(EVENT), None);
        assert_eq!(
            CorrelationId::first_of([panics, CorrelationId::EventBridge]).find_in(EVENT).unwrap(),
            "e-1"
        );
    }
}
