//! What a function's spans say of where they come from.

use opentelemetry::Key;
use opentelemetry_aws::detector::LambdaResourceDetector;
use opentelemetry_sdk::Resource;

const SERVICE_NAME: Key = Key::from_static_str("service.name");
const FUNCTION_NAME: Key = Key::from_static_str("faas.name");

/// What the SDK calls a service that nobody named.
const UNKNOWN_SERVICE: &str = "unknown_service";

/// Returns the resource of this function: what the environment says (`OTEL_RESOURCE_ATTRIBUTES`,
/// `OTEL_SERVICE_NAME`), what Lambda says, and the service.
///
/// A service without a name is called like the function, as in AWS's layers for OpenTelemetry.
pub(super) fn of_function(service: &str) -> Resource {
    let builder = Resource::builder().with_detector(Box::new(LambdaResourceDetector));
    if service != powertools_core::DEFAULT_SERVICE {
        return builder.with_service_name(service.to_owned()).build();
    }
    let found = builder.build();
    let named = found.get(&SERVICE_NAME).map(|name| name.to_string());
    let is_named = named.is_some_and(|name| !name.starts_with(UNKNOWN_SERVICE));
    match found.get(&FUNCTION_NAME).filter(|_| !is_named) {
        Some(function) => {
            let attributes = found.iter().map(|(key, value)| (key.clone(), value.clone()));
            let attributes =
                attributes.map(|(key, value)| opentelemetry::KeyValue::new(key, value));
            Resource::builder_empty()
                .with_attributes(attributes)
                .with_service_name(function)
                .build()
        }
        None => found,
    }
}
