//! Series over time.

use super::drawing::{Anchor, Drawing};
use super::{LEFT, Panel, RIGHT, Series, WIDTH, coloured};
use crate::display;
use crate::plot::axis::{self, Scale};

/// The height of a panel, without its legend and times.
const HEIGHT: f64 = 170.0;
const ROOM: f64 = WIDTH - LEFT - RIGHT;

/// Draws a panel, and returns where the next one begins.
pub(super) fn draw(drawing: &mut Drawing, panel: &Panel, times: &[i64], top: f64) -> f64 {
    let scale = Scale::of(panel);
    let top = drawing.legend(panel, top);
    for mark in scale.marks() {
        let y = height(&scale, mark, top);
        drawing.grid(y);
        let number = format!("{} {}", display::number(mark), panel.unit);
        drawing.label((LEFT - 8.0, y + 4.0), Anchor::End, &number);
    }
    mark_times(drawing, times, top + HEIGHT + 18.0);
    let places = axis::places(times);
    for (series, colour) in coloured(panel) {
        let points = places.iter().zip(&series.values);
        let points = points.map(|(place, value)| {
            value.map(|value| (LEFT + place * ROOM, height(&scale, value, top)))
        });
        curve(drawing, series, &points.collect::<Vec<_>>(), colour);
    }
    top + HEIGHT + 40.0
}

fn height(scale: &Scale, value: f64, top: f64) -> f64 {
    top + (1.0 - scale.place(value)) * HEIGHT
}

/// Draws a series; where a value is missing, the line has a gap.
fn curve(drawing: &mut Drawing, series: &Series, points: &[Option<(f64, f64)>], colour: &str) {
    for part in points.split(Option::is_none) {
        drawing.line(&part.iter().flatten().copied().collect::<Vec<_>>(), colour);
    }
    let points = points.iter().zip(&series.values);
    for (point, value) in points.filter_map(|(point, value)| point.zip(*value)) {
        drawing.dot(point, colour, &format!("{}: {}", series.name, display::number(value)));
    }
}

/// Marks five times from the first to the last, in equal steps; one if there is one.
fn mark_times(drawing: &mut Drawing, times: &[i64], y: f64) {
    let (Some(&first), Some(&last)) = (times.first(), times.last()) else { return };
    let range = last.saturating_sub(first);
    let marks = if range == 0 { 0 } else { 4 };
    for mark in 0..=marks {
        let place = f64::from(mark) / 4.0;
        let anchor = match mark {
            0 => Anchor::Start,
            4 => Anchor::End,
            _ => Anchor::Middle,
        };
        let time = first.saturating_add((range as f64 * place) as i64);
        drawing.label((LEFT + place * ROOM, y), anchor, &axis::time(time, range));
    }
}
