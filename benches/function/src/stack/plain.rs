//! `lambda_runtime`, and its own subscriber with the feature `subscriber`.

use lambda_runtime::{Error, service_fn};

use crate::order;

pub(crate) async fn run() -> Result<(), Error> {
    #[cfg(feature = "subscriber")]
    lambda_runtime::tracing::init_default_subscriber();
    lambda_runtime::run(service_fn(order::handle)).await
}
