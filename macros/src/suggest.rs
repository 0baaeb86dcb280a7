//! Suggests names for misspelled ones.

/// The minimum similarity of a suggestion; 1 means equal.
const ALIKE: f64 = 0.5;

/// Returns the name that is most similar to `word`, if it is similar enough.
pub(crate) fn suggest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    let likeness =
        |name: &str| strsim::normalized_damerau_levenshtein(&word, &name.to_ascii_lowercase());
    let names = names.map(|name| (likeness(name), name));
    let closest = names.max_by(|(a, _), (b, _)| a.total_cmp(b));
    closest.filter(|(likeness, _)| *likeness >= ALIKE).map(|(_, name)| name)
}
