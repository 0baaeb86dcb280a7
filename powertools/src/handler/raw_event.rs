use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::EventError;

/// An event as it was received, for a handler that deserializes it itself, for example into a type that borrows.
///
/// ```
/// use powertools::{Error, LambdaEvent, RawEvent};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Order<'a> {
///     id: &'a str,
/// }
///
/// async fn handler(event: LambdaEvent<RawEvent>) -> Result<String, Error> {
///     let order: Order<'_> = event.payload.parse()?;
///     Ok(order.id.to_owned())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct RawEvent(Box<RawValue>);

impl RawEvent {
    /// Deserializes the event.
    ///
    /// # Errors
    ///
    /// Returns an [`EventError`] if the event is not a `T`. The error names the member that is wrong and does not
    /// contain its value.
    pub fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, EventError> {
        EventError::parse(self.as_str().as_bytes(), false)
    }

    /// Returns the event's JSON.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
}

impl<'de> Deserialize<'de> for RawEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::deserialize(deserializer).map(Self)
    }
}
