//! Reading and showing the JSON of an event, on its bytes as they came.
//!
//! Nothing here makes values of the JSON: a number keeps its digits and an object its order. No input overflows the
//! stack, however deep it is nested, and time is linear in the length of the event.

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
