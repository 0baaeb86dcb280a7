use powertools::{Error, LambdaEvent};

struct App;

impl App {
    async fn handle(&self, event: LambdaEvent<String>) -> Result<usize, Error> {
        Ok(event.payload.len())
    }
}

fn main() {
    let app = App;
    drop(powertools::run(move |event| app.handle(event)));
}
