//! The book: what its pages show is what their programs print, and what it lists is what the code has.

mod commands;
mod decisions;
mod page;
mod printed;
mod programs;
mod reference;
