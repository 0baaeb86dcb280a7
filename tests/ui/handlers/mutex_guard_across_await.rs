use std::sync::Mutex;

use powertools::{Error, LambdaEvent};

static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());

async fn handler(event: LambdaEvent<String>) -> Result<usize, Error> {
    let mut names = NAMES.lock().unwrap();
    names.push(event.payload);
    save(&names).await?;
    Ok(names.len())
}

async fn save(_: &[String]) -> Result<(), Error> {
    Ok(())
}

fn main() {
    drop(powertools::run(handler));
}
