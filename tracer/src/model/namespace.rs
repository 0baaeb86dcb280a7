//! Namespaces of metadata.

use std::borrow::Cow;

/// How the namespaces begin that X-Ray keeps for itself. Source: AWS X-Ray's developer guide, "Segment
/// documents".
const RESERVED: &str = "AWS.";

/// Returns a namespace that may be used: a reserved one with `_` before it.
pub(crate) fn accepted(namespace: &str) -> Cow<'_, str> {
    if namespace.starts_with(RESERVED) {
        Cow::Owned(format!("_{namespace}"))
    } else {
        Cow::Borrowed(namespace)
    }
}
