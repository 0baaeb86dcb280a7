//! A call, from its claim to its result.

mod acquire;
mod attempt;
mod blocking;
mod call;
#[cfg(feature = "dynamodb")]
mod complete_with;
mod completion;
mod current;
mod data;
mod execute;
mod fenced_write;
mod lease_term;
mod pending_claims;
mod record;
mod release;
mod replay;
mod retry;
mod supervise;
mod token;
mod waiting;

pub use attempt::Attempt;
pub use call::Call;
#[cfg(feature = "dynamodb")]
pub use complete_with::CompleteWithError;
pub use current::current_token;

#[cfg(test)]
mod tests;
