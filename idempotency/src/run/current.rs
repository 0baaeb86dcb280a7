//! The attempts that the current task is inside of.

use std::{future::Future, sync::Arc};

use super::token::token_of;

tokio::task_local! {
    static CURRENT: Arc<Running>;
}

/// An attempt whose operation is running, and the attempts around it.
struct Running {
    key: Arc<str>,
    outer: Option<Arc<Self>>,
}

impl Running {
    fn new(key: Arc<str>) -> Arc<Self> {
        Arc::new(Self { key, outer: CURRENT.try_with(Arc::clone).ok() })
    }
}

/// Makes the attempt with this key the current one while `work` is polled.
pub(super) fn scope<F: Future>(key: Arc<str>, work: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(Running::new(key), work)
}

/// Makes the attempt with this key the current one while `work` runs.
pub(super) fn scope_blocking<R>(key: Arc<str>, work: impl FnOnce() -> R) -> R {
    CURRENT.sync_scope(Running::new(key), work)
}

/// Tells whether this task is inside the operation that holds `key`, so that waiting for it would never end.
pub(super) fn is_running(key: &str) -> bool {
    let is_any = |running: &Arc<Running>| {
        std::iter::successors(Some(running), |it| it.outer.as_ref()).any(|it| *it.key == *key)
    };
    CURRENT.try_with(is_any).unwrap_or(false)
}

/// Returns the [token](crate::Attempt::token) of the operation that the current task runs; `None` outside of one, and
/// in one that has no record.
///
/// Functions with `#[idempotent]` use it, because they have no [`Attempt`](crate::Attempt). A task that is spawned
/// inside the operation does not have the token: read it before.
///
/// ```
/// use powertools_idempotency::{Idempotency, MemoryStore, current_token};
///
/// # type Error = Box<dyn std::error::Error + Send + Sync>;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// let payments = Idempotency::builder("pay", MemoryStore::new()).build();
/// let token = payments.run("payment-17", &(), async || Ok::<_, Error>(current_token())).await?.into_inner();
/// assert_eq!(token.map(|it| it.len()), Some(36));
/// assert_eq!(current_token(), None);
/// # Ok(())
/// # }
/// ```
pub fn current_token() -> Option<String> {
    CURRENT.try_with(|running| token_of(&running.key, "")).ok()
}
