//! The course of a call.

mod acquire;
mod attempt;
mod call;
mod execute;
mod fence;
mod patience;
mod replay;

pub use attempt::Attempt;
pub use call::Call;

#[cfg(test)]
mod tests;
