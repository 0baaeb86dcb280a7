//! The options of `#[traced(…)]`.

use crate::options::{Form, Word};

pub(super) const WORDS: [Word; 6] = [
    Word { name: "name", usage: "name = \"look up\"", form: Form::Text },
    Word { name: "fields", usage: "fields(order_id = order.id)", form: Form::List },
    Word { name: "annotations", usage: "annotations(customer = order.customer)", form: Form::List },
    Word { name: "skip", usage: "skip(secret)", form: Form::List },
    Word { name: "capture_response", usage: "capture_response = false", form: Form::Switch },
    Word { name: "capture_error", usage: "capture_error = false", form: Form::Switch },
];
