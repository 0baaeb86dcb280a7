//! A Runtime API of as little as possible, which notes when each call of the function arrives.
//!
//! `powertools-local` is the one to test with. Here two moments are told apart that are one to a caller of it,
//! when the answer came and when the function asked for more, and no async runtime competes with the function
//! for the processor.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant, SystemTime},
};

use crate::Failure;

/// How long a call of the function is waited for; valgrind is slow.
const PATIENCE: Duration = Duration::from_secs(120);

const ACCEPTED: &[u8] = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";

/// What the function has called.
pub(crate) enum Call {
    /// It asks for an invocation.
    Next { at: Instant, waiting: TcpStream },
    /// It has answered.
    Response { at: Instant, body: String },
    /// It has failed.
    Error { body: String },
}

pub(crate) struct Api {
    pub(crate) address: SocketAddr,
    calls: Receiver<Call>,
}

impl Api {
    pub(crate) fn open() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let (sender, calls) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                thread::spawn(move || serve(stream, &sender));
            }
        });
        Ok(Self { address, calls })
    }

    /// Waits for the next call.
    pub(crate) fn call(&self) -> Result<Call, Failure> {
        let call = self.calls.recv_timeout(PATIENCE);
        Ok(call.map_err(|_| "the function does not call its Runtime API")?)
    }
}

/// Hands out an invocation, and returns when.
///
/// All are of one trace: `lambda_runtime` sets an environment variable to each trace header, and glibc never frees one
/// that differs from those before, which is 140 bytes an invocation in any function.
pub(crate) fn hand_out(waiting: &mut TcpStream, number: usize) -> io::Result<Instant> {
    let payload = format!("{{\"id\":{number}}}");
    let deadline = SystemTime::now() + Duration::from_secs(30);
    let deadline = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let head = format!(
        "HTTP/1.1 200 OK\r\n\
         content-type: application/json\r\n\
         content-length: {}\r\n\
         lambda-runtime-aws-request-id: 8f507cfc-0000-4697-b07a-{number:012x}\r\n\
         lambda-runtime-deadline-ms: {deadline}\r\n\
         lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-west-1:123456789012:function:checkout\r\n\
         lambda-runtime-trace-id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1\r\n\r\n",
        payload.len()
    );
    let response = [head, payload].concat();
    let at = Instant::now();
    waiting.write_all(response.as_bytes())?;
    Ok(at)
}

/// Serves a connection until the function closes it, or nobody wants to know any more.
fn serve(stream: TcpStream, calls: &Sender<Call>) {
    let _ = stream.set_nodelay(true);
    let Ok(mut writer) = stream.try_clone() else { return };
    let mut reader = BufReader::new(stream);
    while let Ok(Some(request)) = Request::read(&mut reader) {
        let at = Instant::now();
        let known = if request.path.ends_with("/next") {
            let Ok(waiting) = writer.try_clone() else { return };
            calls.send(Call::Next { at, waiting })
        } else {
            // Told before it is acknowledged: what the function calls next may come by another connection.
            let known = calls.send(match request.path.ends_with("/response") {
                true => Call::Response { at, body: request.body },
                false => Call::Error { body: request.body },
            });
            // Where that fails the connection is gone, as the next read finds.
            let _ = writer.write_all(ACCEPTED);
            known
        };
        if known.is_err() {
            return;
        }
    }
}

/// A request, as far as it is of interest.
pub(crate) struct Request {
    path: String,
    body: String,
}

impl Request {
    /// Reads one; there is none where the connection ends.
    pub(crate) fn read(reader: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut length = Some(0);
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            let header = line.trim().to_ascii_lowercase();
            match header.split_once(':') {
                None => break,
                Some(("content-length", value)) => length = value.trim().parse().ok(),
                Some(("transfer-encoding", _)) => length = None,
                Some(_) => {}
            }
        }
        let body = match length {
            Some(length) => read_body(reader, length)?,
            None => read_chunks(reader)?,
        };
        Ok(Some(Self { path, body: String::from_utf8_lossy(&body).into_owned() }))
    }
}

fn read_body(reader: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}

fn read_chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        reader.read_line(&mut size)?;
        let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
        body.extend(read_body(reader, size)?);
        reader.read_line(&mut String::new())?;
        if size == 0 {
            return Ok(body);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Request> {
        Request::read(&mut BufReader::new(text.as_bytes())).unwrap()
    }

    #[test]
    fn bodies_are_read_by_their_length_and_in_chunks() {
        let request = read("POST /a/response HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello").unwrap();
        assert_eq!((request.path.as_str(), request.body.as_str()), ("/a/response", "hello"));
        let chunks = "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        assert_eq!(read(chunks).unwrap().body, "abcde");
    }

    #[test]
    fn connection_that_ends_has_no_request() {
        assert!(read("").is_none());
    }
}
