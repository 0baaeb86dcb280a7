//! What callers get when something fails.

use std::time::{Duration, UNIX_EPOCH};

use powertools_core::ManualClock;

use super::orders;
use crate::IdempotencyProblem;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("sold out")]
    SoldOut,
    #[error(transparent)]
    Idempotency(#[from] IdempotencyProblem),
}

#[tokio::test]
async fn question_mark_converts_to_the_error_of_the_function() {
    async fn boxed() -> Result<u32, BoxError> {
        Ok(orders(|it| it).run(&(), &(), async || Ok::<_, BoxError>(1)).await?.into_inner())
    }
    async fn any() -> Result<u32, anyhow::Error> {
        let failing = async || anyhow::bail!("sold out");
        Ok(orders(|it| it).run("k", &(), failing).await?.into_inner())
    }
    async fn own(key: Option<&str>) -> Result<u32, OrderError> {
        let failing = async || Err(OrderError::SoldOut);
        Ok(orders(|it| it).run(&key, &(), failing).await?.into_inner())
    }
    fn blocking() -> Result<u32, OrderError> {
        Ok(orders(|it| it).run_blocking("k", &(), || Err(OrderError::SoldOut))?.into_inner())
    }
    assert!(boxed().await.unwrap_err().is::<IdempotencyProblem>());
    assert_eq!(any().await.unwrap_err().to_string(), "sold out");
    assert!(matches!(own(None).await, Err(OrderError::Idempotency(_))));
    assert!(matches!(own(Some("k")).await, Err(OrderError::SoldOut)));
    let blocked = tokio::task::spawn_blocking(blocking).await.unwrap();
    assert!(matches!(blocked, Err(OrderError::SoldOut)));
}

#[tokio::test]
async fn converted_error_carries_the_result_of_a_lost_lease() {
    let clock = ManualClock::at(UNIX_EPOCH + Duration::from_secs(1_800_000_000));
    let orders = orders(|it| it.clock(clock.clone()));
    let lost = orders.run("k", &(), async || {
        clock.advance(Duration::from_secs(3600));
        let other = orders.run("k", &(), async || Ok::<_, OrderError>("another".to_owned()));
        other.await?;
        Ok("a receipt".to_owned())
    });
    let lost = lost.await;
    let Err(OrderError::Idempotency(IdempotencyProblem::LeaseLost { result, .. })) = lost else {
        panic!("{lost:?}");
    };
    assert_eq!(result.parse::<String>().unwrap(), "a receipt");
}
