use powertools::{Error, LambdaEvent};

struct App;

impl App {
    async fn handle(&self, event: LambdaEvent<String>) -> Result<usize, Error> {
        Ok(event.payload.len())
    }
}

fn main() {
    drop(App.handle(LambdaEvent::new(String::new(), Default::default())));
    drop(powertools::run(App));
}
