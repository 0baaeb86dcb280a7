use rusqlite::{Connection, Row, params, types::ValueRef};

use super::lines::Line;
use crate::Value;

/// Returns what SQLite says of the lines, in a table `lines` whose `number` counts them.
pub(super) fn rows(lines: &[Line], sql: &str) -> Vec<Vec<Option<Value>>> {
    let database = Connection::open_in_memory().unwrap();
    let columns =
        "number integer primary key, time integer, level text, service text, ms real, size integer";
    database.execute(&format!("create table lines ({columns})"), []).unwrap();
    let mut insert = database.prepare("insert into lines values (?, ?, ?, ?, ?, ?)").unwrap();
    for (number, Line { time, level, service, ms, size }) in lines.iter().enumerate() {
        insert.execute(params![number, time, level, service, ms, size]).unwrap();
    }
    let mut query = database.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let columns = query.column_count();
    query.query_map([], |row| cells(row, columns)).unwrap().collect::<Result<_, _>>().unwrap()
}

fn cells(row: &Row<'_>, columns: usize) -> rusqlite::Result<Vec<Option<Value>>> {
    let cell = |at| {
        Ok(match row.get_ref(at)? {
            ValueRef::Null => None,
            ValueRef::Integer(number) => Some(Value::Number(number as f64)),
            ValueRef::Real(number) => Some(Value::Number(number)),
            ValueRef::Text(text) => Some(Value::Text(String::from_utf8_lossy(text).into_owned())),
            ValueRef::Blob(_) => panic!("no query asks for a blob"),
        })
    };
    (0..columns).map(cell).collect()
}
