#![allow(unused)]

use powertools::metered;

#[metered(name = "Größe")]
fn measure() {}

#[metered(name = Brew)]
async fn brew() {}

#[metered(title = "Brew")]
const fn boil() {}

#[metered]
fn later() -> std::pin::Pin<Box<dyn Future<Output = u32>>> {
    Box::pin(async { 1 })
}

#[metered]
struct Nothing;

#[metered]
async fn endless() -> ! {
    loop {}
}

fn main() {}
