#![allow(unused)]

use powertools::idempotent;

#[idempotent(stoer = ORDERS, key)]
fn place(id: u32) {}

#[idempotent]
async fn nothing(id: u32) -> Result<impl Sized, String> {
    Ok(id)
}

#[idempotent(store = ORDERS, key = id, key = id)]
async fn twice(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[idempotent(store = ORDERS, key = id)]
const fn constant(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[idempotent(store = ORDERS, key = id)]
struct Nothing;

fn main() {}
