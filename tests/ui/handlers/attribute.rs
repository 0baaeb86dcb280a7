use powertools::{Error, LambdaEvent};

struct Order;
struct Receipt;
#[derive(Debug)]
struct OrderError;

#[powertools::handler]
async fn event(_: LambdaEvent<Vec<Order>>) -> Result<(), Error> {
    Ok(())
}

#[powertools::handler]
async fn response(_: &str, _: LambdaEvent<String>) -> Result<Option<Receipt>, Error> {
    Ok(None)
}

#[powertools::handler]
async fn error(_: LambdaEvent<String>) -> Result<(), OrderError> {
    Err(OrderError)
}

#[powertools::handler]
async fn boxed(_: LambdaEvent<String>) -> Result<(), Box<dyn std::error::Error>> {
    Ok(())
}

#[powertools::handler]
async fn aliased(_: LambdaEvent<String>) -> std::fmt::Result {
    Ok(())
}

#[powertools::handler]
async fn without_result(event: LambdaEvent<String>) -> String {
    event.payload
}

#[powertools::handler]
async fn nothing(_: LambdaEvent<String>) {}

fn main() {}
