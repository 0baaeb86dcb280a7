//! The same calls to Metrics of Powertools for Python and to ours.

mod differences;
mod normal;
mod player;
mod scenario;
mod steps;

pub(super) use differences::DIFFERENCES;
pub(super) use normal::normal;
pub(crate) use player::written;
pub(super) use scenario::FILE;
