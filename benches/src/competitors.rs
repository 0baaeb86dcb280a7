//! The subscribers, each writing into memory.

use std::{
    cell::RefCell,
    io::{self, Write},
};

use powertools_core::{Environment, LineSink};
use powertools_logger::Logger;
use tracing::{Dispatch, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::LevelFilter,
    fmt::MakeWriter,
    layer::SubscriberExt,
    registry::{LookupSpan, Registry},
};

/// Memory to write into, started over before it grows.
#[derive(Clone, Copy)]
pub(crate) struct Memory;

thread_local! {
    static MEMORY: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(128 * 1024));
}

impl Memory {
    pub(crate) fn append(bytes: &[u8]) {
        MEMORY.with_borrow_mut(|memory| {
            if memory.len() > 64 * 1024 {
                memory.clear();
            }
            memory.extend_from_slice(bytes);
        });
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Self::append(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Memory {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        *self
    }
}

impl LineSink for Memory {
    fn write_line(&self, line: &[u8]) {
        Self::append(line);
    }
}

pub(crate) fn nothing() -> Dispatch {
    Dispatch::none()
}

pub(crate) fn powertools() -> Dispatch {
    let environment = Environment::of([("POWERTOOLS_SERVICE_NAME", "checkout")]);
    let logger = Logger::builder().environment(environment).sink(Memory).build();
    Dispatch::new(logger.subscriber())
}

pub(crate) fn tracing_subscriber_json() -> Dispatch {
    Dispatch::new(tracing_subscriber::fmt().json().with_writer(Memory).finish())
}

/// As `lambda_runtime`'s own initialisation configures it under the JSON log format.
pub(crate) fn lambda_runtime_json() -> Dispatch {
    let filter =
        EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).parse_lossy("");
    let subscriber = tracing_subscriber::fmt().with_target(false).without_time();
    Dispatch::new(subscriber.with_env_filter(filter).with_writer(Memory).json().finish())
}

pub(crate) fn json_subscriber() -> Dispatch {
    let mut layer = json_subscriber::JsonLayer::new(Memory);
    layer.with_level("level");
    layer.with_timer("timestamp", tracing_subscriber::fmt::time::SystemTime);
    layer.with_target("target");
    layer.with_flattened_event();
    layer.with_top_level_flattened_span_list();
    Dispatch::new(Registry::default().with(layer))
}

pub(crate) fn tracing_flat_json() -> Dispatch {
    Dispatch::new(Registry::default().with(tracing_flat_json::FlatJsonLayer::new(Memory)))
}

/// A layer that does nothing: without any, a registry does not even free its spans.
struct Idle;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Idle {}

pub(crate) fn bare_registry() -> Dispatch {
    Dispatch::new(Registry::default().with(Idle))
}

pub(crate) fn bare_registry_at_info() -> Dispatch {
    Dispatch::new(Registry::default().with(Idle.with_filter(LevelFilter::INFO)))
}
