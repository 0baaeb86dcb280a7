use std::fmt::Write;

use super::text::{escaped, shortened};
use super::{LEFT, Panel, RIGHT, WIDTH, coloured};

/// The elements of an SVG document.
#[derive(Default)]
pub(super) struct Drawing {
    pub(super) body: String,
}

/// Where a label stands by its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// The height of a line of the legend, and how far a panel is below it.
const LEGEND: f64 = 20.0;

impl Drawing {
    pub(super) fn label(&mut self, (x, y): (f64, f64), anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escaped(text.trim_end());
        self.add(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
        ));
    }

    /// Draws a line of the grid from side to side.
    pub(super) fn grid(&mut self, y: f64) {
        let right = WIDTH - RIGHT;
        self.add(format_args!(
            "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\"/>"
        ));
    }

    pub(super) fn bar(&mut self, (x, y): (f64, f64), [width, height]: [f64; 2], colour: &str) {
        self.add(format_args!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\" rx=\"2\" fill=\"{colour}\"/>"
        ));
    }

    /// Joins points; a single one is no line.
    pub(super) fn line(&mut self, points: &[(f64, f64)], colour: &str) {
        if points.len() > 1 {
            let points: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            let points = points.join(" ");
            self.add(format_args!(
                "<polyline class=\"line\" stroke=\"{colour}\" points=\"{points}\"/>"
            ));
        }
    }

    /// Draws a dot that tells what it is when it is pointed at.
    pub(super) fn dot(&mut self, (x, y): (f64, f64), colour: &str, told: &str) {
        let told = escaped(told);
        self.add(format_args!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.5\" fill=\"{colour}\"><title>{told}</title></circle>"
        ));
    }

    /// Names the series of a panel, and returns where the panel begins.
    pub(super) fn legend(&mut self, panel: &Panel, top: f64) -> f64 {
        let (mut x, mut y) = (RIGHT, top);
        for (series, colour) in coloured(panel) {
            let name = shortened(&series.name);
            let width = 34.0 + name.chars().count() as f64 * 7.0;
            if x + width > WIDTH - RIGHT && x > RIGHT {
                (x, y) = (RIGHT, y + LEGEND);
            }
            self.bar((x, y), [12.0, 12.0], colour);
            self.label((x + 18.0, y + 10.0), Anchor::Start, &name);
            x += width;
        }
        y + LEGEND + 6.0
    }

    fn add(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a `String` does not fail.
        let _ = writeln!(self.body, "{element}");
    }
}
