use std::borrow::Cow;
use std::io::{self, Write};

use csv::{ErrorKind, Writer};

use crate::{Table, display};

/// Writes a header and the rows; a field that a row lacks is empty.
pub(super) fn write(out: &mut impl Write, table: &Table) -> io::Result<()> {
    let mut writer = Writer::from_writer(out);
    writer.write_record(&table.columns).map_err(io_error)?;
    for row in &table.rows {
        let cells = row.iter().map(|cell| cell.as_ref().map(display::value).unwrap_or_default());
        writer.write_record(cells.map(Cow::into_owned)).map_err(io_error)?;
    }
    writer.flush()
}

/// Returns the error of the output itself: `csv` hides its kind, such as a closed pipe.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn values_with_commas_are_quoted_and_missing_ones_are_empty() {
        let columns = vec!["a".to_owned(), "b".to_owned()];
        let rows = vec![vec![Some(Value::Text("x,\"y\"".to_owned())), None]];
        let mut out = Vec::new();
        write(&mut out, &Table { columns, rows }).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a,b\n\"x,\"\"y\"\"\",\n");
    }
}
