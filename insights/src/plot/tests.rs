use proptest::prelude::*;

use super::{Axis, Chart, page};
use crate::{Table, Value};

const MINUTE: i64 = 60_000;

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

fn number(number: f64) -> Option<Value> {
    Some(Value::Number(number))
}

fn table(columns: &[&str], rows: Vec<Vec<Option<Value>>>) -> Table {
    Table { columns: columns.iter().map(|name| (*name).to_owned()).collect(), rows }
}

fn latency() -> Table {
    let at = |minute: i64| Some(Value::Time(1_795_174_200_000 + minute * MINUTE));
    let rows = vec![
        vec![at(10), number(7.0), number(90.0), number(200.0)],
        vec![at(0), number(3.0), number(20.0), number(100.0)],
        vec![at(5), number(5.0), None, number(50.0)],
    ];
    table(&["window", "invocations", "p50_ms", "p99_ms"], rows)
}

fn errors() -> Table {
    let row = |name, count| vec![text(name), text("ERROR"), number(count)];
    table(
        &["exception_name", "level", "lines"],
        vec![row("Refused & <lost>", 8.0), row("panic", 2.0)],
    )
}

#[test]
fn time_column_gives_a_time_series_and_units_give_panels() {
    let chart = Chart::of("Latency", &latency()).unwrap();
    let Axis::Time(times) = &chart.axis else { panic!("{:?}", chart.axis) };
    assert!(times.is_sorted() && times.len() == 3);
    let panels: Vec<_> =
        chart.panels.iter().map(|it| (it.unit.as_str(), it.series.len())).collect();
    assert_eq!(panels, [("", 1), ("ms", 2)]);
    assert_eq!(chart.panels[1].series[0].values, [Some(20.0), None, Some(90.0)]);
}

#[test]
fn numbers_of_very_different_size_do_not_share_a_scale() {
    let row = |name, lines, size, more| vec![text(name), number(lines), number(size), number(more)];
    let rows = vec![row("a", 6.0, 3239.0, 9.0), row("b", 1.0, 651.0, 2.0)];
    let chart = Chart::of("", &table(&["place", "lines", "size", "more"], rows)).unwrap();
    let names = chart.panels.iter().map(|panel| panel.series.iter().map(|it| it.name.as_str()));
    let names: Vec<Vec<_>> = names.map(Iterator::collect).collect();
    assert_eq!(names, [vec!["lines", "more"], vec!["size"]]);
}

#[test]
fn groups_over_time_are_separate_series() {
    let row = |minute: i64, level, count| {
        vec![Some(Value::Time(minute * MINUTE)), text(level), number(count)]
    };
    let rows = vec![row(0, "ERROR", 1.0), row(0, "WARN", 2.0), row(5, "WARN", 3.0)];
    let chart = Chart::of("", &table(&["window", "level", "lines"], rows)).unwrap();
    let series = &chart.panels[0].series;
    assert_eq!(
        (series[0].name.as_str(), series[0].values.as_slice()),
        ("ERROR", [Some(1.0), None].as_slice())
    );
    assert_eq!(
        (series[1].name.as_str(), series[1].values.as_slice()),
        ("WARN", [Some(2.0), Some(3.0)].as_slice())
    );
}

#[test]
fn rows_without_numbers_have_no_chart() {
    assert_eq!(Chart::of("", &table(&["message"], vec![vec![text("a")]])), None);
    assert_eq!(Chart::of("", &table(&["count"], vec![])), None);
}

#[test]
fn bar_length_is_proportional() {
    let drawn = Chart::of("Errors", &errors()).unwrap().text(60);
    let bars: Vec<_> = drawn.lines().map(|line| line.matches('█').count()).collect();
    assert_eq!(drawn.lines().next(), Some("lines"));
    assert!(bars[1] >= 4 * bars[2] && bars[2] > 0, "{drawn}");
    assert!(drawn.contains(" panic · ERROR"), "{drawn}");
}

#[test]
fn time_series_has_scale_and_range() {
    let drawn = Chart::of("Latency", &latency()).unwrap().text(60);
    assert!(drawn.lines().all(|line| line.chars().count() <= 60), "{drawn}");
    for part in ["invocations\n", "p99_ms\n", " 200 │", "   0 │", "└11:30", "11:40\n"] {
        assert!(drawn.contains(part), "{part:?} in {drawn}");
    }
}

#[test]
fn svg_has_labels_legend_and_both_colour_schemes() {
    let svg = Chart::of("Errors", &errors()).unwrap().svg();
    for part in [
        "Refused &amp; &lt;lost&gt; · ERROR",
        ">8</text>",
        ">lines</text>",
        "prefers-color-scheme:dark",
    ] {
        assert!(svg.contains(part), "{part:?} in {svg}");
    }
    let svg = Chart::of("Latency", &latency()).unwrap().svg();
    assert_eq!(svg.matches("<polyline").count(), 2, "a gap is no line");
    for part in [">p50_ms</text>", ">200 ms</text>", ">11:30</text>"] {
        assert!(svg.contains(part), "{part:?} in {svg}");
    }
}

#[test]
fn html_report_is_self_contained() {
    let chart = Chart::of("Errors", &errors()).unwrap();
    let html = page("Errors", "filter a < 1", &errors(), Some(&chart));
    for part in ["<svg", "<td class=\"n\">8</td>", "filter a &lt; 1", "<th>level</th>"] {
        assert!(html.contains(part), "{part:?} in {html}");
    }
    assert!(!html.contains("<script") && !html.contains("src=") && !html.contains("href="));
}

fn values() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        Just(None),
        any::<f64>().prop_map(|number| Some(Value::Number(number))),
        any::<i64>().prop_map(|time| Some(Value::Time(time))),
        any::<String>().prop_map(|text| Some(Value::Text(text))),
    ]
}

proptest! {
    #[test]
    fn random_tables_do_not_panic(rows in prop::collection::vec(prop::collection::vec(values(), 3), 0..8)) {
        let table = table(&["a", "b_ms", "c"], rows);
        if let Some(chart) = Chart::of("any", &table) {
            chart.text(50);
            prop_assert!(!chart.svg().contains("NaN"));
        }
        page("any", "", &table, None);
    }

    #[test]
    fn columns_of_any_numbers_are_drawn(numbers in prop::collection::vec(any::<f64>(), 1..8), times: Vec<i64>) {
        let rows = numbers.iter().zip(times).map(|(value, time)| vec![Some(Value::Time(time)), number(*value)]);
        if let Some(chart) = Chart::of("any", &table(&["t", "n"], rows.collect())) {
            chart.text(50);
            prop_assert!(!chart.svg().contains("NaN"));
        }
    }
}
