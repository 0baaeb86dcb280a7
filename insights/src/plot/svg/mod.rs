//! Charts as SVG, readable on a light and on a dark page.

mod bars;
mod drawing;
mod lines;
mod text;

use super::{Axis, Chart, Panel, Series};

pub(super) use self::text::escaped;

use self::drawing::Drawing;

const WIDTH: f64 = 860.0;
/// What is left free beside a panel, for labels.
const LEFT: f64 = 90.0;
const RIGHT: f64 = 20.0;
const TITLE: f64 = 44.0;

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
        let mut drawing = Drawing::default();
        let mut top = TITLE;
        for panel in &self.panels {
            top = match &self.axis {
                Axis::Time(times) => lines::draw(&mut drawing, panel, times, top),
                Axis::Groups(groups) => bars::draw(&mut drawing, panel, groups, top),
            };
        }
        let (title, body) = (escaped(&self.title), drawing.body);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {top}\" width=\"{WIDTH}\" \
             height=\"{top}\" role=\"img\"><title>{title}</title>{STYLE}\
             <rect class=\"page\" width=\"{WIDTH}\" height=\"{top}\" rx=\"6\"/>\n\
             <text class=\"title\" x=\"20\" y=\"28\">{title}</text>\n{body}</svg>\n"
        )
    }
}

/// Returns a panel's series with their colours.
fn coloured(panel: &Panel) -> impl Iterator<Item = (&Series, &'static str)> {
    panel.series.iter().zip(COLOURS.into_iter().cycle())
}
