//! The shapes of handlers that public functions have, and handlers with state.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use lambda_runtime::service_fn;
use powertools::{
    Diagnostic, Error, LambdaEvent, RawEvent, check_handler, testing::Captured, with_state,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::fixture::Whole;

#[derive(Deserialize)]
struct Order {
    id: String,
}

#[derive(Serialize)]
struct Receipt {
    order_id: String,
}

/// Stands for a client of AWS's SDK: what it does is awaited. It is not `Clone`.
struct Client {
    calls: AtomicUsize,
}

impl Client {
    fn new() -> Self {
        Self { calls: AtomicUsize::new(0) }
    }

    async fn put(&self, id: &str) -> Result<usize, Error> {
        tokio::task::yield_now().await;
        match id {
            "" => Err("no id".into()),
            _ => Ok(self.calls.fetch_add(1, Ordering::SeqCst) + 1),
        }
    }
}

struct App {
    client: Client,
    names: Mutex<HashMap<String, usize>>,
}

impl App {
    fn new() -> Self {
        Self { client: Client::new(), names: Mutex::default() }
    }

    async fn place(&self, event: LambdaEvent<Order>) -> Result<usize, Error> {
        let number = self.client.put(&event.payload.id).await?;
        self.names.lock().unwrap().insert(event.payload.id, number);
        Ok(number)
    }

    #[powertools::handler(log_event, correlation_id = "/id")]
    async fn observed(&self, event: LambdaEvent<Order>) -> Result<usize, Error> {
        self.place(event).await
    }

    async fn request(&self, request: lambda_http::Request) -> Result<String, Error> {
        let number = self.client.put("o-1").await?;
        Ok(format!("{} {number}", request.method()))
    }
}

fn order() -> Value {
    json!({"id": "o-1"})
}

const _: () = check_handler(&placed);

async fn placed(event: LambdaEvent<Order>) -> Result<Receipt, Error> {
    Ok(Receipt { order_id: event.payload.id })
}

#[tokio::test]
async fn method_handler_shares_its_state() {
    let captured = Captured::new();
    let handler = with_state(App::new(), App::place);
    assert_eq!(captured.invoke(handler.clone(), &order()).await.value(), 1);
    assert_eq!(captured.invoke(handler, &order()).await.value(), 2);
}

#[tokio::test]
async fn method_with_the_attribute_is_a_handler() {
    let captured = Captured::new();
    let answer = captured.invoke(with_state(App::new(), App::observed), &order()).await;
    assert_eq!(answer.value(), 1);
    assert_eq!(captured.lines()[0]["correlation_id"], "o-1");
}

#[powertools::handler(cold_start_metric)]
async fn with_client(client: &Client, event: LambdaEvent<Order>) -> Result<usize, Error> {
    client.put(&event.payload.id).await
}

#[tokio::test]
async fn function_with_the_attribute_takes_state_first() {
    let captured = Captured::new();
    let answer = captured.invoke(with_state(Client::new(), with_client), &order()).await;
    assert_eq!(answer.value(), 1);
    assert_eq!(captured.metric("ColdStart"), [1.0]);
}

#[tokio::test]
async fn closures_get_state_whose_type_is_inferred() {
    let captured = Captured::new();
    let plain = with_state(App::new(), |app, event| async { app.place(event).await });
    assert_eq!(captured.invoke(plain, &order()).await.value(), 1);
    let awaiting = with_state(App::new(), async |app, event| app.place(event).await);
    assert_eq!(captured.invoke(awaiting, &order()).await.value(), 1);
    let several = with_state((Client::new(), "-2"), |(client, suffix), event| {
        numbered(client, suffix, event)
    });
    assert_eq!(captured.invoke(several, &order()).await.value(), "o-1-2 is 1");
}

async fn numbered(
    client: &Client,
    suffix: &str,
    event: LambdaEvent<Order>,
) -> Result<String, Error> {
    let id = event.payload.id + suffix;
    Ok(format!("{id} is {}", client.put(&id).await?))
}

#[tokio::test]
async fn handler_of_http_requests_takes_state() {
    let event = json!({
        "httpMethod": "GET", "path": "/orders", "headers": {}, "multiValueHeaders": {}, "isBase64Encoded": false,
        "queryStringParameters": {}, "multiValueQueryStringParameters": {}, "body": "",
        "requestContext": {"elb": {"targetGroupArn": "arn"}},
    });
    let answer = Captured::new().invoke(with_state(App::new(), App::request), &event).await;
    assert_eq!(answer.value()["body"], "GET 1", "{answer:?}");
}

#[tokio::test]
async fn state_in_a_static_works() {
    static APP: LazyLock<App> = LazyLock::new(App::new);
    let captured = Captured::new();
    assert_eq!(captured.invoke(|event| APP.place(event), &order()).await.value(), 1);
    let app: &'static App = &APP;
    assert_eq!(captured.invoke(move |event| app.place(event), &order()).await.value(), 2);
    let answer = captured.invoke(async move |event| app.place(event).await, &order()).await;
    assert_eq!(answer.value(), 3);
}

#[tokio::test]
async fn concurrent_invocations_of_a_started_function_share_its_state() {
    let whole = Whole::start(|builder| builder.env("WHOLE", "state").concurrency(4)).await;
    let meeting = json!(4);
    let four = [(); 4].map(|()| whole.local.invocation(&meeting).send());
    let mut numbers = futures_util::future::try_join_all(four)
        .await
        .unwrap()
        .iter()
        .map(|outcome| outcome.json::<usize>().unwrap())
        .collect::<Vec<_>>();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4]);
}

