//! `lambda_runtime`, with its own subscriber or a registry without layers as features say.

use lambda_runtime::{Error, service_fn};

use crate::order;

pub(crate) async fn run() -> Result<(), Error> {
    #[cfg(feature = "subscriber")]
    lambda_runtime::tracing::init_default_subscriber();
    #[cfg(feature = "registry")]
    tracing::subscriber::set_global_default(tracing_subscriber::registry())?;
    lambda_runtime::run(service_fn(order::handle)).await
}
