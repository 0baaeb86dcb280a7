//! What never changes of a call site, rendered once a thread.

use std::{ptr, rc::Rc};

use powertools_core::{
    FieldRules, PANIC_TARGET, Visibility,
    json::{write_escaped, write_integer},
};
use rustc_hash::FxHashMap;
use tracing::{Metadata, field::Field};

use crate::{
    model::{Key, Names},
    pipeline::Pipeline,
    targets::{ERROR_TARGET, OWN_TARGETS},
};

/// The rendered parts of one call site.
pub(super) struct Callsite {
    fields: Vec<FieldKind>,
    /// The call site in the code, as the inside of a JSON string.
    pub(super) location: Vec<u8>,
    /// Whether every invocation shows it.
    pub(super) is_shown: bool,
    /// Whether it is what `#[instrument]` makes of a result: an event without a message.
    pub(super) is_result: bool,
}

/// What becomes of a field.
pub(super) enum FieldKind {
    Message,
    /// Where the event really happened.
    Location,
    Member(Key),
    /// A member whose value is never rendered.
    Redacted(Key),
    /// Not for the log: metadata that the `log` crate's bridge passes as fields, what names spans for tracers, and
    /// what is left out on request.
    Hidden,
}

/// The call sites that a thread has met, by the logger that wrote for them.
#[derive(Default)]
pub(super) struct Callsites(FxHashMap<(usize, usize), Rc<Callsite>>);

impl Callsites {
    /// Returns what is known of `metadata`'s call site under the formatter of `logger`.
    #[inline]
    pub(super) fn get(
        &mut self,
        metadata: &'static Metadata<'static>,
        pipeline: &Pipeline,
    ) -> Rc<Callsite> {
        let id = (pipeline.id(), ptr::from_ref(metadata).addr());
        match self.0.get(&id) {
            Some(known) => known.clone(),
            None => self.remember(id, metadata, pipeline),
        }
    }

    #[cold]
    fn remember(
        &mut self,
        id: (usize, usize),
        metadata: &'static Metadata<'static>,
        pipeline: &Pipeline,
    ) -> Rc<Callsite> {
        self.0.entry(id).or_insert_with(|| Rc::new(Callsite::new(metadata, pipeline))).clone()
    }
}

impl Callsite {
    fn new(metadata: &'static Metadata<'static>, pipeline: &Pipeline) -> Self {
        let settings = pipeline.settings();
        let kind = |field: Field| {
            FieldKind::of(field.name(), metadata, &settings.reserved, &settings.fields)
        };
        let mut location = Vec::new();
        write_location(&mut location, metadata);
        let fields = metadata.fields().iter().map(kind).collect();
        let is_shown = settings.level_filters.shows(metadata);
        Self { fields, location, is_shown, is_result: is_result(metadata) }
    }

    #[inline]
    pub(super) fn kind(&self, field: &Field) -> &FieldKind {
        // A field comes with its own call site's metadata, so this is never out of bounds.
        self.fields.get(field.index()).unwrap_or(&FieldKind::Hidden)
    }
}

impl FieldKind {
    fn of(
        name: &'static str,
        metadata: &Metadata<'_>,
        reserved: &Names,
        rules: &FieldRules,
    ) -> Self {
        let name = name.strip_prefix("r#").unwrap_or(name);
        match name {
            "message" if metadata.is_event() => Self::Message,
            "location" if matches!(metadata.target(), PANIC_TARGET | ERROR_TARGET) => {
                Self::Location
            }
            _ if is_log_bridge(metadata) && name.starts_with("log.") => Self::Hidden,
            _ if name.starts_with("otel.") => Self::Hidden,
            _ => match rules.visibility(name) {
                Visibility::Shown => Self::Member(Key::new(name, reserved)),
                Visibility::Redacted => Self::Redacted(Key::new(name, reserved)),
                Visibility::Omitted => Self::Hidden,
            },
        }
    }
}

/// Tells whether an event has nothing but the field that `#[instrument(ret)]` or `#[instrument(err)]` gives it.
fn is_result(metadata: &Metadata<'_>) -> bool {
    let mut fields = metadata.fields().iter();
    let is_result = fields.next().is_some_and(|field| matches!(field.name(), "return" | "error"));
    metadata.is_event() && is_result && fields.next().is_none()
}

/// Returns whether this is the call site that all records of the `log` crate share.
pub(super) fn is_log_bridge(metadata: &Metadata<'_>) -> bool {
    cfg!(feature = "log") && metadata.target() == "log" && metadata.name() == "log event"
}

/// Writes `module:line` as the inside of a JSON string; the target takes the place of a missing module, and of a
/// module of this crate, which would say nothing about the user's code.
pub(crate) fn write_location(out: &mut Vec<u8>, metadata: &Metadata<'_>) {
    if metadata.target().starts_with(OWN_TARGETS) {
        return write_escaped(out, metadata.target());
    }
    write_escaped(out, metadata.module_path().unwrap_or(metadata.target()));
    if let Some(line) = metadata.line() {
        out.push(b':');
        write_integer(out, line);
    }
}
