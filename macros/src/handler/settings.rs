//! The options of `#[handler(…)]`.

use crate::options::{Form, Word};

pub(super) const WORDS: [Word; 9] = [
    Word { name: "log_event", usage: "log_event", form: Form::Flag },
    Word { name: "redact", usage: "redact = [\"/headers/authorization\"]", form: Form::Value },
    Word { name: "correlation_id", usage: "correlation_id = ApiGatewayHttp", form: Form::Value },
    Word { name: "cold_start_metric", usage: "cold_start_metric", form: Form::Flag },
    Word { name: "capture_response", usage: "capture_response = false", form: Form::Switch },
    Word { name: "capture_error", usage: "capture_error = false", form: Form::Switch },
    Word { name: "error_types", usage: "error_types = [OrderError]", form: Form::Value },
    Word {
        name: "idempotent",
        usage: "idempotent(store = ORDERS, key = event.payload.id)",
        form: Form::List,
    },
    Word { name: "timeout_margin", usage: "timeout_margin = \"500ms\"", form: Form::Text },
];
