//! Charts of characters.

use std::fmt::Write;

use super::{Axis, Chart, Panel, Series, axis, axis::Scale};
use crate::display;

/// How many lines a series over time takes.
const HEIGHT: usize = 5;

impl Chart {
    /// Draws the chart in lines of at most `width` characters, though never fewer than 40.
    pub fn text(&self, width: usize) -> String {
        let width = width.max(40);
        let mut text = String::new();
        for panel in &self.panels {
            match &self.axis {
                Axis::Time(times) => lines(&mut text, panel, times, width),
                Axis::Groups(groups) => bars(&mut text, panel, groups, width),
            }
        }
        text
    }
}

fn bars(text: &mut String, panel: &Panel, groups: &[String], width: usize) {
    let scale = Scale::of(panel);
    let most = width / 3;
    let labels: Vec<_> = groups.iter().map(|group| shortened(group, most)).collect();
    let label_width = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    for series in &panel.series {
        let numbers =
            series.values.iter().map(|value| value.map_or_else(String::new, display::number));
        let numbers: Vec<_> = numbers.collect();
        let number_width = numbers.iter().map(String::len).max().unwrap_or(0);
        let room = width.saturating_sub(label_width + number_width + 3).max(8);
        let _ = writeln!(text, "{}", series.name);
        for ((label, value), number) in labels.iter().zip(&series.values).zip(&numbers) {
            let share =
                value.map_or(0.0, |value| (value.abs() / scale.high.max(-scale.low)).min(1.0));
            let _ = writeln!(
                text,
                " {label:label_width$} {number:>number_width$} {}",
                bar(share, room)
            );
        }
        text.push('\n');
    }
}

/// Draws a bar in eighths of a character.
fn bar(share: f64, room: usize) -> String {
    let eighths = (share * room as f64 * 8.0).round() as usize;
    let mut bar = "█".repeat(eighths / 8);
    bar.extend(
        [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'].get(eighths % 8).filter(|part| **part != ' '),
    );
    bar
}

fn lines(text: &mut String, panel: &Panel, times: &[i64], width: usize) {
    let scale = Scale::of(panel);
    let marks = [scale.high, scale.low].map(display::number);
    let margin = marks.iter().map(String::len).max().unwrap_or(0);
    let room = width.saturating_sub(margin + 3);
    for series in &panel.series {
        let _ = writeln!(text, "{}", series.name);
        for (at, line) in drawn(series, times, &scale, room).iter().enumerate() {
            let mark = match at {
                0 => &marks[0],
                _ if at + 1 == HEIGHT => &marks[1],
                _ => "",
            };
            let _ = writeln!(text, " {mark:>margin$} │{}", line.trim_end());
        }
        let _ = writeln!(text, " {:margin$} {}\n", "", span(times, room));
    }
}

/// Writes the first and the last time at the ends of a line.
fn span(times: &[i64], room: usize) -> String {
    let (Some(&first), Some(&last)) = (times.first(), times.last()) else { return String::new() };
    let range = last.saturating_sub(first);
    let [first, last] = [first, last].map(|time| axis::time(time, range));
    let gap = room.saturating_sub(first.len());
    format!("└{first}{last:>gap$}")
}

/// Draws values as dots of braille, two by four in a character, and joins what follows each other.
fn drawn(series: &Series, times: &[i64], scale: &Scale, room: usize) -> Vec<String> {
    let mut canvas = Canvas { cells: vec![vec![0; room]; HEIGHT] };
    let (right, bottom) = ((room * 2 - 1) as f64, (HEIGHT * 4 - 1) as f64);
    let mut last = None;
    for (place, value) in axis::places(times).iter().zip(&series.values) {
        let point = value.map(|value| (place * right, (1.0 - scale.place(value)) * bottom));
        if let Some(to) = point {
            canvas.line(last.unwrap_or(to), to);
        }
        last = point;
    }
    canvas.lines()
}

struct Canvas {
    cells: Vec<Vec<u8>>,
}

/// The bits of a braille character's dots, by line and column.
const DOTS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

impl Canvas {
    fn line(&mut self, from: (f64, f64), to: (f64, f64)) {
        let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).ceil().max(1.0);
        for step in 0..=steps as usize {
            let share = step as f64 / steps;
            self.dot(from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        }
    }

    fn dot(&mut self, x: f64, y: f64) {
        let (x, y) = (x.round() as usize, y.round() as usize);
        if let Some(cell) = self.cells.get_mut(y / 4).and_then(|line| line.get_mut(x / 2)) {
            *cell |= DOTS[y % 4][x % 2];
        }
    }

    fn lines(&self) -> Vec<String> {
        let character = |dots: &u8| match dots {
            0 => ' ',
            dots => char::from_u32(0x2800 + u32::from(*dots)).unwrap_or(' '),
        };
        self.cells.iter().map(|line| line.iter().map(character).collect()).collect()
    }
}

fn shortened(text: &str, most: usize) -> String {
    let text = text.replace(char::is_control, " ");
    if text.chars().count() <= most {
        return text;
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
