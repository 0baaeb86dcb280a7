use powertools::{Context, Error};

async fn handler(event: String, _: Context) -> Result<String, Error> {
    Ok(event)
}

fn main() {
    drop(powertools::run(handler));
}
