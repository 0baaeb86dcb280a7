use powertools::{Error, LambdaEvent};

async fn handler(event: LambdaEvent<String>) -> Result<usize, Error> {
    Ok(event.payload.len())
}

fn main() {
    let event = LambdaEvent::new(String::new(), Default::default());
    drop(powertools::run(handler(event)));
}
