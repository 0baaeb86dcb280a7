//! A database in a process of its own.

use std::{
    error::Error,
    io::{self, BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use dynoxide::Database;

/// Where a case finds the database, in the processes of instruction counters too.
const URL: &str = "POWERTOOLS_BENCH_DYNAMODB";

const TABLE: &str = r#"{
    "TableName": "idempotency",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]
}"#;

/// A database that ends when this is dropped.
pub(super) struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// Starts this program once more, to serve.
    pub(super) fn start() -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["dynamodb", "--serve"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let mut url = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut url)?;
        }
        let server = Self { child, url: url.trim().to_owned() };
        // So that `url` finds it in this process.
        ADDRESS.set(server.url.clone()).map_err(|_| io::Error::other("there is one already"))?;
        Ok(server)
    }

    /// Tells a program where the database is.
    pub(super) fn tell(&self, command: &mut Command) {
        command.env(URL, &self.url);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

static ADDRESS: std::sync::OnceLock<String> = std::sync::OnceLock::new();

/// Returns where the database is.
pub(super) fn url() -> String {
    let given = || std::env::var(URL).unwrap_or_default();
    ADDRESS.get().cloned().unwrap_or_else(given)
}

/// Serves a database until stdin ends.
pub(super) fn serve() -> Result<(), Box<dyn Error>> {
    let database = Database::memory()?;
    database.create_table(serde_json::from_str(TABLE)?)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))?;
    println!("http://{}", listener.local_addr()?);
    runtime.spawn(dynoxide::server::serve_on(listener, database));
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
