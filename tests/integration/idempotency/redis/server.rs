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
        let words = options.iter().flat_map(|option| option.split(' '));
        let options: Vec<_> = [variable].into_iter().chain(words).map(str::to_owned).collect();
        // A free port may be taken by another test before the server has it.
        for _ in 0..10 {
            let folder = env::temp_dir().join(format!("powertools-redis-{:x}", fastrand::u64(..)));
            std::fs::create_dir(&folder).unwrap();
            let (options, port) = (options.clone(), free_port());
            let process = spawn(&options, port, &folder);
            let mut server = Self { process, port, options, folder };
            if server.answers().await {
                return server;
            }
        }
        panic!("{variable} does not start with {options:?}")
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
        assert!(self.answers().await, "the server starts again");
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

    /// Waits until it answers; `false` if it has ended, or another server has the port.
    async fn answers(&mut self) -> bool {
        let started = Instant::now();
        while self.process.try_wait().unwrap().is_none() {
            match self.connection().await {
                Ok(mut connection) => return self.is_served_by(&mut connection).await,
                // It asks for TLS.
                Err(error) if !error.is_connection_refusal() => return true,
                Err(_) => (),
            }
            assert!(started.elapsed() < START, "no server on port {}", self.port);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    }

    async fn is_served_by(&self, connection: &mut MultiplexedConnection) -> bool {
        match send(connection, "INFO server")
            .await
            .and_then(|info| Ok(redis::from_redis_value(info)?))
        {
            Ok::<String, _>(info) => info.contains(&format!("process_id:{}\r", self.process.id())),
            // It asks for a password.
            Err(_) => true,
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
