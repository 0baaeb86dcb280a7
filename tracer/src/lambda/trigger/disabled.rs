//! Without the feature `triggers` nothing is known of what triggered an invocation.

use powertools_core::Invocation;

use crate::model::SpanBuffer;

pub(super) fn recognise(_: &Invocation, _: &[u8]) {}

pub(super) fn describe(_: &mut SpanBuffer, _: &Invocation, _: bool) {}
