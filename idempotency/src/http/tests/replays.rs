//! What a replay has of the first response.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, header};
use http_body::Frame;
use http_body_util::BodyExt;

use super::{Api, HttpApi, operation, post};
use crate::{
    MemoryStore,
    http::{HttpLayer, Streamed, is_recorded_status, is_replayed_header},
};

fn layer() -> HttpLayer<MemoryStore, Streamed> {
    operation(MemoryStore::new()).build().http_layer()
}

fn response(headers: &[(&'static str, &'static str)], body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    for (name, value) in headers {
        response.headers_mut().append(*name, HeaderValue::from_static(value));
    }
    response
}

/// A body that comes frame by frame.
struct Frames(VecDeque<io::Result<Frame<Bytes>>>);

impl http_body::Body for Frames {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Poll::Ready(self.0.pop_front())
    }
}

fn frames(frames: impl IntoIterator<Item = io::Result<Frame<Bytes>>>) -> Body {
    Body::new(Frames(frames.into_iter().collect()))
}

fn data(text: &'static str) -> io::Result<Frame<Bytes>> {
    Ok(Frame::data(Bytes::from_static(text.as_bytes())))
}

#[tokio::test]
async fn binary_and_empty_bodies_are_replayed_exactly() {
    let binary: Bytes = (0..=255).collect::<Vec<u8>>().into();
    let text = Bytes::from_static("{\"naïve\":\"\\u0000\"}\0".as_bytes());
    for body in [binary, text, Bytes::new()] {
        let (api, sent) = (Api::new(), body.clone());
        let service = api.responding(layer(), move |_, _| response(&[], sent.clone()));
        let first = service.send(post("/orders", "tea")).await;
        let retry = service.send(post("/orders", "tea")).await;
        assert_eq!((&first.body, &retry.body, api.calls()), (&body, &body, 1));
        assert!(retry.is_replayed());
    }
}

#[tokio::test]
async fn body_in_several_frames_is_replayed_whole() {
    let api = Api::new();
    let sent = || frames([data("one "), data(""), data("two "), data("three")]);
    let service = api.responding(layer(), move |_, _| response(&[], sent()));
    for _ in 0..2 {
        assert_eq!(service.send(post("/orders", "tea")).await.text(), "one two three");
    }
    assert_eq!(api.calls(), 1);
}

const SENT: [(&str, &str); 8] = [
    ("date", "Sat, 28 Nov 2026 22:00:00 GMT"),
    ("connection", "close"),
    ("keep-alive", "timeout=5"),
    ("transfer-encoding", "chunked"),
    ("set-cookie", "session=secret"),
    ("location", "/orders/1"),
    ("link", "<a>"),
    ("link", "<b>"),
];

#[tokio::test]
async fn headers_of_the_connection_date_and_cookies_are_not_replayed() {
    let (api, store) = (Api::new(), MemoryStore::new());
    let layer = operation(store.clone()).build().http_layer();
    let service = api.responding(layer, |_, _| {
        let mut response = response(&SENT, "");
        let mut token = HeaderValue::from_static("secret");
        token.set_sensitive(true);
        response.headers_mut().insert("x-token", token);
        response
    });
    let first = service.send(post("/orders", "tea")).await;
    assert_eq!(first.headers.len(), SENT.len() + 1, "the first response is left alone");
    let retry = service.send(post("/orders", "tea")).await;
    let expected = [
        ("location", "/orders/1"),
        ("link", "<a>"),
        ("link", "<b>"),
        ("idempotent-replayed", "true"),
    ];
    let expected: HeaderMap = expected
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .into_iter()
        .collect();
    assert_eq!(retry.headers, expected);
    let recorded = store.get(&store.keys()[0]).unwrap().data.unwrap();
    assert!(!recorded.contains("secret"), "{recorded}");
}

#[tokio::test]
async fn replayed_headers_and_marker_can_be_chosen() {
    let api = Api::new();
    let layer = layer()
        .replay_header(|name| name == header::SET_COOKIE || name == header::CONNECTION)
        .replay_marker(Some(HeaderName::from_static("idempotency-replayed")));
    let service = api.responding(layer, |_, _| response(&SENT, ""));
    service.send(post("/orders", "tea")).await;
    let retry = service.send(post("/orders", "tea")).await;
    assert_eq!(retry.header("set-cookie"), Some("session=secret"));
    assert_eq!(retry.header("idempotency-replayed"), Some("true"));
    assert_eq!(retry.headers.len(), 2, "never those of the connection: {:?}", retry.headers);
    assert!(!is_replayed_header(&header::SET_COOKIE) && is_replayed_header(&header::LOCATION));
}

#[tokio::test]
async fn recorded_statuses_can_be_chosen() {
    let api = Api::new();
    let layer = layer().record_status(|status| is_recorded_status(status) || status == 504);
    let service = api.responding(layer, |call, _| {
        let mut response = response(&[], format!("{call}"));
        *response.status_mut() = http::StatusCode::GATEWAY_TIMEOUT;
        response
    });
    service.send(post("/orders", "tea")).await;
    let retry = service.send(post("/orders", "tea")).await;
    assert_eq!((retry.status, retry.text(), retry.is_replayed()), (504, "1", true));
}

#[tokio::test]
async fn response_that_is_too_large_passes_whole_and_is_not_processed_again() {
    let api = Api::new();
    let body = || frames([data("one "), data("two "), data("three "), data("four")]);
    let service = api.responding(layer().max_response_body(8), move |_, _| response(&[], body()));
    let first = service.send(post("/orders", "tea")).await;
    assert_eq!(first.text(), "one two three four");
    let retry = service.send(post("/orders", "tea")).await;
    assert_eq!(retry.refusal(), (410, "IdempotencyResultNotKept".into()));
    assert_eq!(api.calls(), 1);

    let api = Api::new();
    let service = api.responding(layer().max_response_body(8), |_, _| response(&[], "123456789"));
    assert_eq!(service.send(post("/orders", "tea")).await.text(), "123456789");
    assert_eq!(service.send(post("/orders", "tea")).await.status, 410);
    let api = Api::new();
    let service = api.responding(layer().max_response_body(8), |_, _| response(&[], "12345678"));
    service.send(post("/orders", "tea")).await;
    assert_eq!(service.send(post("/orders", "tea")).await.text(), "12345678", "the limit itself");
}

#[tokio::test]
async fn trailers_and_errors_of_a_body_reach_the_client_and_are_not_recorded() {
    let trailers: HeaderMap =
        [(HeaderName::from_static("x-sum"), HeaderValue::from_static("7"))].into_iter().collect();
    let with_trailers = trailers.clone();
    let api = Api::new();
    let service = api.responding(layer(), move |_, _| {
        response(&[], frames([data("one"), Ok(Frame::trailers(with_trailers.clone()))]))
    });
    let sent = service.respond(post("/orders", "tea")).await.into_body().collect().await.unwrap();
    assert_eq!(sent.trailers(), Some(&trailers));
    assert_eq!(service.send(post("/orders", "tea")).await.status, 410);

    let api = Api::new();
    let service = api.responding(layer(), |_, _| {
        response(&[], frames([data("one"), Err(io::Error::other("gone"))]))
    });
    let mut sent = service.respond(post("/orders", "tea")).await.into_body();
    let first = sent.frame().await.unwrap().unwrap();
    assert_eq!(first.into_data().unwrap(), "one");
    assert!(sent.frame().await.unwrap().unwrap_err().to_string().contains("gone"));
    assert_eq!(service.send(post("/orders", "tea")).await.status, 410);
    assert_eq!(api.calls(), 1, "the effect has happened");
}
