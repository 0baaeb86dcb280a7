// Longer words are no slips, and comparing takes the square of their length.
const LONGEST: usize = 40;

/// Finds the one of `known` that `word` was probably meant to be.
pub(crate) fn suggest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_ascii_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&word, &name.to_ascii_lowercase());
    let longest = (word.len() / 3).max(1);
    // Any two names of one letter are alike.
    let most = longest.min(word.len().saturating_sub(1));
    known
        .map(|name| (distance(name), name))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typo_is_suggested_and_another_word_is_not() {
        let known = || ["filter", "fields", "stats"].into_iter();
        assert_eq!(suggest("filtr", known()), Some("filter"));
        assert_eq!(suggest("FEILDS", known()), Some("fields"));
        assert_eq!(suggest("explode", known()), None);
        assert_eq!(suggest("", known()), None);
        assert_eq!(suggest("a", ["b"].into_iter()), None);
        assert_eq!(suggest(&"filter".repeat(100_000), known()), None);
    }
}
