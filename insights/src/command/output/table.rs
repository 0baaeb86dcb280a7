use comfy_table::{
    Cell, CellAlignment, ContentArrangement, LineStyle, Table as Columns, TableStyle,
};

use crate::{Table, Value, display};

const STYLE: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Writes rows in columns, wrapped where a width is given.
pub(super) fn text(table: &Table, width: Option<u16>) -> String {
    let mut columns = Columns::new();
    columns.load_style(STYLE);
    columns.set_header(table.columns.iter().map(|name| printable(name)));
    if let Some(width) = width {
        columns.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    for row in &table.rows {
        columns.add_row(row.iter().map(cell));
    }
    let mut text = columns.trim_fmt();
    text.push('\n');
    text
}

fn cell(value: &Option<Value>) -> Cell {
    let Some(value) = value else { return Cell::new("") };
    let cell = Cell::new(printable(&display::value(value)));
    let is_number = matches!(value, Value::Number(_));
    cell.set_alignment(if is_number { CellAlignment::Right } else { CellAlignment::Left })
}

/// Leaves out what a terminal would take for commands.
fn printable(text: &str) -> String {
    let text =
        text.trim_end().chars().filter(|next| !next.is_control() || matches!(next, '\n' | '\t'));
    text.collect::<String>().replace('\t', "    ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_right_aligned_and_escape_codes_removed() {
        let columns = vec!["name".to_owned(), "count".to_owned()];
        let row = |name: &str, count| {
            vec![Some(Value::Text(name.to_owned())), Some(Value::Number(count))]
        };
        let table = Table { columns, rows: vec![row("a\x1b[2Jb", 7.0), row("c", 1234.5)] };
        let text = text(&table, None);
        assert!(text.contains(" a[2Jb ") && text.contains("      7"), "{text}");
        assert!(text.lines().any(|line| line.trim_end().ends_with("1234.5")), "{text}");
    }
}
