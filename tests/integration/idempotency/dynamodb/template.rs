//! The table as code.

use std::{collections::BTreeSet, fs};

use powertools_idempotency::conformance;

use super::{Database, Plan, Proxy, TABLE, database};

const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../idempotency/table.yaml");

#[tokio::test]
async fn policy_allows_exactly_the_actions_of_the_store() {
    let database = Database::start().await;
    let proxy = Proxy::start(&database.url, |_| Plan::default()).await;
    conformance::check(&database::store(&proxy.url, TABLE).build().unwrap()).await.unwrap();
    let done: BTreeSet<_> = proxy.take_calls().into_iter().collect();
    let template = fs::read_to_string(TEMPLATE).unwrap();
    let allowed = template.lines().filter_map(|line| line.trim().strip_prefix("- dynamodb:"));
    assert_eq!(allowed.map(str::to_owned).collect::<BTreeSet<_>>(), done);
}
