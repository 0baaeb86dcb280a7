use powertools::{Error, LambdaEvent};

fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload)
}

fn main() {
    drop(powertools::run(handler));
}
