use proptest::prelude::*;

/// A line of which any member but the time may be missing.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) time: i64,
    pub(super) level: Option<String>,
    pub(super) service: Option<String>,
    pub(super) ms: Option<f64>,
    pub(super) size: Option<i64>,
}

impl Line {
    /// Returns the line as JSON; every other size is a numeric text.
    pub(super) fn json(&self) -> String {
        let text = |text: &String| format!("\"{text}\"");
        let size =
            |size: &i64| if size % 2 == 0 { format!("\"{size}\"") } else { size.to_string() };
        let members = [
            ("level", self.level.as_ref().map(text)),
            ("request.service", self.service.as_ref().map(text)),
            ("ms", self.ms.map(|ms| ms.to_string())),
            ("size", self.size.as_ref().map(size)),
        ];
        let member = |(name, value): (&str, Option<String>)| match (name.split_once('.'), value?) {
            (Some((outer, inner)), value) => Some(format!("\"{outer}\":{{\"{inner}\":{value}}}")),
            (None, value) => Some(format!("\"{name}\":{value}")),
        };
        format!("{{{}}}", members.into_iter().filter_map(member).collect::<Vec<_>>().join(","))
    }
}

pub(super) fn any_lines() -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec(any_line(), 0..40)
}

fn any_line() -> impl Strategy<Value = Line> {
    let words = |words: &'static [&'static str]| {
        prop::option::weighted(0.8, prop::sample::select(words).prop_map(str::to_owned))
    };
    (
        -7_200_000..7_200_000_i64,
        words(&["INFO", "ERROR", "WARN", "error"]),
        words(&["checkout", "orders", "a%b_c"]),
        prop::option::weighted(0.8, (-4000..4000_i32).prop_map(|eighths| f64::from(eighths) / 8.0)),
        prop::option::weighted(0.8, -5..5_i64),
    )
        .prop_map(|(time, level, service, ms, size)| Line { time, level, service, ms, size })
}
