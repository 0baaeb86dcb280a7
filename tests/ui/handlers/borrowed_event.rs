use powertools::{Error, LambdaEvent};

async fn handler(event: LambdaEvent<&str>) -> Result<usize, Error> {
    Ok(event.payload.len())
}

fn main() {
    drop(powertools::run(handler));
}
