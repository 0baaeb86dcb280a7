//! The course of a call.

mod acquire;
mod attempt;
mod blocking;
mod call;
mod execute;
mod fenced_write;
mod replay;
mod retry;
mod waiting;

pub use attempt::Attempt;
pub use call::Call;

#[cfg(test)]
mod tests;
