use serde::Deserialize;
use serde_json::error::Category;
use thiserror::Error;

/// The error of an event that can't be deserialized into the type that the handler takes.
///
/// It says which member is wrong, what was expected, and where. It does not show the value that was found, unless
/// [`include_event_in_errors`](crate::PowertoolsBuilder::include_event_in_errors) is set.
#[derive(Debug, Error)]
#[error("cannot deserialize the event: {at}{problem}{place}")]
pub struct EventError {
    /// The member, followed by a colon.
    at: String,
    problem: String,
    /// The line and the column, if they are known.
    place: String,
}

impl EventError {
    /// The name of this error for Lambda and in logs and traces.
    pub(crate) const NAME: &'static str = "EventError";

    /// Deserializes an event's bytes; `shows_values` has the same meaning as for [`new`](Self::new).
    pub(crate) fn parse<'a, T: Deserialize<'a>>(
        event: &'a [u8],
        shows_values: bool,
    ) -> Result<T, Self> {
        let mut json = serde_json::Deserializer::from_slice(event);
        serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            Self::new(&path, error.inner(), shows_values)
        })
    }

    /// Describes an error at a path, including the offending value only if `shows_values` is set.
    pub(crate) fn new(path: &str, error: &serde_json::Error, shows_values: bool) -> Self {
        // `serde_path_to_error` writes the root as `.`.
        let at = if path == "." { String::new() } else { format!("`{path}`: ") };
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let text = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text);
        let hides = error.classify() == Category::Data && !shows_values;
        let problem = if hides { without_values(text) } else { text.to_owned() };
        let place = match line {
            0 => String::new(),
            _ => format!(" (line {line}, column {column})"),
        };
        Self { at, problem, place }
    }

    /// Describes an invocation whose event was not kept.
    pub(crate) fn unknown() -> Self {
        let problem =
            "the event was not kept; add `Powertools::runtime_layer` to the runtime".to_owned();
        Self { at: String::new(), problem, place: String::new() }
    }
}

/// Messages of serde that begin with one of these go on with the value.
const BEFORE_VALUES: [&str; 4] =
    ["invalid type: ", "invalid value: ", "unknown variant ", "invalid length "];

/// Messages that begin with one of these contain no value. They come from serde, about members and untagged enums, and
/// from `lambda_http`, about an event that is not an HTTP request.
const WITHOUT_VALUES: [&str; 5] = [
    "missing field ",
    "unknown field ",
    "duplicate field ",
    "data did not match any variant of ",
    "this function expects a JSON payload from ",
];

/// The names that `serde` and `serde_json` have for kinds of values. A `Deserialize` implementation may use any other
/// text for a kind, even the value itself, so only these are shown.
const KINDS: [&str; 10] = [
    "boolean",
    "byte array",
    "character",
    "floating point",
    "integer",
    "map",
    "null",
    "sequence",
    "string",
    "unit value",
];

/// Removes the value that a message of serde quotes, and hides a message of any other origin completely.
fn without_values(text: &str) -> String {
    if WITHOUT_VALUES.iter().any(|beginning| text.starts_with(beginning)) {
        return text.to_owned();
    }
    let Some(before) = BEFORE_VALUES.iter().find(|before| text.starts_with(**before)) else {
        return "invalid value".to_owned();
    };
    let value = &text[before.len()..];
    let kind = value.split(['`', '"', ',']).next().filter(|_| *before == BEFORE_VALUES[0]);
    // The value may contain this text as well; the last occurrence is serde's.
    let expected = text.rsplit_once(", expected ").map(|(_, expected)| expected);
    let problem = match kind.map(str::trim_end).filter(|kind| KINDS.contains(kind)) {
        Some(kind) => [before, kind].concat(),
        None => before.trim_end_matches([':', ' ']).to_owned(),
    };
    match expected {
        Some(expected) => format!("{problem}, expected {expected}"),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use serde::de::Error as _;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Order<'a> {
        id: &'a str,
        items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Item {
        price: u64,
        card: Option<Card>,
        #[serde(default, deserialize_with = "picky")]
        note: (),
        #[serde(default, deserialize_with = "pickier")]
        code: (),
        size: Option<Size>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only read")]
    enum Size {
        Pieces(u32),
    }

    #[derive(Debug, Deserialize)]
    enum Card {
        Good,
    }

    fn picky<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        let text = String::deserialize(deserializer)?;
        Err(D::Error::custom(format!("{text} is bad")))
    }

    fn pickier<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        let text = String::deserialize(deserializer)?;
        Err(D::Error::invalid_type(serde::de::Unexpected::Other(&text), &"a code"))
    }

    #[track_caller]
    fn assert_told(event: &str, shows_values: bool, told: &str) {
        let error = EventError::parse::<Order<'_>>(event.as_bytes(), shows_values).unwrap_err();
        assert_eq!(error.to_string(), format!("cannot deserialize the event: {told}"));
    }

    #[test]
    fn error_names_the_member_and_hides_its_value() {
        let told = "`items[0].price`: invalid type: string, expected u64 (line 1, column 50)";
        let event = r#"{"id": "o", "items": [{"price": "secret, expected"}]}"#;
        assert_told(event, false, told);
        let told =
            "`items[0].price`: invalid type: floating point, expected u64 (line 1, column 35)";
        assert_told(r#"{"id": "o", "items": [{"price": 1.5}]}"#, false, told);
        let told = "`items[0].card`: unknown variant, expected `Good` (line 1, column 51)";
        assert_told(r#"{"id": "o", "items": [{"price": 1, "card": "secret"}]}"#, false, told);
        let told = "`items[0].note`: invalid value (line 1, column 52)";
        assert_told(r#"{"id": "o", "items": [{"price": 1, "note": "secret"}]}"#, false, told);
        let told = "`items[0].code`: invalid type, expected a code (line 1, column 52)";
        assert_told(r#"{"id": "o", "items": [{"price": 1, "code": "secret"}]}"#, false, told);
        let told = "`items[0].size`: data did not match any variant of untagged enum Size \
                    (line 1, column 52)";
        assert_told(r#"{"id": "o", "items": [{"price": 1, "size": "secret"}]}"#, false, told);
        assert_told(r#"{"id": "o"}"#, false, "missing field `items` (line 1, column 11)");
    }

    #[test]
    fn include_event_in_errors_shows_the_value() {
        let told =
            "`items[0].price`: invalid type: string \"4111\", expected u64 (line 1, column 38)";
        assert_told(r#"{"id": "o", "items": [{"price": "4111"}]}"#, true, told);
    }

    #[test]
    fn invalid_json_is_reported_without_a_member() {
        let told = "`id`: expected ident (line 1, column 9)";
        assert_told(r#"{"id": nonsense}"#, false, told);
    }
}
