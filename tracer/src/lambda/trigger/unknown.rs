//! Without the feature `triggers` nothing is known of what triggered an invocation.

use powertools_core::Invocation;

use crate::record::Draft;

pub(super) fn recognise(_: &Invocation, _: &[u8]) {}

pub(super) fn describe(_: &mut Draft, _: &Invocation, _: bool) {}
