//! The course of a call.

mod acquire;
mod attempt;
mod blocking;
mod call;
mod execute;
mod fence;
mod patience;
mod replay;
mod waiting;

pub use attempt::Attempt;
pub use call::Call;

#[cfg(test)]
mod tests;
