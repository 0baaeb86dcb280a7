use std::fmt;

/// Names the call that an error is about: its operation, and the key of its record where it has one.
///
/// The key is the one that the store has, such as `orders.place_order#9f86d081…`: a prefix, and a digest of
/// what identifies the call. Nothing of the payload is in it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CallId(Box<Parts>);

#[derive(Clone, PartialEq, Eq, Hash)]
struct Parts {
    operation: String,
    key: Option<String>,
}

impl CallId {
    pub(crate) fn new(operation: &str, key: Option<&str>) -> Self {
        let (operation, key) = (operation.to_owned(), key.map(str::to_owned));
        Self(Box::new(Parts { operation, key }))
    }

    /// Returns the name of the operation.
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// Returns the key of the record; `None` for a call that has no key.
    pub fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { operation, key } = &*self.0;
        match key {
            Some(key) => write!(f, "operation {operation:?}, key {key:?}"),
            None => write!(f, "operation {operation:?}"),
        }
    }
}

impl fmt::Debug for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { operation, key } = &*self.0;
        f.debug_struct("CallId").field("operation", operation).field("key", key).finish()
    }
}
