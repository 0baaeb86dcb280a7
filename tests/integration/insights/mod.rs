//! Queries over lines that the crates really wrote: a key under another name breaks one of these.

mod errors;
mod export;
mod idempotency;
mod inputs;
mod invocations;
mod names;
mod requests;
mod rows;
mod shop;
mod volume;

use rows::{column, rows};
use shop::Shop;
