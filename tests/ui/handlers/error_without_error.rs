use powertools::LambdaEvent;

#[derive(Debug)]
enum OrderError {
    OutOfStock,
}

async fn handler(_: LambdaEvent<String>) -> Result<usize, OrderError> {
    Err(OrderError::OutOfStock)
}

fn main() {
    drop(powertools::run(handler));
}
