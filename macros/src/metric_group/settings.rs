//! The options of `#[metric(…)]`.

use proc_macro2::TokenStream;

use super::parse::Setting;
use crate::diagnostic::Diagnostic;

/// An option that exists, its purpose, and its form.
struct Word {
    name: &'static str,
    usage: &'static str,
    is_kind: bool,
}

const WORDS: [Word; 8] = [
    Word { name: "count", usage: "count", is_kind: true },
    Word { name: "unit", usage: "unit = Milliseconds", is_kind: true },
    Word { name: "dimension", usage: "dimension", is_kind: true },
    Word { name: "metadata", usage: "metadata", is_kind: true },
    Word { name: "skip", usage: "skip", is_kind: true },
    Word { name: "name", usage: "name = \"Latency\"", is_kind: false },
    Word { name: "high_resolution", usage: "high_resolution", is_kind: false },
    Word { name: "summed", usage: "summed", is_kind: false },
];

/// The options of one field: all of them exist, without duplicates, and have a value if they need one.
pub(super) struct Settings<'a>(&'a [Setting]);

impl<'a> Settings<'a> {
    pub(super) fn new(all: &'a [Setting]) -> Result<Self, Diagnostic> {
        for (at, setting) in all.iter().enumerate() {
            check(setting)?;
            if all[..at].iter().any(|earlier| earlier.word == setting.word) {
                let message = format!("duplicate `{}`: remove one of them", setting.word);
                return Err(Diagnostic::new(&setting.word, message));
            }
        }
        Ok(Self(all))
    }

    /// Returns the options that say what the field is.
    pub(super) fn kinds(&self) -> Vec<&'a Setting> {
        let is_kind = |setting: &&Setting| word(setting).is_some_and(|word| word.is_kind);
        self.0.iter().filter(is_kind).collect()
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.0.iter().any(|setting| setting.word == word)
    }

    pub(super) fn value(&self, word: &str) -> Option<&'a TokenStream> {
        self.0.iter().find(|setting| setting.word == word)?.value.as_ref()
    }

    /// Rejects options that do not apply to such a field.
    pub(super) fn only(&self, words: &[&str], field: &str) -> Result<(), Diagnostic> {
        let sensible = |setting: &&Setting| words.iter().any(|word| setting.word == word);
        match self.0.iter().find(|setting| !sensible(setting)) {
            None => Ok(()),
            Some(Setting { word, .. }) => {
                let message = format!("`{word}` does not apply to {field}: remove it");
                Err(Diagnostic::new(word, message))
            }
        }
    }
}

fn word(setting: &Setting) -> Option<&'static Word> {
    WORDS.iter().find(|word| setting.word == word.name)
}

fn check(setting: &Setting) -> Result<(), Diagnostic> {
    let Some(Word { name, usage, .. }) = word(setting) else {
        return Err(unknown(setting));
    };
    match &setting.value {
        None if name != usage => {
            Err(Diagnostic::new(&setting.word, format!("`{name}` needs a value: `{usage}`")))
        }
        Some(value) if name == usage => {
            Err(Diagnostic::new(value, format!("`{name}` takes no value: remove the value")))
        }
        _ => Ok(()),
    }
}

fn unknown(setting: &Setting) -> Diagnostic {
    let usages = WORDS.iter().map(|word| format!("`{}`", word.usage)).collect::<Vec<_>>();
    let message =
        format!("unknown option `{}`; the options are {}", setting.word, usages.join(", "));
    Diagnostic::new(&setting.word, message)
}
