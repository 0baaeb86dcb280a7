use std::io::{self, Write};

use serde::Serializer;
use serde::ser::SerializeMap;

use crate::{Table, Value, display};

/// Writes each row as an object in a line of its own; the members are in the order of the columns.
pub(super) fn write(out: &mut impl Write, table: &Table) -> io::Result<()> {
    for row in &table.rows {
        write_row(&mut *out, &table.columns, row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn write_row(out: impl Write, columns: &[String], row: &[Option<Value>]) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::new(out);
    let mut object = serializer.serialize_map(None)?;
    for (name, value) in columns.iter().zip(row) {
        match value {
            None => {}
            Some(Value::Text(text)) => object.serialize_entry(name, text)?,
            Some(Value::Time(time)) => object.serialize_entry(name, &display::time(*time))?,
            Some(Value::Number(number)) => match whole(*number) {
                Some(whole) => object.serialize_entry(name, &whole)?,
                None => object.serialize_entry(name, number)?,
            },
        }
    }
    object.end()?;
    Ok(())
}

/// Returns a number that is whole as such, so that `3.0` is written as `3`.
fn whole(number: f64) -> Option<i64> {
    let is_exact = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
    is_exact.then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sparse_and_in_order() {
        let columns = ["z", "a", "t"].map(str::to_owned).to_vec();
        let rows = vec![
            vec![Some(Value::Number(3.0)), Some(Value::Text("x\"".into())), Some(Value::Time(0))],
            vec![None, Some(Value::Number(0.5)), None],
        ];
        let mut out = Vec::new();
        write(&mut out, &Table { columns, rows }).unwrap();
        let expected = "{\"z\":3,\"a\":\"x\\\"\",\"t\":\"1970-01-01 00:00:00.000\"}\n{\"a\":0.5}\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
