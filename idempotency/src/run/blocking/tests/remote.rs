use std::{future::Future, time::Duration};

use crate::{
    StoreError,
    testing::{InterceptedStore, Interceptor},
};

/// A store that answers later, and from another task, as one behind a network does.
pub(super) type Remote = InterceptedStore<Network>;

#[derive(Default)]
pub(super) struct Network;

impl Interceptor for Network {
    async fn intercept<R, F>(&self, _: &'static str, execute: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: Future<Output = Result<R, StoreError>> + Send + 'static,
    {
        let served = tokio::spawn(async {
            tokio::time::sleep(Duration::from_millis(2)).await;
            execute.await
        });
        served.await.unwrap()
    }
}
