//! What was meant.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, ExprClosure, Ident, LitStr, Path, Signature, Visibility};

/// An asynchronous function that is known to be right, as far as its tokens tell.
pub(super) struct Handler {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) signature: Signature,
    /// The body, or what runs it once a key.
    pub(super) body: TokenStream,
    /// Statements that check its types.
    pub(super) checks: TokenStream,
    /// What comes before it, in this order.
    pub(super) calls: Vec<Call>,
    /// What comes after these, where the event borrows: it is read there.
    pub(super) read: Option<TokenStream>,
}

/// A call that is put before the body, and the place of the option that asks for it.
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
    /// Types of errors that choose their names.
    NameErrors(Vec<Path>),
}

/// Where the correlation id stands in the event.
pub(super) enum EventPath {
    /// One of `CorrelationId`'s variants.
    Known(Ident),
    Pointer(LitStr),
    /// The first of several that has an id.
    FirstOf(Vec<EventPath>),
    /// A closure that reads the event's bytes.
    Function(Box<ExprClosure>),
}
