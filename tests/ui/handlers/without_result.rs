use powertools::LambdaEvent;

async fn handler(event: LambdaEvent<String>) -> String {
    event.payload
}

fn main() {
    drop(powertools::run(handler));
}
