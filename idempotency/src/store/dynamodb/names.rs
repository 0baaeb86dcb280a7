use std::collections::HashMap;

use super::attributes::Attributes;

/// What expressions call the attributes, by request: DynamoDB refuses a name that an expression does not use.
///
/// They are made once, because a copy is cheaper than to hash them for each request.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) claim: HashMap<String, String>,
    pub(super) complete: HashMap<String, String>,
    pub(super) extend: HashMap<String, String>,
    pub(super) release: HashMap<String, String>,
}

impl Names {
    pub(super) fn of(attributes: &Attributes) -> Self {
        let id = ("#id", &attributes.key);
        let expiry = ("#expiry", &attributes.expiration);
        let in_progress_expiry = ("#in_progress_expiry", &attributes.in_progress_expiration);
        let status = ("#status", &attributes.status);
        let owner = ("#owner", &attributes.owner);
        let data = ("#data", &attributes.data);
        Self {
            claim: named([id, expiry, in_progress_expiry, status]),
            complete: named([expiry, in_progress_expiry, status, owner, data]),
            extend: named([expiry, in_progress_expiry, status, owner]),
            release: named([in_progress_expiry, status, owner]),
        }
    }
}

fn named<const N: usize>(names: [(&str, &String); N]) -> HashMap<String, String> {
    names.map(|(name, attribute)| (name.to_owned(), attribute.clone())).into()
}
