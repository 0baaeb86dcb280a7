//! What happened to data.

use super::json_reader::Object;
use super::{Trigger, arn};

impl Trigger {
    pub(super) fn s3(records: &[Object<'_>]) -> Self {
        let first = records.first();
        let only = if let [only] = records { Some(only) } else { None };
        let name = only.and_then(|only| of_object(only, "object", "key")).map(decoded);
        let bucket = first.and_then(|first| of_object(first, "bucket", "name"));
        Self::of_kind(
            "datasource",
            &[
                ("faas.document.collection", bucket),
                ("faas.document.operation", operation(records, of_s3)),
                ("faas.document.time", first.and_then(|first| first.text("eventTime"))),
                ("faas.document.name", name.as_deref()),
            ],
        )
    }

    pub(super) fn dynamodb(records: &[Object<'_>]) -> Self {
        // arn:aws:dynamodb:region:account:table/NAME/stream/…
        let arn = records.first().and_then(arn);
        Self::of_kind(
            "datasource",
            &[
                ("faas.document.collection", arn.and_then(|arn| arn.split('/').nth(1))),
                ("faas.document.operation", operation(records, of_dynamodb)),
            ],
        )
    }
}

fn of_object<'a>(record: &'a Object<'_>, part: &str, name: &str) -> Option<&'a str> {
    record.object("s3")?.object(part)?.text(name)
}

/// Returns the operation, if it is the same for all records.
fn operation(records: &[Object<'_>], of: fn(&str) -> &'static str) -> Option<&'static str> {
    let mut operations = records.iter().filter_map(|record| Some(of(record.text("eventName")?)));
    let first = operations.next()?;
    operations.all(|other| other == first).then_some(first)
}

/// `ObjectCreated:Put`, `ObjectRemoved:Delete`, `LifecycleExpiration:Delete`, `ObjectTagging:Delete` and others.
fn of_s3(event: &str) -> &'static str {
    // Older events begin with `s3:`.
    match event.strip_prefix("s3:").unwrap_or(event).split(':').next() {
        Some("ObjectCreated") => "insert",
        Some("ObjectRemoved" | "LifecycleExpiration") => "delete",
        _ => "edit",
    }
}

fn of_dynamodb(event: &str) -> &'static str {
    match event {
        "INSERT" => "insert",
        "REMOVE" => "delete",
        _ => "edit",
    }
}

/// Returns a key as it was before S3 made it fit for a URL, or as it is if it can't have been made so.
fn decoded(key: &str) -> String {
    let mut bytes = Vec::with_capacity(key.len());
    let mut pieces = key.split('%');
    bytes.extend(pieces.next().unwrap_or_default().bytes().map(space));
    for piece in pieces {
        let Some((byte, rest)) = escaped(piece) else {
            return key.to_owned();
        };
        bytes.push(byte);
        bytes.extend(rest.bytes().map(space));
    }
    String::from_utf8(bytes).unwrap_or_else(|_| key.to_owned())
}

/// Reads the two hex digits after a `%`, and returns what comes after them.
fn escaped(piece: &str) -> Option<(u8, &str)> {
    let (digits, rest) = piece.split_at_checked(2)?;
    // `from_str_radix` would take a sign.
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let byte = u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
    Some((byte, rest))
}

fn space(byte: u8) -> u8 {
    if byte == b'+' { b' ' } else { byte }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_decoded_where_they_can_be() {
        for (key, name) in [
            ("Happy%20Face.jpg", "Happy Face.jpg"),
            ("a+b%2Bc", "a b+c"),
            ("gr%C3%BC%C3%9Fe", "grüße"),
            ("%", "%"),
            ("100%", "100%"),
            ("%zz+", "%zz+"),
            ("%+1", "%+1"),
            ("%é", "%é"),
            ("%FF", "%FF"),
        ] {
            assert_eq!(decoded(key), name);
        }
    }
}
