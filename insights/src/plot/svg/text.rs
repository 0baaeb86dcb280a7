/// How many characters of a name are shown.
pub(super) const LONGEST: usize = 40;

pub(super) fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// Writes a text so that XML and HTML read it as text; characters that XML has not are left out.
pub(in crate::plot) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for next in text.chars() {
        match next {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' => escaped.push(next),
            '\u{fffe}' | '\u{ffff}' => {}
            control if control.is_control() => {}
            next => escaped.push(next),
        }
    }
    escaped
}
