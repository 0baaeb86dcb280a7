use powertools::Error;

async fn handler(event: String) -> Result<String, Error> {
    Ok(event)
}

fn main() {
    drop(powertools::run(handler));
}
