//! A bar for each group.

use super::drawing::{Anchor, Drawing};
use super::text::{LONGEST, shortened};
use super::{LEFT, Panel, RIGHT, WIDTH, coloured};
use crate::display;
use crate::plot::axis::Scale;

/// The height of a bar with the space around it.
const BAR: f64 = 20.0;
/// What is left free beside the longest bar, for its number.
const NUMBER: f64 = 80.0;

/// Draws a panel, and returns where the next one begins.
pub(super) fn draw(drawing: &mut Drawing, panel: &Panel, groups: &[String], top: f64) -> f64 {
    let scale = Scale::of(panel);
    let mut y = drawing.legend(panel, top);
    let longest = groups.iter().map(|group| group.chars().count()).max().unwrap_or(0);
    let left = (20.0 + longest.min(LONGEST) as f64 * 7.0).max(LEFT);
    let room = WIDTH - left - RIGHT - NUMBER;
    for (at, group) in groups.iter().enumerate() {
        let middle = y + BAR * panel.series.len() as f64 / 2.0;
        drawing.label((left - 8.0, middle + 4.0), Anchor::End, &shortened(group));
        for (series, colour) in coloured(panel) {
            if let Some(value) = series.values.get(at).copied().flatten() {
                let (from, to) = (scale.place(value.min(0.0)), scale.place(value.max(0.0)));
                let (x, width) = (left + from * room, ((to - from) * room).max(1.0));
                drawing.bar((x, y + 2.0), [width, BAR - 4.0], colour);
                let number = format!("{} {}", display::number(value), panel.unit);
                drawing.label((x + width + 6.0, y + BAR / 2.0 + 4.0), Anchor::Start, &number);
            }
            y += BAR;
        }
        y += 8.0;
    }
    y + 10.0
}
