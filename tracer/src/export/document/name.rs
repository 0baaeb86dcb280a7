use std::borrow::Cow;

use powertools_core::json::write_string;

use super::{Trim, semantics::Semantics};
use crate::Span;

/// The longest name, in characters.
const LONGEST: usize = 200;

/// The longest name where space is short, in characters.
const SHORT: usize = 40;

/// Writes the name of a document.
pub(super) fn write(out: &mut Vec<u8>, span: &Span<'_>, semantics: &Semantics<'_>, trim: Trim) {
    let longest = if trim == Trim::AllButBones { SHORT } else { LONGEST };
    write_string(out, &accepted(&name_of(span, semantics), longest));
}

/// Names the handler `## handler`, a function `## module::function`, and others as they are named.
fn name_of<'a>(span: &Span<'a>, semantics: &Semantics<'a>) -> Cow<'a, str> {
    if span.is_handler() {
        return Cow::Owned(format!("## {}", span.name()));
    }
    // Whom a call goes to tells more on X-Ray's map than what it is named, which is often its method.
    let given = semantics.remote_name().or(span.given_name());
    match (given, span.metadata().module_path()) {
        (Some(given), _) => Cow::Borrowed(given),
        (None, Some(module)) if is_identifier(span.name()) => {
            Cow::Owned(format!("## {module}::{}", span.name()))
        }
        _ => Cow::Borrowed(span.name()),
    }
}

/// Tells whether this may be the name of a function, as `#[instrument]` gives it.
fn is_identifier(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Returns `name` with `_` in place of what X-Ray does not accept, and not too long.
fn accepted(name: &str, longest: usize) -> Cow<'_, str> {
    if !name.is_empty() && name.len() <= longest && name.chars().all(is_accepted) {
        return Cow::Borrowed(name);
    }
    let accepted = |character| if is_accepted(character) { character } else { '_' };
    let name: String = name.chars().take(longest).map(accepted).collect();
    if name.trim().is_empty() { Cow::Borrowed("unnamed") } else { Cow::Owned(name) }
}

fn is_accepted(character: char) -> bool {
    character.is_alphanumeric() || " _.:/%&#=+-@".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_accepted_is_an_underscore() {
        assert_eq!(accepted("## shop::orders::place", LONGEST), "## shop::orders::place");
        assert_eq!(accepted("Größe <T>{1}", LONGEST), "Größe _T__1_");
        assert_eq!(accepted("", LONGEST), "unnamed");
        assert_eq!(accepted(&"é".repeat(300), LONGEST), "é".repeat(200));
    }
}
