//! A server as a child process.

use std::{
    env,
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use powertools_idempotency::RedisStore;
use redis::{Client, RedisResult, Value, aio::MultiplexedConnection};

const START: Duration = Duration::from_secs(60);

/// A server on a free port, which ends with the test.
pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
    options: Vec<String>,
    folder: PathBuf,
}

impl Server {
    /// Starts a server without persistence.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts a server with more options, in words.
    pub(crate) async fn with(options: &[&str]) -> Self {
        Self::of("POWERTOOLS_REDIS", options).await
    }

    /// Starts the program that an environment variable names.
    pub(crate) async fn of(variable: &str, options: &[&str]) -> Self {
        let number = fastrand::u64(..);
        let folder = env::temp_dir().join(format!("powertools-redis-{number:x}"));
        std::fs::create_dir(&folder).unwrap();
        let words = options.iter().flat_map(|option| option.split(' '));
        let mut options: Vec<_> = words.map(str::to_owned).collect();
        options.splice(0..0, [variable.to_owned()]);
        let port = free_port();
        let process = spawn(&options, port, &folder);
        let server = Self { process, port, options, folder };
        server.answers().await;
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) fn store(&self) -> RedisStore {
        RedisStore::from_url(self.url())
    }

    /// Kills the process, and starts another on the same port.
    pub(crate) async fn restart(&mut self) {
        self.stop();
        self.process = spawn(&self.options, self.port, &self.folder);
        self.answers().await;
    }

    pub(crate) fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Connects without a store, which a user without limits may.
    pub(crate) async fn connection(&self) -> RedisResult<MultiplexedConnection> {
        Client::open(self.url())?.get_multiplexed_async_connection().await
    }

    /// Sends one command, given in words.
    pub(crate) async fn send(&self, command: &str) -> Value {
        send(&mut self.connection().await.unwrap(), command).await.unwrap()
    }

    /// Returns a number from `INFO`.
    pub(crate) async fn info(&self, name: &str) -> u64 {
        let info = self.send("INFO").await;
        let info: String = redis::from_redis_value(info).unwrap();
        let line = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.unwrap().trim().parse().unwrap()
    }

    /// Waits until it answers, if only that it wants a password.
    async fn answers(&self) {
        let started = Instant::now();
        loop {
            // A port of TLS or one that asks for a password is as good.
            match self.connection().await {
                Ok(_) => return,
                Err(error) if !error.is_connection_refusal() => return,
                Err(_) => (),
            }
            assert!(started.elapsed() < START, "no server on port {}", self.port);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn spawn(options: &[String], port: u16, folder: &PathBuf) -> Child {
    let (variable, options) = options.split_first().unwrap();
    let program = env::var_os(variable)
        .unwrap_or_else(|| panic!("{variable} names a server: run `cargo xtask test`"));
    let mut command = Command::new(program);
    command.args(["--bind", "127.0.0.1", "--save", "", "--dir"]).arg(folder);
    if !options.iter().any(|option| option == "--tls-port") {
        command.arg("--port").arg(port.to_string());
    } else {
        command.arg("--port").arg("0");
    }
    let port = port.to_string();
    command.args(options.iter().map(|option| option.replace("{port}", &port)));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the server starts")
}

/// Sends one command, given in words.
pub(crate) async fn send(
    connection: &mut MultiplexedConnection,
    command: &str,
) -> RedisResult<Value> {
    let mut words = command.split(' ');
    let mut command = redis::cmd(words.next().unwrap());
    for word in words {
        command.arg(word);
    }
    command.query_async(connection).await
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
