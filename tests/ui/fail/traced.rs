#![allow(unused)]

use powertools::traced;

#[traced(nmae = "x", fields = id, capture_error)]
fn options(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[traced(name = "", fields(id = 1, id = 2), annotations(id = ?id), skip(secret, nobody))]
const fn values(id: u32, secret: &str) -> u32 {
    id
}

#[traced(fields(size = secret.len()), skip(secret))]
async fn leak(secret: &str) {}

#[traced(fields(id = ))]
fn unfinished(id: u32) {}

#[traced]
fn hidden() -> impl Iterator<Item = u32> {
    0..3
}

#[traced]
fn future() -> impl Future<Output = u32> {
    async { 1 }
}

#[traced(capture_error = false)]
fn infallible() -> u32 {
    1
}

trait Shop {
    #[traced]
    fn open(&self);
}

#[traced]
async fn endless() -> ! {
    loop {}
}

fn main() {}
