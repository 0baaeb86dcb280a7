use powertools::{Error, LambdaEvent, with_state};

struct Client;

async fn handler(client: Client, event: LambdaEvent<String>) -> Result<usize, Error> {
    drop(client);
    Ok(event.payload.len())
}

fn main() {
    drop(powertools::run(with_state(Client, handler)));
}
