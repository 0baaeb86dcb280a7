use std::collections::{BTreeMap, BTreeSet};

use crate::{Table, Value, display};

/// A picture of a table: what stands along its axis, and series of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// What the values belong to.
    pub axis: Axis,
    /// Series that are compared with each other, because their columns have the same unit.
    pub panels: Vec<Panel>,
}

/// What the values of a series belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Times in milliseconds since 1970, in order.
    Time(Vec<i64>),
    /// Groups, in the order of the table.
    Groups(Vec<String>),
}

/// Series with one scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// The unit that the columns' names end with, such as `ms`; empty for a mere number.
    pub unit: String,
    /// The series.
    pub series: Vec<Series>,
}

/// A column of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The column, or the group that its values are of.
    pub name: String,
    /// A value for each place of the axis.
    pub values: Vec<Option<f64>>,
}

/// Endings of names that tell a unit.
const UNITS: [&str; 6] = ["ms", "mb", "seconds", "bytes", "percent", "dollars"];

impl Chart {
    /// Makes a chart of a table: over time if it has a column of times, else by its columns of text.
    ///
    /// Returns `None` for a table without rows or without numbers.
    pub fn of(title: &str, table: &Table) -> Option<Self> {
        let columns = Columns::of(table);
        if columns.numbers.is_empty() {
            return None;
        }
        let (axis, series) = match columns.time {
            Some(time) => over_time(table, &columns, time),
            None => by_group(table, &columns),
        };
        Some(Self { title: title.to_owned(), axis, panels: panels(series) })
    }
}

/// Which column is what.
struct Columns {
    time: Option<usize>,
    texts: Vec<usize>,
    numbers: Vec<usize>,
}

impl Columns {
    fn of(table: &Table) -> Self {
        let mut columns = Self { time: None, texts: Vec::new(), numbers: Vec::new() };
        for at in 0..table.columns.len() {
            let mut values = table.rows.iter().filter_map(|row| row.get(at)?.as_ref());
            match values.clone().next() {
                None => {}
                Some(Value::Time(_)) if columns.time.is_none() => columns.time = Some(at),
                Some(_) if values.all(|value| number(value).is_some()) => columns.numbers.push(at),
                Some(_) => columns.texts.push(at),
            }
        }
        columns
    }
}

/// Numbers beyond it have differences that are infinite.
const MOST: f64 = 1e300;

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number).filter(|number| number.abs() < MOST),
        _ => None,
    }
}

fn cell(row: &[Option<Value>], at: usize) -> Option<f64> {
    row.get(at)?.as_ref().and_then(number)
}

/// The texts of a row, which name its group.
fn group(row: &[Option<Value>], columns: &Columns) -> String {
    let texts = columns.texts.iter().filter_map(|&at| row.get(at)?.as_ref());
    texts.map(display::value).collect::<Vec<_>>().join(" · ")
}

fn over_time(table: &Table, columns: &Columns, time: usize) -> (Axis, Vec<Series>) {
    let time_of = |row: &[Option<Value>]| match row.get(time) {
        Some(Some(Value::Time(time))) => Some(*time),
        _ => None,
    };
    let times: BTreeSet<i64> = table.rows.iter().filter_map(|row| time_of(row)).collect();
    let places: BTreeMap<i64, usize> = times.iter().copied().zip(0..).collect();
    let mut series: Vec<Series> = Vec::new();
    for row in &table.rows {
        let Some(place) = time_of(row).and_then(|time| places.get(&time)) else { continue };
        for &at in &columns.numbers {
            let name = series_name(table, columns, row, at);
            let index = series.iter().position(|known| known.name == name).unwrap_or_else(|| {
                series.push(Series { name, values: vec![None; places.len()] });
                series.len() - 1
            });
            series[index].values[*place] = cell(row, at);
        }
    }
    (Axis::Time(times.into_iter().collect()), series)
}

fn series_name(table: &Table, columns: &Columns, row: &[Option<Value>], at: usize) -> String {
    let (group, column) = (group(row, columns), &table.columns[at]);
    match (group.is_empty(), columns.numbers.len()) {
        (true, _) => column.clone(),
        (false, 1) => group,
        (false, _) => format!("{group} · {column}"),
    }
}

fn by_group(table: &Table, columns: &Columns) -> (Axis, Vec<Series>) {
    let groups = table.rows.iter().map(|row| group(row, columns));
    let series = columns.numbers.iter().map(|&at| Series {
        name: table.columns[at].clone(),
        values: table.rows.iter().map(|row| cell(row, at)).collect(),
    });
    (Axis::Groups(groups.collect()), series.collect())
}

/// Puts series together that have the same unit, and without one those of about the same size.
fn panels(series: Vec<Series>) -> Vec<Panel> {
    let mut panels: Vec<Panel> = Vec::new();
    for series in series {
        let unit = unit(&series.name);
        let fits = |panel: &Panel| {
            panel.unit == unit
                && (!unit.is_empty() || panel.series.iter().all(|it| alike(it, &series)))
        };
        match panels.iter_mut().find(|panel| fits(panel)) {
            Some(panel) => panel.series.push(series),
            None => panels.push(Panel { unit: unit.to_owned(), series: vec![series] }),
        }
    }
    panels
}

/// Tells whether the smaller of two series could be seen beside the larger.
fn alike(one: &Series, other: &Series) -> bool {
    const FACTOR: f64 = 25.0;
    let most = |series: &Series| {
        let values = series.values.iter().flatten();
        values.fold(0.0_f64, |most, value| most.max(value.abs()))
    };
    let (one, other) = (most(one), most(other));
    one == 0.0 || other == 0.0 || (one <= other * FACTOR && other <= one * FACTOR)
}

fn unit(name: &str) -> &'static str {
    let last = name.rsplit(['_', ' ']).next().unwrap_or_default();
    UNITS.into_iter().find(|unit| last == *unit).unwrap_or_default()
}
