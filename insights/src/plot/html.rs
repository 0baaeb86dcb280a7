use super::{Chart, svg::escaped};
use crate::{Table, display};

const STYLE: &str = "<style>\
    :root{color-scheme:light dark}body{font:15px system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}\
    pre,.rows{overflow-x:auto}pre{padding:1rem;border:1px solid #8886;border-radius:6px}\
    table{border-collapse:collapse;font-size:13px}th,td{border-bottom:1px solid #8884;padding:.3rem .7rem;text-align:left;\
    vertical-align:top;white-space:pre-wrap}td.n{text-align:right;font-variant-numeric:tabular-nums}svg{max-width:100%;height:auto}\
    </style>";

/// Writes a page of its own, which loads nothing: the chart if there is one, the rows and the query.
pub fn page(title: &str, query: &str, table: &Table, chart: Option<&Chart>) -> String {
    let (title, query) = (escaped(title), escaped(query));
    let svg = chart.map(Chart::svg).unwrap_or_default();
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>{STYLE}</head>\n\
         <body><h1>{title}</h1>\n{svg}{}<pre>{query}</pre></body></html>\n",
        rows(table)
    )
}

fn rows(table: &Table) -> String {
    let head: String =
        table.columns.iter().map(|name| format!("<th>{}</th>", escaped(name))).collect();
    let rows: String = table.rows.iter().map(|row| format!("<tr>{}</tr>\n", cells(row))).collect();
    format!(
        "<div class=\"rows\"><table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></div>\n"
    )
}

fn cells(row: &[Option<crate::Value>]) -> String {
    let cells = row.iter().map(|cell| match cell {
        Some(value @ crate::Value::Number(_)) => {
            format!("<td class=\"n\">{}</td>", display::value(value))
        }
        Some(value) => format!("<td>{}</td>", escaped(&display::value(value))),
        None => "<td></td>".to_owned(),
    });
    cells.collect()
}
