use powertools::{Error, LambdaEvent};

struct Client;

async fn handler(_: &Client, event: LambdaEvent<String>) -> Result<usize, Error> {
    Ok(event.payload.len())
}

fn main() {
    let client = Client;
    drop(powertools::run(|event| handler(&client, event)));
}
