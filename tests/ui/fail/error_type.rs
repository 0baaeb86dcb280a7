#![allow(unused)]

use powertools::ErrorType;

#[derive(ErrorType)]
#[error_type = "out of stock"]
struct Spaced;

#[derive(ErrorType)]
#[error_type(transparent)]
enum Order {
    #[error_type = ""]
    Empty,
    #[error_type]
    Nothing,
    #[error_type("A")]
    #[error_type("B")]
    Both,
    #[error_type(transparent)]
    Two(u8, u8),
    Größe,
}

#[derive(ErrorType)]
union Bits {
    a: u8,
}

fn main() {}
