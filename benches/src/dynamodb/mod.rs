//! What an idempotent call costs beyond the bare calls of AWS's SDK that it makes, over HTTP.
//!
//! The database is a process of its own, so that the client's cost stands apart. The client is the same in all
//! cases, with the settings of `DynamoDbStore::from_env`. Everything runs on one thread.

mod bare;
mod ours;
mod results;
mod server;

use std::{
    cell::RefCell,
    error::Error,
    time::{Duration, SystemTime},
};

use aws_sdk_dynamodb::{
    Client, Config,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig, timeout::TimeoutConfig},
};
use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};

use crate::{case::Case, competitors};

/// Rounds of a hundred calls of each case.
const ROUNDS: usize = 101;

const TABLE: &str = "idempotency";

/// Longer than a record lasts: a key whose record has expired is as good as a new one, and the table does not grow.
const LATER: Duration = Duration::from_secs(2 * 60 * 60);

pub(crate) fn cases() -> Vec<Case> {
    let case =
        |group, name, around, once| Case::new(group, name, competitors::nothing, around, once);
    vec![
        case("fresh", "dynamodb/fresh-bare-sdk", bare::around, bare::fresh).floor(),
        case("fresh", "dynamodb/fresh", ours::around, ours::fresh),
        case("replay", "dynamodb/replay-bare-sdk", bare::around, bare::refused).floor(),
        case("replay", "dynamodb/replay", ours::around, ours::replay),
    ]
}

/// Does what the arguments after `dynamodb` ask for.
pub(crate) fn main(arguments: &[String]) {
    let done = match arguments {
        [] => measure(ROUNDS),
        [serve] if serve == "--serve" => server::serve(),
        [rounds] => rounds.parse().map_err(Into::into).and_then(measure),
        _ => Err("usage: powertools-benches dynamodb [ROUNDS]".into()),
    };
    if let Err(error) = done {
        eprintln!("{error}");
    }
}

/// Measures the cases against a database that is started for it.
fn measure(rounds: usize) -> Result<(), Box<dyn Error>> {
    let server = server::Server::start()?;
    results::print(&cases(), rounds, &server);
    Ok(())
}

/// The result of an operation, which is kept as JSON and read again.
#[derive(Deserialize, Serialize)]
struct Receipt {
    receipt: String,
    total: f64,
    currency: String,
    items: u32,
}

impl Receipt {
    fn new() -> Self {
        let (receipt, currency) = ("r-1029".to_owned(), "EUR".to_owned());
        Self { receipt, total: 350.55, currency, items: 9 }
    }
}

thread_local! {
    static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
}

/// Runs `measure` where there are a runtime and a client.
fn connected(measure: impl FnOnce(Client)) {
    let runtime = Builder::new_current_thread().enable_all().build();
    RUNTIME.set(Some(runtime.expect("a runtime starts where there are files left to open")));
    measure(client());
    RUNTIME.take();
}

fn wait<F: Future>(future: F) -> F::Output {
    RUNTIME.with_borrow(|runtime| {
        runtime.as_ref().expect("it is started around this").block_on(future)
    })
}

/// A client as the store makes it from its environment.
fn client() -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new("id", "secret", Some("token".into()), None, "bench"))
        .region(Region::new("eu-west-1"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts.build())
        .endpoint_url(server::url());
    Client::from_conf(config.build())
}

/// A key that no sample of any process had before.
fn new_key() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.as_nanos() as u64
}

fn milliseconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis() as u64
}
