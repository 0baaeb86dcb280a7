//! Commands that collect rows or split values.

mod collect;
mod group;
mod parse;
mod pattern;
mod unnest;

pub(super) use collect::{Collect, Rows};
pub(super) use group::{Computed, Group, Groups};
pub(super) use parse::{Glob, Parse, Shape};
pub(super) use pattern::{Pattern, Patterns};
pub(super) use unnest::unnest;
