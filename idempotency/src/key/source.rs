use std::{borrow::Cow, fmt, sync::Arc};

use serde_json::{Value, value::RawValue};

use super::{CanonicalForm, PayloadError, inexact::InexactNumbers, pointer::follow};
#[cfg(feature = "jmespath")]
use super::{JmesPath, JmesPathError};

/// Where in a payload its key is, or what is validated.
#[derive(Clone)]
#[non_exhaustive]
pub enum KeyFrom {
    /// The whole payload.
    Whole,
    /// What a JSON pointer such as `/order/id` leads to (RFC 6901).
    Pointer(String),
    /// What several JSON pointers lead to, in their order.
    Pointers(Vec<String>),
    /// What a JMESPath expression finds; see [`jmespath`](Self::jmespath).
    #[cfg(feature = "jmespath")]
    JmesPath(JmesPath),
    /// What a function makes of the payload.
    Function(Arc<Finder>),
    /// What a function makes of the payload's text.
    JsonFunction(Arc<JsonFinder>),
}

/// Finds a key in a payload.
type Finder = dyn Fn(&Value) -> Option<Value> + Send + Sync;

/// Finds a key in the text of a payload.
type JsonFinder = dyn Fn(&RawValue) -> Option<Box<RawValue>> + Send + Sync;

impl KeyFrom {
    /// Takes what a function makes of the payload.
    ///
    /// A [`Value`] has integers of 64 bits and doubles. Where the payload has other numbers, those that the function
    /// returns as they are get their digits back. A number that two of the payload were rounded to is refused with
    /// [`PayloadError::InexactNumber`], and so is a string with a rounded number in it; what the function computes is
    /// as exact as doubles are. [`json_function`](Self::json_function) sees all digits.
    pub fn function(find: impl Fn(&Value) -> Option<Value> + Send + Sync + 'static) -> Self {
        Self::Function(Arc::new(find))
    }

    /// Takes what a function makes of the payload's text, in which numbers have all their digits.
    ///
    /// ```
    /// use powertools_idempotency::KeyFrom;
    /// use serde::Deserialize;
    /// use serde_json::value::RawValue;
    ///
    /// #[derive(Deserialize)]
    /// struct Order<'a> {
    ///     #[serde(borrow)]
    ///     id: &'a RawValue,
    /// }
    ///
    /// let key = KeyFrom::json_function(|payload| {
    ///     let order: Order<'_> = serde_json::from_str(payload.get()).ok()?;
    ///     Some(order.id.to_owned())
    /// });
    /// ```
    pub fn json_function(
        find: impl Fn(&RawValue) -> Option<Box<RawValue>> + Send + Sync + 'static,
    ) -> Self {
        Self::JsonFunction(Arc::new(find))
    }

    /// Takes what a JMESPath expression finds, such as `powertools_json(body).[user, id]`; what it knows and
    /// where it differs from Python's is said at [`JmesPath`].
    ///
    /// # Errors
    ///
    /// The text is not an expression, or calls a function that does not exist.
    #[cfg(feature = "jmespath")]
    pub fn jmespath(expression: &str) -> Result<Self, JmesPathError> {
        JmesPath::compile(expression).map(Self::JmesPath)
    }

    /// Returns a pointer that can't be followed, if there is one.
    pub(crate) fn invalid_pointer(&self) -> Option<&str> {
        let pointers = match self {
            Self::Pointer(pointer) => std::slice::from_ref(pointer),
            Self::Pointers(pointers) => pointers,
            _ => &[],
        };
        let is_invalid = |it: &&str| !it.is_empty() && !it.starts_with('/');
        pointers.iter().map(String::as_str).find(is_invalid)
    }

    /// Returns the JSON of what is found in a payload.
    pub(crate) fn search<'p>(
        &self,
        payload: &'p str,
        form: CanonicalForm,
    ) -> Result<Found<'p>, PayloadError> {
        let found = match self {
            // A call without a payload has this one.
            Self::Whole => Some(payload).filter(|payload| *payload != "null").map(Cow::Borrowed),
            Self::Pointer(pointer) => follow(payload, pointer)?.map(Cow::Borrowed),
            Self::Pointers(pointers) => {
                let mut values = Vec::with_capacity(pointers.len());
                for pointer in pointers {
                    values.push(follow(payload, pointer)?.unwrap_or("null"));
                }
                return Ok(Found::composite(format!("[{}]", values.join(",")).into()));
            }
            #[cfg(feature = "jmespath")]
            Self::JmesPath(expression) => {
                let found = exact(payload, expression.search(payload)?, form)?;
                return Ok(Found::composite(found.into()));
            }
            Self::Function(find) => match find(&serde_json::from_str(payload)?) {
                Some(found) => Some(exact(payload, found.to_string(), form)?.into()),
                None => None,
            },
            Self::JsonFunction(find) => {
                let found = find(serde_json::from_str(payload)?);
                found.map(|found| Box::<str>::from(found).into_string().into())
            }
        };
        Ok(found.map_or(Found::NOTHING, Found::whole))
    }
}

/// Gives what was found in values the digits of the payload, from which the values were read.
fn exact(payload: &str, found: String, form: CanonicalForm) -> Result<String, PayloadError> {
    let Some(inexact) = InexactNumbers::of(payload, form) else {
        return Ok(found);
    };
    inexact.check_strings(&found)?;
    inexact.restore(&found)
}

/// What a [`KeyFrom`] finds in a payload.
pub(crate) struct Found<'a> {
    /// As JSON; `null` if it is not there.
    pub(crate) json: Cow<'a, str>,
    /// Whether it is there.
    pub(crate) is_there: bool,
    /// Whether it is several values, or one, of which none may be missing.
    pub(crate) is_composite: bool,
}

impl<'a> Found<'a> {
    const NOTHING: Self =
        Self { json: Cow::Borrowed("null"), is_there: false, is_composite: false };

    fn whole(json: Cow<'a, str>) -> Self {
        Self { json, is_there: true, is_composite: false }
    }

    /// Takes several values, or one, of which none may be missing.
    pub(crate) fn composite(json: Cow<'a, str>) -> Self {
        Self { json, is_there: true, is_composite: true }
    }
}

impl fmt::Display for KeyFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("the payload"),
            Self::Pointer(pointer) => f.write_str(pointer),
            Self::Pointers(pointers) => f.write_str(&pointers.join(", ")),
            #[cfg(feature = "jmespath")]
            Self::JmesPath(expression) => f.write_str(expression.as_str()),
            Self::Function(_) | Self::JsonFunction(_) => f.write_str("what the function looks for"),
        }
    }
}

impl fmt::Debug for KeyFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyFrom({self})")
    }
}
