//! The table, by its name or its ARN.

use std::fmt;

use aws_sdk_dynamodb::Client;

use crate::StoreError;

/// The table of the records.
#[derive(Debug)]
pub(super) struct Table {
    /// The name or the ARN, as requests have it.
    name: String,
}

impl Table {
    pub(super) fn new(name: String) -> Self {
        Self { name }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.name
    }

    pub(super) fn is_arn(&self) -> bool {
        self.name.starts_with("arn:")
    }

    /// Returns the region that the ARN names.
    ///
    /// # Errors
    ///
    /// It is not the ARN of a table.
    pub(super) fn region(&self) -> Result<Option<&str>, StoreError> {
        if !self.is_arn() {
            return Ok(None);
        }
        match self.name.split(':').collect::<Vec<_>>()[..] {
            ["arn", partition, "dynamodb", region, account, resource]
                if !partition.is_empty()
                    && !region.is_empty()
                    && !account.is_empty()
                    && resource.strip_prefix("table/").is_some_and(is_name) =>
            {
                Ok(Some(region))
            }
            _ => {
                let what = format!(
                    "{self} is not the ARN of a table, such as \
                     \"arn:aws:dynamodb:eu-west-1:123456789012:table/idempotency\"; correct it, or give the name \
                     of a table in this account"
                );
                Err(StoreError::Refused { what, source: None })
            }
        }
    }

    /// Checks that `client` calls the region of the ARN: DynamoDB in another region does not know the table.
    pub(super) fn check_region(&self, client: &Client) -> Result<(), StoreError> {
        let Some(own) = self.region()? else {
            return Ok(());
        };
        match client.config().region() {
            Some(region) if region.as_ref() != own => {
                let what = format!(
                    "the table {self} is in {own}, and the client calls {region}; give DynamoDbStore::new a client \
                     of {own}"
                );
                Err(StoreError::Refused { what, source: None })
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.name, f)
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('/')
}

/// Returns the name of a table from its name or its ARN.
pub(super) fn table_name(name_or_arn: &str) -> &str {
    match name_or_arn.strip_prefix("arn:").and_then(|arn| arn.split_once(":table/")) {
        Some((_, name)) => name,
        None => name_or_arn,
    }
}
