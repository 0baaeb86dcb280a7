use std::{collections::BTreeMap, fmt, sync::Arc};

use serde_json::{Value, value::RawValue};

use super::PayloadError;
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
}

/// Finds a key in a payload.
type Finder = dyn Fn(&Value) -> Option<Value> + Send + Sync;

impl KeyFrom {
    /// Takes what a function makes of the payload.
    pub fn function(find: impl Fn(&Value) -> Option<Value> + Send + Sync + 'static) -> Self {
        Self::Function(Arc::new(find))
    }

    /// Takes what a JMESPath expression finds, such as `powertools_json(body).[user, id]`; what it knows and
    /// where it differs from Python's is said at [`JmesPath`].
    ///
    /// # Errors
    ///
    /// For what is no expression, or calls a function that is not there.
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
    pub(crate) fn search(&self, payload: &str) -> Result<Found, PayloadError> {
        let found = match self {
            // What a call without a payload has.
            Self::Whole => Some(payload.to_owned()).filter(|payload| payload != "null"),
            Self::Pointer(pointer) => follow(payload, pointer)?.map(|it| it.get().to_owned()),
            Self::Pointers(pointers) => {
                let mut values = Vec::new();
                for pointer in pointers {
                    values.push(follow(payload, pointer)?.map_or("null", RawValue::get));
                }
                return Ok(Found::composite(format!("[{}]", values.join(","))));
            }
            #[cfg(feature = "jmespath")]
            Self::JmesPath(expression) => return Ok(Found::composite(expression.search(payload)?)),
            Self::Function(find) => {
                find(&serde_json::from_str(payload)?).map(|found| found.to_string())
            }
        };
        Ok(found.map_or(Found { json: "null".to_owned(), is_complete: false }, Found::complete))
    }
}

/// What a [`KeyFrom`] finds in a payload.
pub(crate) struct Found {
    /// As JSON; `null` for what is not there.
    pub(crate) json: String,
    /// Whether everything that was looked for is there.
    pub(crate) is_complete: bool,
}

impl Found {
    fn complete(json: String) -> Self {
        Self { json, is_complete: true }
    }

    /// Takes several values, or one, of which none may be missing.
    pub(crate) fn composite(json: String) -> Self {
        let is_complete = match parts(&json) {
            Some(parts) => parts.iter().all(|part| part.get() != "null"),
            None => json.trim() != "null",
        };
        Self { json, is_complete }
    }
}

/// Follows a JSON pointer.
fn follow<'a>(json: &'a str, pointer: &str) -> Result<Option<&'a RawValue>, PayloadError> {
    let mut value: &RawValue = serde_json::from_str(json)?;
    if pointer.is_empty() {
        return Ok(Some(value));
    }
    let Some(tokens) = pointer.strip_prefix('/') else {
        return Err(PayloadError::InvalidPointer(pointer.to_owned()));
    };
    for token in tokens.split('/') {
        let token = token.replace("~1", "/").replace("~0", "~");
        let next = match value.get().as_bytes().first() {
            Some(b'{') => {
                let mut members: BTreeMap<String, &RawValue> = serde_json::from_str(value.get())?;
                members.remove(&token)
            }
            Some(b'[') => {
                let values: Vec<&RawValue> = serde_json::from_str(value.get())?;
                token.parse::<usize>().ok().and_then(|at| values.get(at).copied())
            }
            _ => None,
        };
        match next {
            Some(next) => value = next,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

/// Tells whether a key is none, by the rule of Powertools for Python: `null`, empty, or nothing but nulls.
pub(crate) fn is_nothing(json: &str) -> bool {
    match parts(json) {
        Some(parts) => parts.iter().all(|part| part.get() == "null"),
        None => matches!(json.trim(), "null" | "\"\""),
    }
}

/// Returns the members of an object or the elements of an array.
fn parts(json: &str) -> Option<Vec<&RawValue>> {
    match json.trim_start().as_bytes().first() {
        Some(b'{') => {
            let members = serde_json::from_str::<BTreeMap<String, &RawValue>>(json).ok()?;
            Some(members.into_values().collect())
        }
        Some(b'[') => serde_json::from_str(json).ok(),
        _ => None,
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
            Self::Function(_) => f.write_str("what the function looks for"),
        }
    }
}

impl fmt::Debug for KeyFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyFrom({self})")
    }
}
