//! The same steps traced by Powertools for Python's Tracer and by ours.

mod differences;
mod normal;
mod player;
mod scenario;
mod steps;

pub(super) use differences::DIFFERENCES;
pub(super) use normal::normal;
pub(crate) use player::{Datagram, datagrams};
pub(super) use scenario::FILE;
