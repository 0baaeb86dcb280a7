//! Charts as SVG, readable on a light and on a dark page.

use std::fmt::{Display, Write};

use super::{Axis, Chart, Panel, Series, axis, axis::Scale};
use crate::shown;

const WIDTH: f64 = 860.0;
const LEFT: f64 = 90.0;
const RIGHT: f64 = 20.0;
const TITLE: f64 = 44.0;
const LEGEND: f64 = 26.0;
/// The height of a panel over time, without its legend and times.
const PANEL: f64 = 170.0;
const BAR: f64 = 20.0;

/// Colours that are told apart on both pages, also by those who don't see some.
const COLOURS: [&str; 8] =
    ["#0a84d6", "#e8710a", "#2f9e6e", "#c74fa0", "#a58d00", "#7b6fe0", "#d64545", "#6b7785"];

const STYLE: &str = "<style>\
    .page{fill:#fff}.grid{stroke:#d0d7de;stroke-width:1}text{fill:#24292f;font:12px system-ui,sans-serif}\
    .title{font-size:16px;font-weight:600}.line{fill:none;stroke-width:2}\
    @media(prefers-color-scheme:dark){.page{fill:#0d1117}.grid{stroke:#30363d}text{fill:#e6edf3}}\
    </style>";

impl Chart {
    /// Draws the chart as an SVG document.
    pub fn svg(&self) -> String {
        let mut body = String::new();
        let mut top = TITLE;
        for panel in &self.panels {
            top = match &self.axis {
                Axis::Time(times) => lines(&mut body, panel, times, top),
                Axis::Groups(groups) => bars(&mut body, panel, groups, top),
            };
        }
        let title = escaped(&self.title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {top}\" width=\"{WIDTH}\" \
             height=\"{top}\" role=\"img\"><title>{title}</title>{STYLE}\
             <rect class=\"page\" width=\"{WIDTH}\" height=\"{top}\" rx=\"6\"/>\n\
             <text class=\"title\" x=\"20\" y=\"28\">{title}</text>\n{body}</svg>\n"
        )
    }
}

fn lines(body: &mut String, panel: &Panel, times: &[i64], top: f64) -> f64 {
    let scale = Scale::of(panel);
    let top = legend(body, panel, top);
    let room = WIDTH - LEFT - RIGHT;
    for mark in scale.marks() {
        let y = top + (1.0 - scale.place(mark)) * PANEL;
        line(body, [LEFT, y, WIDTH - RIGHT, y]);
        label(body, LEFT - 8.0, y + 4.0, "end", &format!("{} {}", shown::number(mark), panel.unit));
    }
    let range =
        times.last().zip(times.first()).map_or(0, |(last, first)| last.saturating_sub(*first));
    let places = axis::places(times);
    for (place, time) in marked(times) {
        let x = LEFT + place * room;
        let anchor = if place < 0.04 {
            "start"
        } else if place > 0.96 {
            "end"
        } else {
            "middle"
        };
        label(body, x, top + PANEL + 18.0, anchor, &axis::time(time, range));
    }
    for (series, colour) in panel.series.iter().zip(COLOURS.iter().cycle()) {
        let points = places.iter().zip(&series.values);
        let points = points.map(|(place, value)| {
            value.map(|value| (LEFT + place * room, top + (1.0 - scale.place(value)) * PANEL))
        });
        curve(body, series, &points.collect::<Vec<_>>(), colour);
    }
    top + PANEL + 40.0
}

/// Chooses five times from the first to the last, in equal steps; one if there is one.
fn marked(times: &[i64]) -> Vec<(f64, i64)> {
    let (Some(&first), Some(&last)) = (times.first(), times.last()) else { return Vec::new() };
    if first == last {
        return vec![(0.0, first)];
    }
    let range = last as f64 - first as f64;
    let place = |mark: u32| f64::from(mark) / 4.0;
    (0..=4).map(|mark| (place(mark), (first as f64 + place(mark) * range) as i64)).collect()
}

