//! What stands between a function and its database, and fails as networks and services do.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle, time::sleep};

/// What becomes of a request, and after how long.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    pub(super) before: Duration,
    /// What the request waits for before it goes on.
    pub(super) held: Option<Arc<Notify>>,
    pub(super) fate: Fate,
    pub(super) after: Duration,
    /// What the answer waits for before it comes back.
    pub(super) answer_held: Option<Arc<Notify>>,
}

#[derive(Clone, Debug, Default)]
pub(super) enum Fate {
    #[default]
    Answered,
    /// It does not arrive, and is answered so.
    Refused(u16, String),
    /// It arrives, and its answer is replaced.
    Replaced(u16, String),
    /// It does not arrive, and the connection ends.
    CutBefore,
    /// It arrives, and the connection ends.
    CutAfter,
    /// It arrives, and its answer has no item.
    WithoutItem,
}

impl From<Fate> for Plan {
    fn from(fate: Fate) -> Self {
        Self { fate, ..Self::default() }
    }
}

/// An error as DynamoDB words it.
pub(super) fn error(code: &str, message: &str) -> String {
    let code = format!("com.amazonaws.dynamodb.v20120810#{code}");
    serde_json::json!({"__type": code, "message": message}).to_string()
}

type Planner = dyn Fn(&str) -> Plan + Send + Sync;

/// A proxy on a port of its own, until it is dropped.
pub(super) struct Proxy {
    pub(super) url: String,
    calls: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

struct Shared {
    to: String,
    plan: Box<Planner>,
    calls: Arc<Mutex<Vec<String>>>,
    client: Client<HttpConnector, Full<Bytes>>,
    /// Held by the one request that may be on its way, where it is one at a time.
    turn: Option<Arc<tokio::sync::Mutex<()>>>,
}

impl Proxy {
    /// Starts one before the database at `to`; `plan` is given the name of each action.
    pub(super) async fn start(
        to: &str,
        plan: impl Fn(&str) -> Plan + Send + Sync + 'static,
    ) -> Self {
        Self::listen(to, Box::new(plan), None).await
    }

    /// Starts one for a database whose requests must not meet, because it takes each in several steps.
    pub(super) async fn one_at_a_time(to: &str) -> Self {
        Self::listen(to, Box::new(|_| Plan::default()), Some(Arc::default())).await
    }

    async fn listen(
        to: &str,
        plan: Box<Planner>,
        turn: Option<Arc<tokio::sync::Mutex<()>>>,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let calls = Arc::default();
        let shared = Shared {
            to: to.to_owned(),
            plan,
            calls: Arc::clone(&calls),
            client: Client::builder(TokioExecutor::new()).build_http(),
            turn,
        };
        Self { url, calls, task: tokio::spawn(accept(listener, Arc::new(shared))) }
    }

    /// Starts one that plans the first calls so, and answers the rest.
    pub(super) async fn with(to: &str, plans: impl IntoIterator<Item = Plan>) -> Self {
        let plans = Mutex::new(plans.into_iter().collect::<Vec<_>>().into_iter());
        Self::start(to, move |_| plans.lock().unwrap().next().unwrap_or_default()).await
    }

    /// Takes the names of the actions that were asked for.
    pub(super) fn take_calls(&self) -> Vec<String> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = shared.clone();
        let service = service_fn(move |request| serve(request, shared.clone()));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn serve(
    request: Request<Incoming>,
    shared: Arc<Shared>,
) -> Result<Response<Full<Bytes>>, io::Error> {
    let (mut head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let target = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let action = target.and_then(|target| target.rsplit('.').next()).unwrap_or_default().to_owned();
    let plan = (shared.plan)(&action);
    shared.calls.lock().unwrap().push(action);
    sleep(plan.before).await;
    if let Some(event) = &plan.held {
        event.notified().await;
    }
    match plan.fate {
        Fate::Refused(status, body) => return Ok(answer(status, body)),
        Fate::CutBefore => return Err(io::Error::other("cut before it arrived")),
        _ => (),
    }
    head.uri = format!("{}/", shared.to).parse().map_err(io::Error::other)?;
    let request = Request::from_parts(head, Full::new(body));
    // To its end, also when nobody waits for the answer any more.
    let forwarded = tokio::spawn(forward(request, shared.clone()));
    let (mut head, mut body) = forwarded.await.map_err(io::Error::other)??.into_parts();
    sleep(plan.after).await;
    if let Some(event) = &plan.answer_held {
        event.notified().await;
    }
    match plan.fate {
        Fate::Replaced(status, body) => return Ok(answer(status, body)),
        Fate::CutAfter => return Err(io::Error::other("cut after it arrived")),
        Fate::WithoutItem => {
            let mut value: Value = serde_json::from_slice(&body)?;
            value.as_object_mut().unwrap().remove("Item").expect("there is one to be taken");
            body = value.to_string().into();
            head.headers.remove("content-length");
            head.headers.remove("x-amz-crc32");
        }
        _ => (),
    }
    Ok(Response::from_parts(head, Full::new(body)))
}

async fn forward(
    request: Request<Full<Bytes>>,
    shared: Arc<Shared>,
) -> Result<Response<Bytes>, io::Error> {
    let _turn = match &shared.turn {
        Some(turn) => Some(turn.lock().await),
        None => None,
    };
    let answer = shared.client.request(request).await.map_err(io::Error::other)?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    Ok(Response::from_parts(head, body))
}

fn answer(status: u16, body: String) -> Response<Full<Bytes>> {
    let response = Response::builder().status(status);
    response.header("content-type", "application/x-amz-json-1.0").body(body.into()).unwrap()
}
