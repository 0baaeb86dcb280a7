use std::cell::Cell;

use powertools::{Error, LambdaEvent, with_state};

struct Counter(Cell<u32>);

async fn handler(counter: &Counter, _: LambdaEvent<String>) -> Result<u32, Error> {
    Ok(counter.0.get())
}

fn main() {
    drop(powertools::run(with_state(Counter(Cell::new(0)), handler)));
}
