use bytes::Bytes;
use http::{HeaderValue, Response, response::Parts};
use http_body::Body;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error as _};

use super::{
    ResponseBody,
    buffer::{BufferEnd, buffer},
    record::{ResponseRecord, is_hop_by_hop},
    settings::Settings,
};

/// A response of the inner service, and what is recorded of it.
pub(super) struct CapturedResponse<B: Body> {
    response: Response<ResponseBody<B>>,
    record: Result<ResponseRecord, NotRecordable>,
}

/// Why a response is not recorded.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum NotRecordable {
    #[error("the response's body is larger than {0} bytes (`max_response_body`)")]
    TooLarge(usize),
    #[error("the response's body has trailers")]
    Trailers,
    #[error("the response's body ended with an error")]
    Failed,
}

impl<B: Body + Unpin> CapturedResponse<B> {
    /// Reads the response, which stays the same for the client.
    pub(super) async fn capture(response: Response<B>, settings: &Settings) -> Self {
        let (parts, mut body) = response.into_parts();
        let buffer = buffer(&mut body, settings.max_response_body).await;
        let data = match &buffer.end {
            BufferEnd::Complete if buffer.has_trailers() => Err(NotRecordable::Trailers),
            BufferEnd::Complete => Ok(buffer.data()),
            BufferEnd::TooLarge => Err(NotRecordable::TooLarge(settings.max_response_body)),
            BufferEnd::Failed(_) => Err(NotRecordable::Failed),
        };
        let record = data.map(|data| record(&parts, data, settings));
        let (frames, end) = buffer.into_parts();
        let body = match end {
            BufferEnd::Complete => ResponseBody::from_frames(frames),
            BufferEnd::TooLarge => ResponseBody::resume(frames, body),
            BufferEnd::Failed(error) => ResponseBody::failed(frames, error),
        };
        Self { response: Response::from_parts(parts, body), record }
    }
}

impl<B: Body> CapturedResponse<B> {
    /// Returns the response to the client.
    pub(super) fn into_response(self) -> Response<ResponseBody<B>> {
        self.response
    }

    /// Returns the response to a client that has sent the request again.
    pub(super) fn into_replay(self, settings: &Settings) -> Response<ResponseBody<B>> {
        let mut response = self.response;
        if let Some(marker) = &settings.replay_marker {
            response.headers_mut().insert(marker, HeaderValue::from_static("true"));
        }
        response
    }
}

fn record(response: &Parts, body: Bytes, settings: &Settings) -> ResponseRecord {
    let headers = response.headers.iter().filter(|(name, value)| {
        !value.is_sensitive() && !is_hop_by_hop(name) && (settings.is_replayed_header)(name)
    });
    let headers = headers.map(|(name, value)| (name.clone(), value.clone())).collect();
    ResponseRecord { status: response.status, headers, body }
}

impl<B: Body> Serialize for CapturedResponse<B> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.record {
            Ok(record) => record.serialize(serializer),
            // The operation is done all the same, and a replay gets `ResultNotKept`.
            Err(reason) => Err(S::Error::custom(reason)),
        }
    }
}

impl<'de, B: Body> Deserialize<'de> for CapturedResponse<B> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let record = ResponseRecord::deserialize(deserializer)?;
        let mut response = Response::new(ResponseBody::full(record.body.clone()));
        *response.status_mut() = record.status;
        *response.headers_mut() = record.headers.clone();
        Ok(Self { response, record: Ok(record) })
    }
}
