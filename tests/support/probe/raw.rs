//! Calls to the Runtime API as no well-behaved runtime client would make them.

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One request, sent on a connection of its own.
#[derive(Deserialize)]
pub(crate) struct Request {
    method: String,
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
}

#[derive(Serialize)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Request {
    pub(crate) fn init_error(body: &Value) -> Self {
        Self {
            method: "POST".to_owned(),
            path: "/2018-06-01/runtime/init/error".to_owned(),
            headers: [("Lambda-Runtime-Function-Error-Type".to_owned(), "Probe.Init".to_owned())]
                .into(),
            body: body.to_string(),
        }
    }

    /// `events` is a JSON list.
    pub(crate) fn register(name: &str, events: &str) -> Self {
        Self {
            method: "POST".to_owned(),
            path: "/2020-01-01/extension/register".to_owned(),
            headers: [("Lambda-Extension-Name".to_owned(), name.to_owned())].into(),
            body: format!(r#"{{"events":{events}}}"#),
        }
    }

    async fn ask(&self, address: &str) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(self.head(address).as_bytes()).await?;
        // A server may answer and close before it has read a body it refuses.
        let _ = stream.write_all(self.body.as_bytes()).await;
        let mut answer = Vec::new();
        match stream.read_to_end(&mut answer).await {
            Err(e) if answer.is_empty() => Err(e),
            _ => Ok(Answer::parse(&String::from_utf8_lossy(&answer))),
        }
    }

    fn head(&self, address: &str) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: {address}\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head + &format!("Connection: close\r\nContent-Length: {}\r\n\r\n", self.body.len())
    }
}

impl Answer {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        Self {
            status: status.and_then(|code| code.parse().ok()).unwrap_or_default(),
            headers: lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            body: body.to_owned(),
        }
    }
}

/// Sends the requests one after the other to this function's Runtime API.
///
/// `{id}` in a path stands for the running invocation's request id.
pub(crate) async fn ask_all(
    requests: Vec<Request>,
    id: &str,
) -> Result<Value, lambda_runtime::Error> {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API")?;
    let mut answers = Vec::new();
    for mut request in requests {
        request.path = request.path.replace("{id}", id);
        answers.push(request.ask(&address).await?);
    }
    Ok(json!(answers))
}
