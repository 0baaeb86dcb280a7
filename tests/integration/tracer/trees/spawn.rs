//! Running work in tasks and on threads, inside the span that it was started in.

use std::thread;

use tokio::{runtime::Handle, sync::oneshot};
use tracing::{Dispatch, Instrument, Span, instrument::WithSubscriber};

use super::invoked::Work;

/// Spawns a task for it, in the current span.
pub(super) fn in_task(work: Work, dispatch: &Dispatch) -> Work {
    let task = tokio::spawn(in_this_span(work, dispatch));
    Box::pin(async move { task.await.unwrap() })
}

/// Starts a thread for it, in the current span.
pub(super) fn on_thread(work: Work, dispatch: &Dispatch) -> Work {
    let work = in_this_span(work, dispatch);
    let (runtime, (over, is_over)) = (Handle::current(), oneshot::channel());
    thread::spawn(move || {
        runtime.block_on(work);
        let _ = over.send(());
    });
    Box::pin(async move { is_over.await.unwrap() })
}

/// Carries the current span to another thread.
///
/// It is let go inside, where the subscriber is the current one: elsewhere the registry would not find whom to
/// tell that the spans around it have one child less.
fn in_this_span(work: Work, dispatch: &Dispatch) -> impl Future<Output = ()> + Send + 'static {
    let span = Span::current();
    async move { work.instrument(span).await }.with_subscriber(dispatch.clone())
}
