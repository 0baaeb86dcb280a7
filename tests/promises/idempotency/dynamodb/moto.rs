//! moto's DynamoDB, as a second opinion.

use powertools_idempotency::conformance::{self, Violations};

use super::{Database, chaos, conforms};
use crate::tracer::moto::server::Server;

#[tokio::test]
#[ignore = "needs moto: run `cargo xtask test`"]
async fn the_protocol_is_kept_in_moto_too() -> Result<(), Violations> {
    let server = Server::start();
    let database = Database::at(server.url()).await;
    conformance::check(&database.store()).await?;
    conforms::check_foreign(&database).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs moto: run `cargo xtask test`"]
async fn effects_happen_once_in_moto_too() {
    let server = Server::start();
    chaos::check(&Database::at(server.url()).await, 40).await;
}
