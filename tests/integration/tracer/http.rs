//! The layer for HTTP clients, before a real client and a real server.

use std::{
    convert::Infallible,
    error::Error,
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{Empty, Full};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use lambda_runtime::service_fn;
use powertools_tracer::{
    propagation::{HttpClientLayer, HttpClientService},
    testing::{Captured, TRACE_HEADER, capture},
};
use serde_json::{Value, json};
use tower_layer::Layer;
use tower_service::Service;
use tracing::{Instrument, Subscriber, instrument::WithSubscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};

use super::{
    invoke_with, member, named,
    server::{Answer, Server},
};

type HyperClient = HttpClientService<Client<HttpConnector, Empty<Bytes>>>;

fn client(layer: HttpClientLayer) -> HyperClient {
    layer.layer(Client::builder(TokioExecutor::new()).build_http())
}

/// Answers with the status that the path names, 200 otherwise; `/slow` takes a while.
async fn server() -> Server {
    Server::start(|request| {
        let last = request.path.rsplit('/').next().unwrap_or_default();
        let status = last.parse::<u16>().unwrap_or(200);
        let response = Response::builder().status(status).body(Full::from("hello")).unwrap();
        let slow = request.path.ends_with("/slow");
        Answer { response, after: Duration::from_millis(if slow { 5_000 } else { 0 }) }
    })
    .await
}

fn request(server: &Server, path: &str) -> Request<Empty<Bytes>> {
    Request::get(format!("http://{}{path}", server.address)).body(Empty::new()).unwrap()
}

async fn send(
    mut client: HyperClient,
    request: Request<Empty<Bytes>>,
) -> Result<Response<Incoming>, hyper_util::client::legacy::Error> {
    client.call(request).await
}

fn documents(captured: &Captured) -> Vec<Value> {
    let spans = captured.spans();
    assert!(spans.iter().all(|span| span["in_progress"].is_null()), "{spans:?}");
    spans
}

#[tokio::test]
async fn request_is_a_remote_subsegment_with_its_id_in_the_header() {
    let (captured, server) = (capture(), server().await);
    let request = Request::post(format!("http://jane:pw@{}/orders?token=secret", server.address))
        .body(Empty::new())
        .unwrap();
    captured.invoke(send(client(HttpClientLayer::new()), request)).await.unwrap();
    let span = captured.last();
    assert_eq!((&span["name"], &span["namespace"]), (&json!("127.0.0.1"), &json!("remote")));
    let url = format!("http://{}/orders", server.address);
    assert_eq!(
        span["http"],
        json!({
            "request": {"method": "POST", "url": url},
            "response": {"status": 200, "content_length": 5},
        })
    );
    assert_eq!((&span["fault"], &span["error"]), (&Value::Null, &Value::Null));
    let received = server.received();
    let id = span["id"].as_str().unwrap();
    let expected = TRACE_HEADER.replace("53995c3f42cd8ad8", id);
    assert_eq!(received[0].header("x-amzn-trace-id"), expected);
    assert_eq!(received[0].header("traceparent"), "");
    assert_eq!(received[0].query, "token=secret", "what is sent stays whole");
}

#[tokio::test]
async fn full_urls_keeps_the_query() {
    let (captured, server) = (capture(), server().await);
    let client = client(HttpClientLayer::new().full_urls(true));
    captured.invoke(send(client, request(&server, "/orders?page=2"))).await.unwrap();
    let url = format!("http://{}/orders?page=2", server.address);
    assert_eq!(captured.last()["http"]["request"]["url"], url);
}

#[tokio::test]
async fn status_decides_between_error_and_fault() {
    let (captured, server) = (capture(), server().await);
    for (path, fault, error, throttle) in [
        ("/301", false, false, false),
        ("/404", false, true, false),
        ("/429", false, true, true),
        ("/503", true, false, false),
    ] {
        let client = client(HttpClientLayer::new());
        captured.invoke(send(client, request(&server, path))).await.unwrap();
        let span = captured.last();
        for (flag, expected) in [("fault", fault), ("error", error), ("throttle", throttle)] {
            assert_eq!(span[flag] == true, expected, "{flag} of {path}");
        }
    }
}

#[tokio::test]
async fn concurrent_requests_have_separate_spans() {
    let (captured, server) = (capture(), server().await);
    let client = client(HttpClientLayer::new());
    let sent = |at: usize| {
        let (client, request) = (client.clone(), request(&server, &format!("/{at}/200")));
        let sender = tracing::info_span!("sender", otel.name = format!("sender {at}"));
        send(client, request).instrument(sender).with_subscriber(captured.dispatch().clone())
    };
    captured
        .invoke(async {
            let tasks: Vec<_> = (0..17).map(|at| tokio::spawn(sent(at))).collect();
            let (one, two, three) = tokio::join!(sent(17), sent(18), sent(19));
            assert!(one.is_ok() && two.is_ok() && three.is_ok());
            for task in tasks {
                task.await.unwrap().unwrap();
            }
        })
        .await;
    let (spans, received) = (documents(&captured), server.received());
    assert_eq!((spans.len(), received.len()), (40, 20));
    for request in received {
        let at = request.path.split('/').nth(1).unwrap();
        let sender = named(&spans, &format!("sender {at}"));
        let id = member(request.header("x-amzn-trace-id"), "Parent");
        let span = spans.iter().find(|span| span["id"] == id).expect("the header's parent");
        assert_eq!(span["parent_id"], sender["id"]);
        let url = span["http"]["request"]["url"].as_str().unwrap();
        assert!(url.ends_with(&request.path), "{url}");
    }
}

#[tokio::test]
async fn client_error_is_a_fault_with_its_sources() {
    let captured = capture();
    // Nobody listens where a server was.
    let request = request(&server().await, "/");
    tokio::task::yield_now().await;
    captured.invoke(send(client(HttpClientLayer::new()), request)).await.unwrap_err();
    let span = captured.last();
    assert_eq!(span["fault"], true);
    let messages = span["cause"]["exceptions"].to_string();
    assert!(messages.contains("refused"), "{messages}");
    assert_eq!(span["http"]["response"], Value::Null);
}

#[tokio::test]
async fn boxed_client_error_is_a_fault() {
    let captured = capture();
    let failing = service_fn(|_: Request<()>| async {
        Err::<Response<()>, _>(Box::<dyn Error + Send + Sync>::from("no route"))
    });
    let mut client = HttpClientLayer::new().boxed_errors().layer(failing);
    let request = Request::get("http://shop.example/").body(()).unwrap();
    captured.invoke(async { client.call(request).await }).await.unwrap_err();
    let span = captured.last();
    assert_eq!((&span["fault"], &span["name"]), (&json!(true), &json!("shop.example")));
    assert_eq!(span["cause"]["exceptions"][0]["message"], "no route");
}

#[tokio::test]
async fn errors_are_not_captured_if_disabled() {
    let captured = Captured::with(|tracer| tracer.capture_error(false));
    let request = request(&server().await, "/");
    tokio::task::yield_now().await;
    captured.invoke(send(client(HttpClientLayer::new()), request)).await.unwrap_err();
    let exceptions = &captured.last()["cause"]["exceptions"];
    assert_eq!((exceptions.as_array().unwrap().len(), &exceptions[0]["message"]), (1, &json!("")));
}

#[tokio::test]
async fn cancelled_request_ends_its_span() {
    let (captured, server) = (capture(), server().await);
    let limit = Duration::from_millis(100);
    captured
        .invoke(async {
            let slow = send(client(HttpClientLayer::new()), request(&server, "/slow"));
            tokio::time::timeout(limit, slow).await.unwrap_err();
            tokio::time::sleep(limit).await;
        })
        .await;
    let span = documents(&captured).pop().unwrap();
    let time = |name: &str| span[name].as_f64().unwrap();
    assert!((0.05..0.19).contains(&(time("end_time") - time("start_time"))), "{span}");
    assert_eq!(span["http"]["response"], Value::Null);
}

#[tokio::test]
async fn span_ends_with_the_response_despite_a_spawned_task() {
    let captured = capture();
    let spawning = service_fn(|_: Request<()>| async {
        let forever = std::future::pending::<()>().in_current_span();
        tokio::spawn(forever.with_current_subscriber());
        Ok::<_, Infallible>(Response::new(()))
    });
    let mut client = HttpClientLayer::new().layer(spawning);
    let request = Request::get("http://shop.example/").body(()).unwrap();
    captured
        .invoke(async {
            let mut sent = pin!(client.call(request));
            sent.as_mut().await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
        })
        .await;
    let spans = documents(&captured);
    let time = |name: &str| spans[0][name].as_f64().unwrap();
    assert_eq!(spans.len(), 1);
    assert!(time("end_time") - time("start_time") < 0.09, "{spans:?}");
}

#[tokio::test]
async fn spans_within_a_request_are_its_children() {
    let captured = capture();
    let resolving = service_fn(|_: Request<()>| {
        tracing::info_span!("first step").in_scope(|| ());
        async {
            tracing::info_span!("second step").in_scope(|| ());
            Ok::<_, Infallible>(Response::new(()))
        }
    });
    let mut client = HttpClientLayer::new().layer(resolving);
    let request = Request::get("http://shop.example/").body(()).unwrap();
    captured.invoke(async { client.call(request).await }).await.unwrap();
    let spans = documents(&captured);
    let id = named(&spans, "shop.example")["id"].clone();
    assert_eq!(named(&spans, "first step")["parent_id"], id);
    assert_eq!(named(&spans, "second step")["parent_id"], id);
}

#[tokio::test]
async fn traceparent_has_the_same_ids() {
    let (captured, server) = (capture(), server().await);
    let client = client(HttpClientLayer::new().w3c(true));
    captured.invoke(send(client, request(&server, "/"))).await.unwrap();
    let id = captured.last()["id"].as_str().unwrap().to_owned();
    let traceparent = format!("00-5759e988bd862e3fe1be46a994272793-{id}-01");
    assert_eq!(server.received()[0].header("traceparent"), traceparent);
    assert_eq!(member(server.received()[0].header("x-amzn-trace-id"), "Parent"), id);
}

#[tokio::test]
async fn header_set_by_the_caller_is_kept() {
    let (captured, server) = (capture(), server().await);
    let mut request = request(&server, "/");
    request.headers_mut().insert("x-amzn-trace-id", "Root=mine".parse().unwrap());
    captured.invoke(send(client(HttpClientLayer::new()), request)).await.unwrap();
    let received = server.received();
    assert_eq!(received[0].headers.get_all("x-amzn-trace-id").iter().count(), 1);
    assert_eq!(received[0].header("x-amzn-trace-id"), "Root=mine");
    assert_eq!(captured.spans().len(), 1);
}

/// Counts the spans that are made.
struct Counter(Arc<AtomicUsize>);

impl<S: Subscriber> tracing_subscriber::Layer<S> for Counter {
    fn on_new_span(
        &self,
        attributes: &tracing::span::Attributes<'_>,
        _: &tracing::span::Id,
        _: Context<'_, S>,
    ) {
        if attributes.metadata().target() == "powertools::http" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[tokio::test]
async fn unsampled_call_has_no_span_and_forwards_the_header() {
    let (captured, server) = (capture(), server().await);
    let made = Arc::<AtomicUsize>::default();
    let registry = tracing_subscriber::registry().with(captured.tracer().layer());
    let _default = tracing::subscriber::set_default(registry.with(Counter(made.clone())));
    let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
    let headers = [
        format!("{root};Parent=53995c3f42cd8ad8;Sampled=0;Lineage=25:a87bd80c:1"),
        format!("{root};Sampled=0"),
        format!("{root};Lineage=25:a87bd80c:1"),
    ];
    for header in &headers {
        let sent = send(client(HttpClientLayer::new()), request(&server, "/"));
        invoke_with(&captured, header, sent).await.unwrap();
        assert_eq!(server.received().last().unwrap().header("x-amzn-trace-id"), header);
    }
    assert_eq!((captured.spans().len(), made.load(Ordering::Relaxed)), (0, 0));
    captured.invoke(send(client(HttpClientLayer::new()), request(&server, "/"))).await.unwrap();
    assert_eq!((captured.spans().len(), made.load(Ordering::Relaxed)), (1, 1));
}

#[tokio::test]
async fn nothing_is_propagated_without_an_invocation_or_header() {
    let (captured, server) = (capture(), server().await);
    let client = client(HttpClientLayer::new().w3c(true));
    send(client.clone(), request(&server, "/")).await.unwrap();
    invoke_with(&captured, "", send(client.clone(), request(&server, "/"))).await.unwrap();
    invoke_with(&captured, "nonsense", send(client, request(&server, "/"))).await.unwrap();
    for received in server.received() {
        assert_eq!((received.header("x-amzn-trace-id"), received.header("traceparent")), ("", ""));
    }
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn filtered_request_propagates_the_span_of_its_caller() {
    let captured = Captured::with(|it| it.levels("info,powertools::http=off".parse().unwrap()));
    let server = server().await;
    let sent = send(client(HttpClientLayer::new()), request(&server, "/"));
    let within = async { sent.instrument(tracing::info_span!("sender")).await };
    captured.invoke(within).await.unwrap();
    assert_eq!(captured.spans().len(), 1);
    let id = captured.last()["id"].clone();
    assert_eq!(member(server.received()[0].header("x-amzn-trace-id"), "Parent"), id);
}

#[tokio::test]
async fn reqwest_client_works_with_the_layer() {
    let (captured, server) = (capture(), server().await);
    let client = reqwest::Client::new();
    let client = service_fn(move |request: Request<reqwest::Body>| {
        let client = client.clone();
        async move { client.execute(request.try_into()?).await.map(Response::from) }
    });
    let mut client = HttpClientLayer::new().layer(client);
    let request = Request::get(format!("http://{}/", server.address)).body("".into()).unwrap();
    let response: Response<reqwest::Body> =
        captured.invoke(async { client.call(request).await }).await.unwrap();
    assert_eq!(response.status(), 200);
    let id = captured.last()["id"].clone();
    assert_eq!(member(server.received()[0].header("x-amzn-trace-id"), "Parent"), id);
}

/// The layer is at home between others.
#[expect(dead_code, reason = "it is enough that this compiles")]
fn service_is_named_send_and_clone(
    client: HyperClient,
) -> impl Service<Request<Empty<Bytes>>, Future: Future + Send> + Clone + Send {
    client
}
