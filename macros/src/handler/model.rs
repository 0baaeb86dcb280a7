//! The validated model.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, ExprClosure, Ident, LitStr, Path, Signature, Visibility};

/// An asynchronous function that has been validated, as far as its tokens allow.
pub(super) struct Handler {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) signature: Signature,
    /// The body, or the code that runs it once for each key.
    pub(super) body: TokenStream,
    /// Statements that make the compiler check the types of the function.
    pub(super) checks: TokenStream,
    /// The calls before the body, in this order.
    pub(super) calls: Vec<Call>,
    /// The statement that deserializes an event that borrows; it comes after the calls.
    pub(super) read: Option<TokenStream>,
}

/// A call before the body, and the span of the option that requests it.
pub(super) struct Call {
    pub(super) at: Span,
    pub(super) action: Action,
}

pub(super) enum Action {
    DeadlineMargin(Duration),
    CorrelationId(EventPath),
    LogEvent {
        redacted: Vec<LitStr>,
    },
    CountColdStart,
    CaptureResponse(bool),
    CaptureError(bool),
    /// Error types that choose their names.
    NameErrors(Vec<Path>),
}

/// The location of the correlation id in the event.
pub(super) enum EventPath {
    /// A variant of `CorrelationId`.
    Known(Ident),
    Pointer(LitStr),
    /// The first of several locations that contains an id.
    FirstOf(Vec<EventPath>),
    /// A closure that finds the id in the bytes of the event.
    Function(Box<ExprClosure>),
}
