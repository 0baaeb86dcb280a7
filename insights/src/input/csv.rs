//! CSV as the console downloads it: log events, and results of queries.

use csv::{ByteRecord, ReaderBuilder};

use super::{decode::Damage, envelope::Row, peek::Peek, sink::Sink};

/// Tells whether a line is the header of such a file.
pub(super) fn is_header(line: &str) -> bool {
    let mut reader = ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    let mut header = ByteRecord::new();
    if !reader.read_byte_record(&mut header).unwrap_or(false) {
        return false;
    }
    let names: Vec<_> = header.iter().map(String::from_utf8_lossy).collect();
    let has = |name: &str| names.iter().any(|column| column == name);
    let given = ["@timestamp", "@message", "@logStream", "@log", "@ptr", "@ingestionTime"];
    has("timestamp") && has("message") || given.iter().any(|name| has(name))
}

/// Reads all records; where the input breaks off, the last one is not whole.
pub(super) fn read(
    input: &mut Peek<'_>,
    damage: &Damage,
    sink: &mut Sink<'_>,
) -> std::io::Result<()> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(input);
    let names = reader.byte_headers()?.clone();
    let names: Vec<_> = names.iter().map(String::from_utf8_lossy).collect();
    let (mut record, mut last) = (ByteRecord::new(), None);
    while reader.read_byte_record(&mut record)? && !sink.is_closed {
        let mut row = Row::default();
        let mut is_repaired = false;
        for (name, value) in names.iter().zip(&record) {
            let value = String::from_utf8_lossy(value);
            is_repaired |= matches!(value, std::borrow::Cow::Owned(_));
            // Results are sparse: a field that a row lacks is an empty cell.
            if !value.is_empty() {
                row.set(name, value.into_owned());
            }
        }
        if let Some((row, is_repaired)) = last.replace((row, is_repaired)) {
            pass(row, is_repaired, sink);
        }
    }
    if let Some((row, is_repaired)) = last.filter(|_| !damage.breaks_off()) {
        pass(row, is_repaired, sink);
    }
    Ok(())
}

fn pass(row: Row, is_repaired: bool, sink: &mut Sink<'_>) {
    if !row.is_empty() {
        sink.reading.repaired += u64::from(is_repaired);
        row.with(None, None, |event| sink.take(event));
    }
}
