//! Records in Valkey, on a real server.

use powertools_idempotency::conformance::{self, Violations};

use super::redis::{Server, conforms, effects};

async fn server() -> Server {
    Server::of("POWERTOOLS_VALKEY", &[]).await
}

#[tokio::test]
#[ignore = "needs a Valkey server: run `cargo xtask test`"]
async fn redis_store_conforms_with_valkey() -> Result<(), Violations> {
    let server = server().await;
    conformance::check(&server.store()).await?;
    conforms::check_foreign(&server).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a Valkey server: run `cargo xtask test`"]
async fn effects_happen_once_in_valkey_under_faults() {
    effects::check(&server().await, 40).await;
}
