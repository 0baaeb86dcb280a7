//! What a query gave, as a picture.

mod axis;
mod chart;
mod html;
mod svg;
mod terminal;

#[cfg(test)]
mod tests;

pub use self::chart::{Axis, Chart, Panel, Series};
pub use self::html::page;