/// Draws a series; where a value is missing, the line has a gap.
fn curve(body: &mut String, series: &Series, points: &[Option<(f64, f64)>], colour: &str) {
    for part in points.split(Option::is_none) {
        let part: Vec<_> = part.iter().flatten().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        if part.len() > 1 {
            let points = part.join(" ");
            let _ = writeln!(
                body,
                "<polyline class=\"line\" stroke=\"{colour}\" points=\"{points}\"/>"
            );
        }
    }
    let name = escaped(&series.name);
    for ((x, y), value) in
        points.iter().zip(&series.values).filter_map(|(at, value)| at.zip(*value))
    {
        let value = shown::number(value);
        let _ = writeln!(
            body,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.5\" fill=\"{colour}\"><title>{name}: {value}</title></circle>"
        );
    }
}

fn bars(body: &mut String, panel: &Panel, groups: &[String], top: f64) -> f64 {
    let scale = Scale::of(panel);
    let mut y = legend(body, panel, top);
    let longest = groups.iter().map(|group| group.chars().count()).max().unwrap_or(0);
    let left = (20.0 + longest.min(40) as f64 * 7.0).max(LEFT);
    let room = WIDTH - left - RIGHT - 80.0;
    for (at, group) in groups.iter().enumerate() {
        let height = BAR * panel.series.len() as f64;
        label(body, left - 8.0, y + height / 2.0 + 4.0, "end", &shortened(group));
        for (series, colour) in panel.series.iter().zip(COLOURS.iter().cycle()) {
            if let Some(value) = series.values.get(at).copied().flatten() {
                let (from, to) = (scale.place(value.min(0.0)), scale.place(value.max(0.0)));
                let (x, width) = (left + from * room, ((to - from) * room).max(1.0));
                let _ = writeln!(
                    body,
                    "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{}\" rx=\"2\" fill=\"{colour}\"/>",
                    y + 2.0,
                    BAR - 4.0
                );
                let number = format!("{} {}", shown::number(value), panel.unit);
                label(body, x + width + 6.0, y + BAR / 2.0 + 4.0, "start", &number);
            }
            y += BAR;
        }
        y += 8.0;
    }
    y + 10.0
}

/// Names the series of a panel, and returns where the panel begins.
fn legend(body: &mut String, panel: &Panel, top: f64) -> f64 {
    let (mut x, mut y) = (LEFT.min(20.0), top);
    for (series, colour) in panel.series.iter().zip(COLOURS.iter().cycle()) {
        let name = shortened(&series.name);
        let width = 30.0 + name.chars().count() as f64 * 7.0;
        if x + width > WIDTH - RIGHT && x > 20.0 {
            (x, y) = (20.0, y + 20.0);
        }
        let _ = writeln!(
            body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"12\" height=\"12\" rx=\"3\" fill=\"{colour}\"/>"
        );
        label(body, x + 18.0, y + 10.0, "start", &name);
        x += width;
    }
    y + LEGEND
}

fn line(body: &mut String, [x1, y1, x2, y2]: [f64; 4]) {
    let _ = writeln!(
        body,
        "<line class=\"grid\" x1=\"{x1}\" y1=\"{y1:.1}\" x2=\"{x2}\" y2=\"{y2:.1}\"/>"
    );
}

fn label(body: &mut String, x: f64, y: f64, anchor: impl Display, text: &str) {
    let text = escaped(text.trim_end());
    let _ =
        writeln!(body, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>");
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 40 {
        return text.to_owned();
    }
    text.chars().take(39).chain(['…']).collect()
}

/// Writes a text so that XML and HTML read it as text; characters that XML has not are left out.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for next in text.chars() {
        match next {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' => escaped.push(next),
            '\u{fffe}' | '\u{ffff}' => {}
            control if control.is_control() => {}
            next => escaped.push(next),
        }
    }
    escaped
}
