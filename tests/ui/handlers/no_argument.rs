use powertools::Error;

async fn handler() -> Result<(), Error> {
    Ok(())
}

fn main() {
    drop(powertools::run(handler));
}
