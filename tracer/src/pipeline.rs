//! The way from a trace to the exporter, and the memory that traces use again.

use std::{
    fmt,
    hash::BuildHasher,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::UNIX_EPOCH,
};

use powertools_core::warn_on_stderr;
use rustc_hash::FxBuildHasher;

use crate::{
    config::Settings,
    model::{Arena, Batch, SpanLocation},
    output::reentrancy,
};

/// How many arenas are kept to be used again.
const SPARE: usize = 8;

/// What one huge invocation may leave behind, in spans and in bytes of text.
const KEPT_SPANS: usize = 1000;
const KEPT_TEXT: usize = 64 * 1024;

/// What traces, the layer and the handle of one tracer share.
pub(crate) struct Pipeline {
    pub(crate) settings: Settings,
    pub(crate) open_spans: Arc<dyn OpenSpans>,
    /// How many traces there are; where there are none, spans cost nothing.
    traces: AtomicUsize,
    spare: Mutex<Vec<Arena>>,
    /// Hashes of the warnings that were written, each of which is written once; 0 is room for another.
    said: [AtomicU64; 4],
}

/// Knows which spans are open.
///
/// A trait, because the layer that keeps them has their traces, and a trace asks for its spans when it is flushed.
pub(crate) trait OpenSpans: Send + Sync {
    /// Returns the spans of the trace at this address that are still held though their functions have returned, and
    /// when they did.
    fn returned(&self, trace: usize, is_closed: bool) -> Vec<(SpanLocation, u64)>;
}

impl Pipeline {
    pub(crate) fn new(settings: Settings, open_spans: Arc<dyn OpenSpans>) -> Self {
        Self {
            settings,
            open_spans,
            traces: AtomicUsize::new(0),
            spare: Mutex::default(),
            said: Default::default(),
        }
    }

    #[inline]
    pub(crate) fn traces_any(&self) -> bool {
        self.traces.load(Ordering::Relaxed) > 0
    }

    /// Returns nanoseconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        let since = self.settings.clock.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        // Enough until the year 2554.
        since.as_secs().saturating_mul(1_000_000_000).saturating_add(since.subsec_nanos().into())
    }

    pub(crate) fn count_trace(&self) {
        self.traces.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn uncount_trace(&self) {
        self.traces.fetch_sub(1, Ordering::Relaxed);
    }

    /// Exports a batch; an error or a panic of the exporter is a warning, and the function continues.
    pub(crate) fn export(&self, batch: &Batch) {
        let export = || self.settings.exporter.export(batch);
        let exported = catch_unwind(AssertUnwindSafe(|| reentrancy::run(export)));
        let problem = match exported {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the exporter panicked".to_owned(),
        };
        self.warn_once(&format!("spans were not exported: {problem}"));
    }

    /// Writes to stderr what is wrong with tracing, once for each problem, for four problems at most.
    pub(crate) fn warn_once(&self, problem: &str) {
        let hash = FxBuildHasher.hash_one(problem);
        for place in &self.said {
            match place.compare_exchange(0, hash, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => {
                    let once = format_args!("powertools: {problem}; this is said once");
                    return warn_on_stderr(once);
                }
                Err(said) if said == hash => return,
                Err(_) => {}
            }
        }
    }

    pub(crate) fn spare_arena(&self) -> Arena {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        spare.pop().unwrap_or_default()
    }

    pub(crate) fn keep_arena(&self, mut arena: Arena) {
        arena.clear();
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let is_huge = arena.spans.capacity() > KEPT_SPANS || arena.text.capacity() > KEPT_TEXT;
        if arena.has_room() && !is_huge && spare.len() < SPARE {
            spare.push(arena);
        }
    }
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline").field("service", &self.settings.service).finish_non_exhaustive()
    }
}
