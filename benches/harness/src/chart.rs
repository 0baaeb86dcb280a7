//! Bars as SVG, readable on light and dark pages.

use std::fmt::Write;

use crate::stack::Kind;

/// One bar.
pub(crate) struct Bar {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) label: String,
    pub(crate) kind: Kind,
}

const WIDTH: f64 = 760.0;
const NAMES: f64 = 130.0;
/// What is left for the label at the end of the longest bar.
const LABELS: f64 = 110.0;
const HEAD: f64 = 44.0;
const LINE: f64 = 26.0;

/// The page's scheme decides; a viewer that knows none shows what can be read on both.
const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#57606a}.title{font-size:15px;font-weight:600}\
.bare{fill:#8c959f}.ours{fill:#1f883d}.rival{fill:#bf8700}\
@media(prefers-color-scheme:dark){text{fill:#c9d1d9}.bare{fill:#6e7681}.ours{fill:#3fb950}.rival{fill:#d29922}}";

/// Draws bars under a title.
pub(crate) fn bars(title: &str, bars: &[Bar]) -> String {
    let height = HEAD + LINE * bars.len() as f64 + 8.0;
    let most = bars.iter().map(|bar| bar.value).fold(f64::MIN_POSITIVE, f64::max);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         <text class=\"title\" x=\"8\" y=\"24\">{title}</text>\n",
        title = escaped(title)
    );
    for (at, bar) in bars.iter().enumerate() {
        draw(&mut svg, HEAD + LINE * at as f64, bar, most);
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw(svg: &mut String, top: f64, bar: &Bar, most: f64) {
    let length = (bar.value.max(0.0) / most * (WIDTH - NAMES - LABELS)).max(1.0);
    let class = match bar.kind {
        Kind::Bare => "bare",
        Kind::Ours => "ours",
        Kind::Rival => "rival",
    };
    let base = top + 14.0;
    // Writing to a string does not fail.
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{base}\" text-anchor=\"end\">{}</text>\
         <rect class=\"{class}\" x=\"{NAMES}\" y=\"{top}\" width=\"{length:.1}\" height=\"18\" rx=\"3\"/>\
         <text x=\"{:.1}\" y=\"{base}\">{}</text>",
        NAMES - 8.0,
        escaped(&bar.name),
        NAMES + length + 6.0,
        escaped(&bar.label)
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(name: &str, value: f64) -> Bar {
        Bar { name: name.to_owned(), value, label: format!("{value}"), kind: Kind::Ours }
    }

    #[test]
    fn longest_bar_ends_where_labels_begin() {
        let svg = bars("a < b", &[bar("one", 1.0), bar("two", 2.0)]);
        assert!(svg.contains("width=\"520.0\"") && svg.contains("width=\"260.0\""), "{svg}");
        assert!(svg.contains("<title>a &lt; b</title>"), "{svg}");
    }
}
