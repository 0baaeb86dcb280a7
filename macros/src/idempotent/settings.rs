//! The options of `#[idempotent(…)]`.

use crate::options::{Form, Word};

pub(super) const WORDS: [Word; 3] = [
    Word { name: "store", usage: "store = ORDERS", form: Form::Value },
    Word { name: "key", usage: "key = order.id", form: Form::Value },
    Word { name: "payload", usage: "payload = order", form: Form::Value },
];
