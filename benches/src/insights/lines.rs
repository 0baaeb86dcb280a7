//! Lines as our crates and Lambda write them, the same in each run.

use std::fmt::Write;

/// Returns lines of `bytes` bytes or a little more.
pub(super) fn generate(bytes: usize) -> String {
    let mut lines = Lines {
        text: String::with_capacity(bytes + 1024),
        random: 0x9e37_79b9_7f4a_7c15,
        millis: 0,
    };
    while lines.text.len() < bytes {
        lines.append();
    }
    lines.text
}

struct Lines {
    text: String,
    /// The state of a generator by Marsaglia (xorshift).
    random: u64,
    /// How long after the first line.
    millis: u64,
}

impl Lines {
    fn next(&mut self, below: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % below
    }

    fn append(&mut self) {
        self.millis += self.next(40);
        match self.next(100) {
            0..=84 => self.append_log_line(),
            85..=94 => self.append_metrics(),
            _ => self.append_report(),
        }
        self.text.push('\n');
    }

    fn append_log_line(&mut self) {
        let level = ["INFO", "INFO", "INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"]
            [self.next(8) as usize];
        let service = self.service();
        let (order, tenant, duration) = (self.next(100_000), self.next(20), self.next(20_000));
        let (time, request) = (self.time(), self.next(1 << 48));
        let _ = write!(
            self.text,
            r#"{{"level":"{level}","location":"{service}::orders:42","message":"order placed","timestamp":"{time}","service":"{service}","cold_start":false,"function_name":"{service}","function_memory_size":128,"function_arn":"arn:aws:lambda:eu-west-1:123456789012:function:{service}","function_request_id":"6f6f2e2c-0001-4a0b-9c57-{request:012x}","order_id":{order},"tenant":"t-{tenant}","duration_ms":{}.{}"#,
            duration / 10,
            duration % 10,
        );
        if level == "ERROR" {
            self.text.push_str(r#","exception":"the payment service did not answer: timeout","exception_name":"PaymentError","stack_trace":{"type":"PaymentError","value":"timeout\nafter \"3\" attempts","causes":["connection refused","timeout"]}"#);
        }
        let _ = write!(self.text, r#","xray_trace_id":"1-5759e988-{request:012x}994272793"}}"#);
    }

    fn append_metrics(&mut self) {
        let (service, orders, latency) = (self.service(), self.next(5), self.next(3_000));
        let millis = 1_795_174_331_945 + self.millis;
        let _ = write!(
            self.text,
            r#"{{"_aws":{{"Timestamp":{millis},"CloudWatchMetrics":[{{"Namespace":"Shop","Dimensions":[["service","environment"]],"Metrics":[{{"Name":"OrdersPlaced","Unit":"Count"}},{{"Name":"Latency","Unit":"Milliseconds","StorageResolution":1}}]}}]}},"service":"{service}","environment":"prod","order_id":"17","OrdersPlaced":[{orders}.0,2.0],"Latency":[{latency}.5]}}"#,
        );
    }

    fn append_report(&mut self) {
        let (request, duration, memory) =
            (self.next(1 << 48), self.next(300_000), 30 + self.next(90));
        let _ = write!(
            self.text,
            "REPORT RequestId: 6f6f2e2c-0001-4a0b-9c57-{request:012x}\tDuration: {}.{:02} ms\tBilled Duration: {} ms\tMemory Size: 128 MB\tMax Memory Used: {memory} MB\t",
            duration / 100,
            duration % 100,
            duration / 100 + 1,
        );
    }

    fn service(&mut self) -> &'static str {
        ["checkout", "orders", "payments", "shipping"][self.next(4) as usize]
    }

    fn time(&self) -> String {
        let (seconds, millis) = (self.millis / 1000, self.millis % 1000);
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        format!("2026-11-20T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}
