use powertools::{Error, LambdaEvent};

struct Order {
    id: String,
}

async fn handler(event: LambdaEvent<Vec<Order>>) -> Result<usize, Error> {
    Ok(event.payload.iter().map(|order| order.id.len()).sum())
}

fn main() {
    drop(powertools::run(handler));
}
