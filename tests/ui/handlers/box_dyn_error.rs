use std::error::Error;

use powertools::LambdaEvent;

async fn handler(event: LambdaEvent<String>) -> Result<usize, Box<dyn Error>> {
    Ok(event.payload.parse()?)
}

fn main() {
    drop(powertools::run(handler));
}
