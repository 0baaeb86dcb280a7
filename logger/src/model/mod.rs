//! Keys and values as they are kept for many lines: rendered once.

mod members;
mod visible;

pub(crate) use members::{Key, Members, NO_NAMES, Names};
pub(crate) use visible::set_visible;
