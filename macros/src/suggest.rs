//! What somebody may have meant.

/// How alike two words are that somebody may have confused; 1 is equal.
const ALIKE: f64 = 0.5;

/// Returns the name that is most like `word`, if one is like it at all.
pub(crate) fn suggest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    let likeness =
        |name: &str| strsim::normalized_damerau_levenshtein(&word, &name.to_ascii_lowercase());
    let names = names.map(|name| (likeness(name), name));
    let closest = names.max_by(|(a, _), (b, _)| a.total_cmp(b));
    closest.filter(|(likeness, _)| *likeness >= ALIKE).map(|(_, name)| name)
}
