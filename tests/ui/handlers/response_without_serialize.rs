use powertools::{Error, LambdaEvent};

struct Receipt;

async fn handler(_: LambdaEvent<String>) -> Result<Receipt, Error> {
    Ok(Receipt)
}

fn main() {
    drop(powertools::run(handler));
}
