//! From a cold process to the first claim that DynamoDB answered, against a database in this process.

use dynoxide::Database;

use crate::{
    Failure,
    build::Built,
    figures::Claims,
    function::Function,
    numbers::{median, milliseconds},
    process::Process,
    surroundings::Surroundings,
};

const RUNS: usize = 40;

/// Compares the processor time of both functions when their first invocation is over, in pairs.
pub(crate) fn claims(memory: &Built, dynamodb: &Built) -> Result<Claims, Failure> {
    eprintln!("starting functions with and without DynamoDB {RUNS} times");
    let runtime = tokio::runtime::Runtime::new()?;
    let mut around = Surroundings::start()?;
    around.dynamodb = Some(serve(&runtime)?);
    let mut pairs = Vec::new();
    for _ in 0..=RUNS {
        pairs.push([first_claim(memory, &around)?, first_claim(dynamodb, &around)?]);
    }
    // The first pair reads files, and is the only one whose claim in the table is a fresh one.
    pairs.remove(0);
    Ok(Claims {
        memory: median(pairs.iter().map(|pair| pair[0])),
        dynamodb: median(pairs.iter().map(|pair| pair[1])),
        difference: median(pairs.iter().map(|pair| pair[1] - pair[0])),
    })
}

/// Returns the processor time in ms.
fn first_claim(built: &Built, around: &Surroundings) -> Result<f64, Failure> {
    let mut process = Process::start(built.command(), around)?;
    process.invoke_times(1)?;
    Ok(milliseconds(process.processor_time()?))
}

/// Serves a database with the table, and returns its address.
fn serve(runtime: &tokio::runtime::Runtime) -> Result<String, Failure> {
    let database = Database::memory()?;
    let table = r#"{
        "TableName": "idempotency",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]
    }"#;
    database.create_table(serde_json::from_str(table)?)?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))?;
    let url = format!("http://{}", listener.local_addr()?);
    runtime.spawn(dynoxide::server::serve_on(listener, database));
    Ok(url)
}
