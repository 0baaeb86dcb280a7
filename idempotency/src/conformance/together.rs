use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};

/// Runs futures at the same time and returns what they gave, in their order.
pub(super) async fn together<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.into_iter().map(Running::new).collect();
    poll_fn(|cx| {
        let mut is_done = true;
        for running in &mut running {
            if running.output.is_none() {
                match running.future.as_mut().poll(cx) {
                    Poll::Ready(output) => running.output = Some(output),
                    Poll::Pending => is_done = false,
                }
            }
        }
        if is_done { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    running.into_iter().filter_map(|running| running.output).collect()
}

struct Running<F: Future> {
    future: Pin<Box<F>>,
    output: Option<F::Output>,
}

impl<F: Future> Running<F> {
    fn new(future: F) -> Self {
        Self { future: Box::pin(future), output: None }
    }
}
