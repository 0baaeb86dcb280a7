//! Three metrics as an EMF document of metrique's on stdout.

use std::{
    io::Write,
    sync::{LazyLock, Mutex, PoisonError},
    time::SystemTime,
};

use metrique_writer::{Entry, format::Format};
use metrique_writer_format_emf::Emf;

#[derive(Entry)]
struct Order {
    #[entry(timestamp)]
    timestamp: SystemTime,
    service: &'static str,
    #[entry(name = "OrdersPlaced")]
    placed: u32,
    #[entry(name = "Total")]
    total: u64,
    #[entry(name = "Latency")]
    latency: f64,
}

static OUTPUT: LazyLock<Mutex<(Emf, Vec<u8>)>> = LazyLock::new(|| {
    let emf = Emf::no_validations("Shop".into(), vec![vec!["service".into()]]);
    Mutex::new((emf, Vec::new()))
});

/// Records three metrics and writes them at once.
pub(crate) fn record(orders: u32, total: u64, latency: f64) {
    let timestamp = SystemTime::now();
    let order = Order { timestamp, service: "checkout", placed: orders, total, latency };
    let mut output = OUTPUT.lock().unwrap_or_else(PoisonError::into_inner);
    let (emf, buffer) = &mut *output;
    buffer.clear();
    if emf.format(&order, buffer).is_ok() {
        // As with any log line, there is nobody to tell.
        let _ = std::io::stdout().write_all(buffer);
    }
}
