use aws_sdk_dynamodb::types::AttributeValue;

use super::item::Item;

/// What the attributes of an item are called, and where its key is.
#[derive(Clone, Debug)]
pub(super) struct Attributes {
    pub(super) key: String,
    /// The sort key, where it holds the key and the partition key is the same for all records.
    pub(super) sort_key: Option<String>,
    /// The value of the partition key where there is a sort key.
    pub(super) partition: String,
    pub(super) expiration: String,
    pub(super) in_progress_expiration: String,
    pub(super) status: String,
    pub(super) data: String,
    pub(super) validation: String,
    pub(super) owner: String,
}

/// Two attributes of a record have one name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{first}` and `{second}` both store in the attribute {name:?}, where one would overwrite the other; \
     give one of them another name"
)]
pub struct AttributeClash {
    /// The setting that has the name.
    pub first: &'static str,
    /// The setting that has it as well.
    pub second: &'static str,
    /// The name.
    pub name: String,
}

impl Default for Attributes {
    fn default() -> Self {
        Self {
            key: "id".to_owned(),
            sort_key: None,
            partition: String::new(),
            expiration: "expiration".to_owned(),
            in_progress_expiration: "in_progress_expiration".to_owned(),
            status: "status".to_owned(),
            data: "data".to_owned(),
            validation: "validation".to_owned(),
            owner: "owner".to_owned(),
        }
    }
}

impl Attributes {
    /// Returns what identifies the item of `key`.
    pub(super) fn key_of(&self, key: &str) -> Item {
        self.key_with_room(key, 0)
    }

    /// Returns the same, with room for `more` attributes.
    pub(super) fn key_with_room(&self, key: &str, more: usize) -> Item {
        let mut item = Item::with_capacity(2 + more);
        let mut put = |name: &str, text: &str| {
            item.insert(name.to_owned(), AttributeValue::S(text.to_owned()));
        };
        match &self.sort_key {
            None => put(&self.key, key),
            Some(sort_key) => {
                put(&self.key, &self.partition);
                put(sort_key, key);
            }
        }
        item
    }

    /// Looks for a name that is taken twice.
    pub(super) fn check(&self) -> Result<(), AttributeClash> {
        let named = self.named();
        for (at, (second, name)) in named.iter().enumerate() {
            if let Some((first, _)) = named[..at].iter().find(|(_, taken)| taken == name) {
                return Err(AttributeClash { first, second, name: (*name).to_owned() });
            }
        }
        Ok(())
    }

    /// Returns all names, each with the setting that it comes from.
    fn named(&self) -> Vec<(&'static str, &str)> {
        let mut named = vec![
            ("key_attr", self.key.as_str()),
            ("expiry_attr", &self.expiration),
            ("in_progress_expiry_attr", &self.in_progress_expiration),
            ("status_attr", &self.status),
            ("data_attr", &self.data),
            ("validation_attr", &self.validation),
            ("owner_attr", &self.owner),
        ];
        named.extend(self.sort_key.as_deref().map(|name| ("sort_key_attr", name)));
        named
    }
}
