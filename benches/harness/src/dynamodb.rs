//! From a cold process to the first claim that DynamoDB answered, against a database in this process.

use dynoxide::Database;
use tokio::{net::TcpListener, runtime::Runtime};

use crate::{
    Failure,
    backends::Backends,
    build::{self, Built},
    function::Function,
    numbers::{median, milliseconds},
    process::Process,
    results::Claim,
    stack::{Kind, Stack},
    tables, tls,
};

const RUNS: usize = 40;

/// The same client with the cryptography that AWS's SDK takes by default.
static AWS_LC: Stack =
    Stack { name: "dynamodb-aws-lc", features: "dynamodb-aws-lc", kind: Kind::Rival };

/// Measures claims alone, and prints their table.
pub(crate) fn run() -> Result<(), Failure> {
    let built = |name| build::build(Stack::named(name).ok_or("no such stack")?);
    let claims = claims(&built("idempotency")?, &built("dynamodb")?)?;
    println!("{}", tables::claims(&claims));
    Ok(())
}

/// A way to the first claim.
struct Way<'a> {
    name: &'static str,
    built: &'a Built,
    backends: Backends,
}

/// Measures all ways in turns; the memory store's is the first.
pub(crate) fn claims(memory: &Built, dynamodb: &Built) -> Result<Vec<Claim>, Failure> {
    let aws_lc = build::build(&AWS_LC)?;
    let runtime = Runtime::new()?;
    let ways = ways(&runtime, [memory, dynamodb, &aws_lc])?;
    eprintln!("starting functions until their first claim, {} ways {RUNS} times", ways.len());
    let mut rounds = Vec::new();
    for _ in 0..=RUNS {
        rounds.push(ways.iter().map(first_claim).collect::<Result<Vec<_>, _>>()?);
    }
    // The first round reads files, and is the only one whose claim in the table is a fresh one.
    rounds.remove(0);
    let claims = ways.iter().enumerate().map(|(at, way)| {
        let middle = |of: fn(&First) -> f64| median(rounds.iter().map(|round| of(&round[at])));
        let over = rounds.iter().map(|round| round[at].processor - round[0].processor);
        Claim {
            way: way.name,
            answer: middle(|first| first.answer),
            processor: middle(|first| first.processor),
            over_memory: median(over),
            invocation: middle(|first| first.invocation),
            latency: middle(|first| first.latency),
        }
    });
    Ok(claims.collect())
}

fn ways<'a>(runtime: &Runtime, built: [&'a Built; 3]) -> Result<Vec<Way<'a>>, Failure> {
    let [memory, dynamodb, aws_lc] = built;
    let database = serve(runtime)?;
    let port = |url: &str| url.rsplit(':').next().unwrap_or_default().to_owned();
    let plain = format!("http://localhost:{}", port(&database));
    let files = build::target_directory().join("certificates");
    let front = tls::Front::open(runtime, &database, &files)?;
    let alone = [("SSL_CERT_FILE", front.root.display().to_string())];
    let among = [("SSL_CERT_FILE", front.bundle.display().to_string())];
    let warm = [among.clone(), [("BENCH_WARM_UP", "1".to_owned())]].concat();
    let way = |name, built, url: &str, more: &[(&'static str, String)]| {
        let mut backends = Backends::start()?;
        (backends.dynamodb, backends.more) = (Some(url.to_owned()), more.to_vec());
        Ok(Way { name, built, backends })
    };
    [
        way("memory store", memory, &plain, &[]),
        way("DynamoDB, HTTP", dynamodb, &plain, &[]),
        way("DynamoDB, HTTPS", dynamodb, &front.url, &among),
        way("DynamoDB, HTTPS, one root certificate", dynamodb, &front.url, &alone),
        way("DynamoDB, HTTPS, `warm_up` in INIT", dynamodb, &front.url, &warm),
        way("DynamoDB, HTTPS by AWS-LC", aws_lc, &front.url, &among),
    ]
    .into_iter()
    .collect()
}

/// What a start took, in ms.
struct First {
    answer: f64,
    processor: f64,
    invocation: f64,
    latency: f64,
}

fn first_claim(way: &Way<'_>) -> Result<First, Failure> {
    let mut process = Process::start(way.built.command(), &way.backends)?;
    process.poll()?;
    let before = process.processor_time()?;
    let invoked = process.invoke()?;
    process.poll()?;
    let after = process.processor_time()?;
    Ok(First {
        answer: milliseconds(invoked.since_start),
        processor: milliseconds(after),
        invocation: milliseconds(after.saturating_sub(before)),
        latency: milliseconds(invoked.latency),
    })
}

/// Serves a database with the table, and returns its address.
fn serve(runtime: &Runtime) -> Result<String, Failure> {
    let database = Database::memory()?;
    let table = r#"{
        "TableName": "idempotency",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]
    }"#;
    database.create_table(serde_json::from_str(table)?)?;
    let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
    let url = format!("http://{}", listener.local_addr()?);
    runtime.spawn(dynoxide::server::serve_on(listener, database));
    Ok(url)
}
