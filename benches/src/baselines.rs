//! What a line costs at least: the same members, written without any library in between, and by serde.

use std::{
    cell::RefCell,
    fmt::Write,
    hint::black_box,
    time::{SystemTime, UNIX_EPOCH},
};

use serde::Serialize;

use crate::competitors::Memory;

#[derive(Serialize)]
struct Line<'a> {
    level: &'a str,
    location: &'a str,
    message: &'a str,
    timestamp: &'a str,
    service: &'a str,
    tenant: &'a str,
    shard: u64,
    region: &'a str,
    order_id: u64,
    customer: &'a str,
    total: f64,
    express: bool,
    items: i64,
}

#[derive(Default)]
struct Buffers {
    line: Vec<u8>,
    time: String,
    second: u64,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

impl Buffers {
    /// Brings the time up to date, as cheaply as the logger does.
    fn tick(&mut self) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        if now.as_secs() != self.second {
            self.second = now.as_secs();
            self.time.clear();
            // The date is of no interest here, only its length and how often it is written.
            let _ = write!(self.time, "2026-11-20T{:08}.000Z", now.as_secs() % 100_000_000);
        }
        let millis = now.subsec_millis();
        let digits = [millis / 100, millis / 10 % 10, millis % 10]
            .map(|digit| char::from(b'0' + digit as u8));
        self.time.truncate(20);
        self.time.extend(digits);
        self.time.push('Z');
    }
}

pub(crate) fn serde() {
    BUFFERS.with_borrow_mut(|buffers| {
        buffers.tick();
        let line = Line {
            level: "INFO",
            location: "powertools_benches::log_line:42",
            message: "order placed",
            timestamp: &buffers.time,
            service: "checkout",
            tenant: "t-1",
            shard: 7,
            region: "eu-west-1",
            order_id: black_box(17),
            customer: black_box("c-1029"),
            total: black_box(42.5),
            express: black_box(true),
            items: black_box(3),
        };
        buffers.line.clear();
        serde_json::to_writer(&mut buffers.line, &line).expect("a Vec takes everything");
        buffers.line.push(b'\n');
        Memory::append(&buffers.line);
    });
}

pub(crate) fn by_hand() {
    write_by_hand(b"", b"}\n");
}

/// The same with what an invocation adds to a line.
pub(crate) fn by_hand_in_invocation() {
    let facts = br#","cold_start":false,"function_name":"checkout","function_memory_size":128,"function_arn":"arn:aws:lambda:eu-west-1:123456789012:function:checkout","function_request_id":"6f6f2e2c-0001-4a0b-9c57-0f2a3b4c5d6e""#;
    let tail = b",\"xray_trace_id\":\"1-5759e988-bd862e3fe1be46a994272793\"}\n";
    write_by_hand(black_box(facts), black_box(tail));
}

fn write_by_hand(facts: &[u8], tail: &[u8]) {
    BUFFERS.with_borrow_mut(|buffers| {
        buffers.tick();
        let line = &mut buffers.line;
        line.clear();
        line.extend_from_slice(br#"{"level":"INFO","location":"powertools_benches::log_line:"#);
        line.extend_from_slice(itoa::Buffer::new().format(black_box(42)).as_bytes());
        line.extend_from_slice(br#"","message":""#);
        push_text(line, black_box("order placed"));
        line.extend_from_slice(br#"","timestamp":""#);
        line.extend_from_slice(buffers.time.as_bytes());
        line.extend_from_slice(br#"","service":""#);
        push_text(line, black_box("checkout"));
        line.push(b'"');
        line.extend_from_slice(facts);
        line.extend_from_slice(black_box(br#","tenant":"t-1","shard":7,"region":"eu-west-1""#));
        line.extend_from_slice(br#","order_id":"#);
        line.extend_from_slice(itoa::Buffer::new().format(black_box(17_u64)).as_bytes());
        line.extend_from_slice(br#","customer":""#);
        push_text(line, black_box("c-1029"));
        line.extend_from_slice(br#"","total":"#);
        serde_json::to_writer(&mut *line, &black_box(42.5)).expect("a Vec takes everything");
        line.extend_from_slice(br#","express":"#);
        line.extend_from_slice(if black_box(true) { b"true" } else { b"false" });
        line.extend_from_slice(br#","items":"#);
        line.extend_from_slice(itoa::Buffer::new().format(black_box(3_i64)).as_bytes());
        line.extend_from_slice(tail);
        Memory::append(line);
    });
}

/// Copies text, looking at each byte for what would need an escape.
fn push_text(line: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => line.extend_from_slice(&[b'\\', byte]),
            0..0x20 => line.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => line.push(byte),
        }
    }
}
