use std::time::{SystemTime, UNIX_EPOCH};

use powertools_core::TimestampFormatter;
use powertools_core::json::{write_f64, write_integer, write_key, write_string};

use super::Lines;
use crate::model::{DimensionSet, GROUPS, MetricSet, Series};

/// The most metrics of a document, and the most values of a metric in one.
const MOST_METRICS: usize = 100;
const MOST_VALUES: usize = 100;

const _: () = assert!(GROUPS <= MOST_VALUES, "groups of values fit one document");

/// What the documents of one flush share beside the set.
pub(crate) struct Head<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) now: SystemTime,
    /// The level to write for Lambda's own filter, with the timestamp that it wants beside it.
    pub(crate) lambda_level: Option<&'a str>,
}

impl MetricSet {
    /// Writes the set as documents, a line each.
    ///
    /// A document has at most 100 metrics of at most 100 values each; dimensions, metadata and
    /// timestamp are the same in all.
    pub(crate) fn write_documents(&mut self, head: &Head<'_>, lines: &mut Lines) {
        self.series.iter_mut().for_each(|series| series.samples.settle());
        for metrics in self.series.chunks(MOST_METRICS) {
            let mut part = 0;
            while metrics.iter().any(|series| !series.values_of(part).is_empty()) {
                lines.add(|line| self.write_document(head, metrics, part, line));
                part += 1;
            }
        }
    }

    fn write_document(&self, head: &Head<'_>, metrics: &[Series], part: usize, line: &mut Vec<u8>) {
        let metrics = || metrics.iter().filter(|series| !series.values_of(part).is_empty());
        let timestamp = self.timestamp.unwrap_or(head.now);
        line.extend_from_slice(b"{\"_aws\":{\"Timestamp\":");
        write_integer(line, millis_of(timestamp));
        line.extend_from_slice(b",\"CloudWatchMetrics\":[{\"Namespace\":");
        write_string(line, head.namespace);
        line.extend_from_slice(b",\"Dimensions\":[");
        write_list(line, self.sets(), |line, set| {
            line.push(b'[');
            write_list(line, set.iter(), |line, dimension| {
                line.extend_from_slice(dimension.quoted_name());
            });
            line.push(b']');
        });
        line.extend_from_slice(b"],\"Metrics\":[");
        write_list(line, metrics(), |line, series| line.extend_from_slice(&series.definition));
        line.extend_from_slice(b"]}]}");
        if let Some(level) = head.lambda_level {
            write_lambda_members(line, level, head.now);
        }
        self.write_dimensions(line);
        for entry in self.metadata.iter() {
            write_key(line, &entry.key);
            line.extend_from_slice(&entry.value);
        }
        metrics().for_each(|series| series.write_values(line, part));
        line.extend_from_slice(b"}\n");
    }

    fn sets(&self) -> impl Iterator<Item = &DimensionSet> {
        std::iter::once(&self.dimensions).chain(&self.more)
    }

    /// Writes each dimension once, whatever number of sets have it: it has one value in all of them.
    fn write_dimensions(&self, line: &mut Vec<u8>) {
        for (at, set) in self.sets().enumerate() {
            let before = || self.sets().take(at);
            for dimension in set.iter().filter(|it| !before().any(|set| set.holds(&it.name))) {
                line.extend_from_slice(&dimension.member);
            }
        }
    }
}

impl Series {
    /// Returns the values that the document of that number has.
    fn values_of(&self, part: usize) -> &[f64] {
        let values = self.samples.values();
        let start = (part * MOST_VALUES).min(values.len());
        &values[start..(start + MOST_VALUES).min(values.len())]
    }

    fn write_values(&self, line: &mut Vec<u8>, part: usize) {
        line.extend_from_slice(&self.key);
        let values = |line: &mut Vec<u8>| {
            line.push(b'[');
            write_list(line, self.values_of(part).iter(), |line, value| write_f64(line, *value));
            line.push(b']');
        };
        let Some(counts) = self.samples.counts() else {
            return values(line);
        };
        line.extend_from_slice(b"{\"Values\":");
        values(line);
        line.extend_from_slice(b",\"Counts\":[");
        write_list(line, counts.iter(), |line, count| write_integer(line, *count));
        line.extend_from_slice(b"]}");
    }
}

fn millis_of(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    // A timestamp is at most two hours ahead, and a clock's own at most what fits.
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn write_lambda_members(line: &mut Vec<u8>, level: &str, now: SystemTime) {
    write_key(line, "level");
    write_string(line, level);
    write_key(line, "timestamp");
    line.push(b'"');
    line.extend_from_slice(TimestampFormatter::default().format(now));
    line.push(b'"');
}

#[inline]
fn write_list<T>(
    line: &mut Vec<u8>,
    elements: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut Vec<u8>, T),
) {
    for (at, element) in elements.enumerate() {
        if at > 0 {
            line.push(b',');
        }
        write(line, element);
    }
}
