//! One small function whose stack is chosen by features, so that what each adds can be measured.
//!
//! An invocation writes five log lines, records three metrics, makes three spans and replays one idempotent
//! call, as far as its stack has them.
//!
//! It has one thread: most functions have less than one processor, and what two threads do is left to chance.

mod order;
mod stack;

use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    stack::run().await
}
