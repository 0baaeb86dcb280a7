//! What CloudWatch takes as the name of a namespace, a metric or a dimension.

use super::problems::Problems;

const LONGEST: usize = 255;

pub(super) fn check(what: &str, name: &str, problems: &mut Problems) {
    if let Some(rule) = broken(name) {
        problems.add(format!("{what} name {name:?} {rule}"));
    }
}

pub(super) fn check_dimension(name: &str, problems: &mut Problems) {
    check("dimension", name, problems);
    problems.unless(!name.starts_with(':'), || format!("dimension name {name:?} begins with `:`"));
}

fn broken(name: &str) -> Option<&'static str> {
    if name.len() > LONGEST {
        Some("is longer than 255 characters")
    } else if name.trim().is_empty() {
        Some("is blank")
    } else if !name.is_ascii() {
        Some("is not ASCII")
    } else if name.contains(|character: char| character.is_ascii_control()) {
        Some("has a control character")
    } else {
        None
    }
}
