//! Checks the names of metrics, dimensions, and metadata.

/// The maximum length of a name in CloudWatch.
const LONGEST: usize = 255;

/// Returns what is wrong with a name and how to correct it, or `None` if the name is valid.
pub(crate) fn flaw(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("is blank: give it a character that can be seen")
    } else if name.len() > LONGEST {
        Some("is longer than the 255 characters that CloudWatch takes: shorten it")
    } else if !name.is_ascii() {
        Some("is not ASCII, which CloudWatch requires: replace the other characters")
    } else if name.contains(|character: char| character.is_ascii_control()) {
        Some("has a control character, which CloudWatch refuses: remove it")
    } else if name == "_aws" {
        Some("is the member that CloudWatch reads the rest by: choose another")
    } else {
        None
    }
}

/// Checks the name of a dimension as [`flaw`] does.
pub(crate) fn dimension_flaw(name: &str) -> Option<&'static str> {
    let colon = "begins with a colon, which CloudWatch refuses for dimensions: remove it";
    if name.starts_with(':') { Some(colon) } else { flaw(name) }
}

/// Converts the name of a field to that of a metric, such as `orders_placed` to `OrdersPlaced`.
pub(crate) fn pascal_case(field: &str) -> String {
    field.split('_').flat_map(capitalised).collect()
}

fn capitalised(word: &str) -> impl Iterator<Item = char> {
    let mut rest = word.chars();
    let first = rest.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(rest)
}
