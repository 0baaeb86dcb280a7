use std::rc::Rc;

use powertools::{Error, LambdaEvent, check_handler};

const _: () = check_handler(&handler);

async fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
    let name = Rc::new(event.payload);
    save(&name).await?;
    Ok(name.to_string())
}

async fn save(_: &str) -> Result<(), Error> {
    Ok(())
}

fn main() {}
