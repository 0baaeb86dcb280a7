use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::EventError;

/// An event as it came, for a handler that reads it itself, with borrowed data perhaps.
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
    /// Reads the event.
    ///
    /// # Errors
    ///
    /// [`EventError`] if it is not a `T`: with the member that is wrong, without the value.
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
