use lambda_runtime::FunctionResponse;
use serde::Serialize;

/// What is captured of a handler's response of type `T`.
pub trait HandlerResponse<T> {
    /// What is serialised.
    type Body: Serialize + ?Sized;

    /// Returns what of the response is kept as metadata.
    fn body(response: &T) -> Option<&Self::Body>;
}

/// Responses that are kept as metadata, because they can be serialised.
#[derive(Debug)]
pub enum Serialized {}

impl<T: Serialize> HandlerResponse<T> for Serialized {
    type Body = T;

    fn body(response: &T) -> Option<&T> {
        Some(response)
    }
}

/// Responses that are not looked into, such as streams.
#[derive(Debug)]
pub enum Opaque {}

impl<T> HandlerResponse<T> for Opaque {
    type Body = ();

    fn body(_: &T) -> Option<&()> {
        None
    }
}

/// Responses as `lambda_runtime` posts them: what is posted at once is kept as metadata, streams are not
/// looked into.
#[derive(Debug)]
pub enum Posted {}

impl<T: Serialize, S> HandlerResponse<FunctionResponse<T, S>> for Posted {
    type Body = T;

    fn body(response: &FunctionResponse<T, S>) -> Option<&T> {
        match response {
            FunctionResponse::BufferedResponse(body) => Some(body),
            FunctionResponse::StreamingResponse(_) => None,
        }
    }
}
