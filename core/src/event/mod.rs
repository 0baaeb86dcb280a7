//! Reads and redacts the JSON of an event in its original bytes.
//!
//! Nothing here converts the JSON to values, so numbers keep their digits and objects keep their order. No input can
//! overflow the stack, however deeply it is nested, and the time is linear in the length of the event.

mod depth;
mod edit;
mod number;
mod pointer;
mod reader;
mod redact;
mod string;

pub use pointer::Pointer;
pub use reader::{Kind, NotJson, Reader, Token};
pub use redact::show;
