//! Units of metrics.

/// The units, as the variants of `Unit` in the crate of metrics.
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

/// How alike two names are that somebody may have confused; 1 is equal.
const ALIKE: f64 = 0.85;

/// How much less alike than the closest a unit is that is worth naming beside it.
const LESS: f64 = 0.08;

pub(super) fn is_known(unit: &str) -> bool {
    ALL.contains(&unit)
}

/// Says which units may have been meant.
pub(super) fn remedy(unit: &str) -> String {
    let meant = close(unit).iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    match meant.split_last() {
        None => "`Unit` lists the 27 that CloudWatch knows, such as `Milliseconds`".to_owned(),
        Some((only, [])) => format!("did you mean {only}?"),
        Some((last, others)) => format!("did you mean {} or {last}?", others.join(", ")),
    }
}

/// Returns the units whose names are alike, the most alike first.
fn close(unit: &str) -> Vec<&'static str> {
    let unit = unit.to_ascii_lowercase();
    let likeness = |name: &str| strsim::jaro_winkler(&unit, &name.to_ascii_lowercase());
    let mut units = ALL.map(|name| (likeness(name), name));
    units.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let (closest, _) = units[0];
    let close = units.iter().filter(|(likeness, _)| *likeness >= ALIKE.max(closest - LESS));
    close.map(|(_, name)| *name).collect()
}
