//! moto's DynamoDB, as a second opinion.
//!
//! Its server takes requests in threads, and each in several steps: whatever asks at the same time finds that
//! two claims can be granted. So it is asked one at a time, and says what conditions mean, not that they are
//! atomic.

use powertools_idempotency::conformance::{self, Violations};

use super::{Database, Fate, Plan, Proxy, chaos, complete_with, conforms};
use crate::tracer::moto::server::Server;

#[tokio::test]
#[ignore = "needs moto: run `cargo xtask test`"]
async fn store_conforms_with_moto() -> Result<(), Violations> {
    let server = Server::start();
    let proxy = Proxy::one_at_a_time(&server.url()).await;
    let database = Database::at(proxy.url.clone()).await;
    conformance::check(&database.store()).await?;
    conforms::check_foreign(&database).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs moto: run `cargo xtask test`"]
async fn effects_happen_once_with_moto() {
    let server = Server::start();
    let proxy = Proxy::one_at_a_time(&server.url()).await;
    chaos::check(&Database::at(proxy.url.clone()).await, 40).await;
}

#[tokio::test]
#[ignore = "needs moto: run `cargo xtask test`"]
async fn effects_in_a_transaction_happen_once_with_moto() {
    let server = Server::start();
    let direct = Proxy::one_at_a_time(&server.url()).await;
    let database = Database::at(direct.url.clone()).await;
    // moto knows no tokens, so that a request whose answer is lost is made twice.
    let lost = [Plan::default(), Fate::CutAfter.into()];
    complete_with::check(&database, Proxy::with(&direct.url, lost).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs moto: run `cargo xtask test`"]
async fn effects_in_a_transaction_happen_exactly_once_with_moto() {
    let server = Server::start();
    let proxy = Proxy::one_at_a_time(&server.url()).await;
    chaos::transactions::check(&Database::at(proxy.url.clone()).await, 40).await;
}
