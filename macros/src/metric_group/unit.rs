//! Checks the units of metrics.

/// The variants of `Unit` in the metrics crate.
const ALL: [&str; 27] = [
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "BytesPerSecond",
    "KilobytesPerSecond",
    "MegabytesPerSecond",
    "GigabytesPerSecond",
    "TerabytesPerSecond",
    "BitsPerSecond",
    "KilobitsPerSecond",
    "MegabitsPerSecond",
    "GigabitsPerSecond",
    "TerabitsPerSecond",
    "CountPerSecond",
    "None",
];

/// The minimum similarity of a suggested unit; 1 means equal.
const ALIKE: f64 = 0.85;

/// The maximum difference in similarity between the best suggestion and others that are shown with it.
const LESS: f64 = 0.08;

pub(super) fn is_known(unit: &str) -> bool {
    ALL.contains(&unit)
}

/// Returns the hint for an unknown unit, which suggests similar ones.
pub(super) fn remedy(unit: &str) -> String {
    let meant = close(unit).iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    match meant.split_last() {
        None => "`Unit` lists the 27 that CloudWatch knows, such as `Milliseconds`".to_owned(),
        Some((only, [])) => format!("did you mean {only}?"),
        Some((last, others)) => format!("did you mean {} or {last}?", others.join(", ")),
    }
}

/// Returns the units with similar names, the most similar first.
fn close(unit: &str) -> Vec<&'static str> {
    let unit = unit.to_ascii_lowercase();
    let likeness = |name: &str| strsim::jaro_winkler(&unit, &name.to_ascii_lowercase());
    let mut units = ALL.map(|name| (likeness(name), name));
    units.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let (closest, _) = units[0];
    let close = units.iter().filter(|(likeness, _)| *likeness >= ALIKE.max(closest - LESS));
    close.map(|(_, name)| *name).collect()
}
