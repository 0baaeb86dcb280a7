//! The words of `#[idempotent(…)]`.

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::parse::Setting;
use crate::problem::Problem;

/// What there is, and how it is written.
const WORDS: [(&str, &str); 3] =
    [("store", "store = ORDERS"), ("key", "key = order.id"), ("payload", "payload = order")];

/// How alike two words are that somebody may have confused; 1 is equal.
const ALIKE: f64 = 0.5;

/// Checks an option by itself, and that it is none of the `earlier` ones.
pub(super) fn check(setting: &Setting, earlier: &[Setting]) -> Result<(), Problem> {
    let Setting { word, value } = setting;
    let Some((name, usage)) = WORDS.iter().find(|(name, _)| word == name) else {
        return Err(Problem::new(word, unknown(&word.to_string())));
    };
    if value.is_none() {
        return Err(Problem::new(word, format!("`{name}` needs a value: `{usage}`")));
    }
    if earlier.iter().any(|earlier| earlier.word == *word) {
        let message = format!("`{name}` is there twice: leave one of them out");
        return Err(Problem::new(word, message));
    }
    Ok(())
}

/// Returns the value of an option.
pub(super) fn value(settings: &[Setting], word: &str) -> Option<TokenStream> {
    let setting = settings.iter().find(|setting| setting.word == word)?;
    setting.value.as_ref().map(ToTokens::to_token_stream)
}

fn unknown(word: &str) -> String {
    let likeness =
        |name: &str| strsim::normalized_damerau_levenshtein(&word.to_ascii_lowercase(), name);
    let words = WORDS.iter().map(|(name, _)| (likeness(name), name));
    match words.max_by(|(a, _), (b, _)| a.total_cmp(b)) {
        Some((closest, name)) if closest >= ALIKE => {
            format!("`{word}` is no option: did you mean `{name}`?")
        }
        _ => {
            let usages = WORDS.map(|(_, usage)| format!("`{usage}`")).join(", ");
            format!("`{word}` is no option; there are {usages}")
        }
    }
}
