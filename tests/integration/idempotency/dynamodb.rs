//! Records in DynamoDB, through AWS's SDK and over HTTP.

mod blocking;
mod calls;
pub(crate) mod chaos;
mod complete_with;
mod conforms;
pub(crate) mod database;
mod failures;
mod ledger;
mod lost_answers;
mod moto;
mod proxy;
mod template;

use database::{Database, TABLE};
use proxy::{Fate, Plan, Proxy};