/// In the manner of public functions of `lambda_runtime`: what they give to `run`, given to this one.
mod public {
    use super::*;

    /// An `Arc` that the closure clones for each event, and a function that borrows from it.
    #[tokio::test]
    async fn closure_that_clones_an_arc_is_a_handler() {
        async fn handler(client: &Client, event: LambdaEvent<Order>) -> Result<(), Error> {
            client.put(&event.payload.id).await.map(drop)
        }
        let shared = Arc::new(Client::new());
        let func = service_fn(move |event: LambdaEvent<Order>| {
            let client = shared.clone();
            async move { handler(&client, event).await }
        });
        assert_eq!(Captured::new().invoke(func, &order()).await.value(), Value::Null);
    }

    /// The event's payload alone is handed over, and the error is one of `anyhow`'s kind.
    #[tokio::test]
    async fn closure_that_maps_its_error_is_a_handler() {
        async fn handle(payload: Value, app: Arc<App>) -> Result<Value, std::num::ParseIntError> {
            let number = payload["id"].as_str().unwrap_or_default().parse::<usize>()?;
            Ok(json!({ "processed": number + app.names.lock().unwrap().len() }))
        }
        let app = Arc::new(App::new());
        let run = service_fn(move |event: LambdaEvent<Value>| {
            let app = app.clone();
            async move { handle(event.payload, app).await.map_err(Error::from) }
        });
        let answer = Captured::new().invoke(run, &json!({"id": "7"})).await;
        assert_eq!(answer.value(), json!({"processed": 7}));
    }

    /// Two clients that `main` owns and the handler borrows: `|event| handler(&http, &dynamo, event)` there.
    #[tokio::test]
    async fn borrowed_clients_are_state() {
        async fn lambda_handler(
            http: &Client,
            dynamo: &Client,
            event: LambdaEvent<Value>,
        ) -> Result<Value, Diagnostic> {
            let id = event.payload["id"].as_str().unwrap_or_default();
            let puts = async { Ok::<_, Error>([http.put(id).await?, dynamo.put(id).await?]) };
            puts.await.map(|puts| json!(puts)).map_err(|error| Diagnostic {
                error_type: "PutFailed".into(),
                error_message: error.to_string(),
            })
        }
        let captured = Captured::new();
        let handler = with_state((Client::new(), Client::new()), |(http, dynamo), event| {
            lambda_handler(http, dynamo, event)
        });
        assert_eq!(captured.invoke(handler.clone(), &order()).await.value(), json!([1, 1]));
        let answer = captured.invoke(handler, &json!({})).await;
        assert_eq!(answer.error().unwrap().error_type, "PutFailed");
    }

    /// A trait object as the state.
    #[tokio::test]
    async fn trait_object_is_state() {
        trait Operations: Send + Sync {
            fn operation<'a>(
                &'a self,
                id: &'a str,
            ) -> Pin<Box<dyn Future<Output = Result<usize, Error>> + Send + 'a>>;
        }
        impl Operations for Client {
            fn operation<'a>(
                &'a self,
                id: &'a str,
            ) -> Pin<Box<dyn Future<Output = Result<usize, Error>> + Send + 'a>> {
                Box::pin(self.put(id))
            }
        }
        async fn function_handler(
            client: &dyn Operations,
            event: LambdaEvent<Value>,
        ) -> Result<(), Error> {
            let id = event.payload["id"].as_str().unwrap_or_default();
            let (first, second) = futures_util::join!(client.operation(id), client.operation(id));
            first.and(second).map(drop)
        }
        let client: Box<dyn Operations> = Box::new(Client::new());
        let handler = with_state(client, |client, event| function_handler(client.as_ref(), event));
        assert_eq!(Captured::new().invoke(handler, &order()).await.value(), Value::Null);
    }

    /// State that is `Clone` and handed over by value, beside an event that is read later.
    #[tokio::test]
    async fn cloned_state_is_passed_by_value() {
        #[derive(Clone)]
        struct HandlerState {
            client: Arc<Client>,
            prefix: String,
        }
        async fn handler(
            state: HandlerState,
            event: LambdaEvent<RawEvent>,
        ) -> Result<String, Error> {
            let order: Order = event.payload.parse()?;
            Ok(format!("{}{}", state.prefix, state.client.put(&order.id).await?))
        }
        let state = HandlerState { client: Arc::new(Client::new()), prefix: "n-".into() };
        let func = service_fn(move |event| handler(state.clone(), event));
        assert_eq!(Captured::new().invoke(func, &order()).await.value(), "n-1");
    }

    /// A layer of `tower` around the handler.
    #[tokio::test]
    async fn service_with_layers_is_a_handler() {
        use lambda_runtime::tower::ServiceBuilder;

        let service = ServiceBuilder::new()
            .map_request(|mut event: LambdaEvent<Order>| {
                event.payload.id.push('!');
                event
            })
            .service_fn(placed);
        let answer = Captured::new().invoke(service, &order()).await;
        assert_eq!(answer.value(), json!({"order_id": "o-1!"}));
    }
}

#[test]
fn future_of_run_can_be_spawned() {
    fn is_send<T: Send + 'static>(_: T) {}
    is_send(powertools::run(placed));
}
