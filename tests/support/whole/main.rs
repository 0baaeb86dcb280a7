//! A function with all utilities around it, that does what its event asks for.
#![allow(clippy::panic, reason = "its panics are asked for")]

mod stream;

use std::{
    env,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use powertools::{
    Error, ErrorType, LambdaEvent, Powertools,
    logger::{Buffering, append_key},
    metrics::{self, Metric},
    with_state,
};
use serde::Deserialize;
use tokio::sync::Barrier;

const ORDERS: Metric = Metric::count("OrdersPlaced");

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    Succeed { value: u32 },
    Fail { product: String },
    Choose { product: String },
    Say { text: String },
    Panic { message: String },
    PanicInside { message: String },
    PanicInTask { message: String },
    Sleep { milliseconds: u64 },
}

#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("{product} can't be had")]
    Unavailable { product: String, source: StockError },
}

#[derive(Debug, thiserror::Error)]
enum StockError {
    #[error("nothing left")]
    Empty,
}

/// An error that chooses its name.
#[derive(Debug, thiserror::Error)]
#[error("{0} is out of stock")]
struct Gone(String);

impl ErrorType for Gone {
    fn error_type(&self) -> &'static str {
        "OutOfStock"
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let powertools = Powertools::builder()
        .logger(|logger| logger.buffering(Buffering::new()))
        .error_type::<Gone>()
        .deadline_margin(Duration::from_secs(1))
        .build();
    match env::var("WHOLE").unwrap_or_default().as_str() {
        "stream" => powertools.run(stream::handler).await,
        "state" => {
            let state = async || -> Result<_, Error> {
                let meeting = Meeting { at_once: Barrier::new(4), present: AtomicUsize::new(0) };
                Ok(with_state(meeting, Meeting::attend))
            };
            powertools.start(state).await
        }
        "early" => {
            let powertools = powertools.init();
            tracing::info!("before the handler runs");
            powertools.run(handler).await
        }
        how => {
            let prepared = async || {
                prepare(how)?;
                Ok::<_, Error>(handler)
            };
            powertools.start(prepared).await
        }
    }
}

/// State that all invocations share; not `Clone`.
struct Meeting {
    at_once: Barrier,
    present: AtomicUsize,
}

impl Meeting {
    /// Returns once four invocations are here at the same time.
    async fn attend(&self, _: LambdaEvent<serde_json::Value>) -> Result<usize, Error> {
        self.at_once.wait().await;
        Ok(self.present.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

fn prepare(how: &str) -> Result<(), Error> {
    match how {
        "fail" => Err(Gone("the table".to_owned()).into()),
        "panic" => panic!("no configuration"),
        _ => Ok(()),
    }
}

async fn handler(event: LambdaEvent<Order>) -> Result<u32, Error> {
    append_key("request", &event.context.request_id);
    match event.payload {
        Order::Succeed { value } => place(value).await,
        Order::Fail { product } => {
            let source = StockError::Empty;
            Err(OrderError::Unavailable { product, source }.into())
        }
        Order::Choose { product } => Err(Gone(product).into()),
        Order::Say { text } => Err(text.into()),
        Order::Panic { message } => panic!("{message}"),
        Order::PanicInside { message } => pay(message).await,
        Order::PanicInTask { message } => task(message).await,
        Order::Sleep { milliseconds } => sleep(milliseconds).await,
    }
}

#[tracing::instrument]
async fn place(value: u32) -> Result<u32, Error> {
    tracing::info!("order placed");
    metrics::record(&ORDERS, 1);
    Ok(value)
}

#[tracing::instrument(skip_all)]
async fn pay(message: String) -> Result<u32, Error> {
    tokio::task::yield_now().await;
    panic!("{message}")
}

/// Fails with the panic of a task that knows nothing of the invocation.
async fn task(message: String) -> Result<u32, Error> {
    let task = tokio::spawn(async move { panic!("{message}") });
    let panic = task.await.expect_err("it panics").into_panic();
    std::panic::resume_unwind(panic)
}

#[tracing::instrument]
async fn sleep(milliseconds: u64) -> Result<u32, Error> {
    tracing::debug!("going to sleep");
    metrics::record(&ORDERS, 1);
    let _outer = tracing::info_span!("call the bank").entered();
    std::thread::sleep(Duration::from_millis(milliseconds));
    Ok(0)
}
