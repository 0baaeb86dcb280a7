use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::engine::{Datum, key};

/// The default number of values that `values` lists.
pub(super) const MOST_VALUES: usize = 1000;
/// The default number of values that `topk` lists.
pub(super) const DEFAULT_TOP: usize = 10;

/// The values of the argument as a JSON list, in the order in which they were read, or the most frequent first.
///
/// `topk` counts exactly: memory grows with the number of values.
#[derive(Clone, Debug)]
pub(crate) struct TopValues {
    most: usize,
    by_count: bool,
    seen: FxHashMap<Box<[u8]>, usize>,
    values: Vec<(Datum<'static>, u64)>,
    key: Vec<u8>,
}

impl TopValues {
    pub(super) fn values(most: usize) -> Self {
        let (seen, values, key) = Default::default();
        Self { most, by_count: false, seen, values, key }
    }

    pub(super) fn top(most: usize) -> Self {
        Self { by_count: true, ..Self::values(most) }
    }

    pub(super) fn add(&mut self, value: &Datum<'_>) {
        if !value.is_present() {
            return;
        }
        self.key.clear();
        key::push(&mut self.key, value);
        if let Some(at) = self.seen.get(&*self.key) {
            self.values[*at].1 += 1;
        } else if self.by_count || self.values.len() < self.most {
            self.seen.insert(self.key.as_slice().into(), self.values.len());
            self.values.push((value.borrowed().into_owned(), 1));
        }
    }

    pub(super) fn result(&self) -> Datum<'static> {
        let mut values: Vec<&(Datum<'static>, u64)> = self.values.iter().collect();
        if self.by_count {
            values.sort_by_key(|(_, count)| Reverse(*count));
        }
        let json =
            values.iter().take(self.most).map(|(value, _)| member(value)).collect::<Vec<_>>();
        Datum::Json(format!("[{}]", json.join(",")).into())
    }
}

fn member(value: &Datum<'_>) -> String {
    match value {
        Datum::Text(text) => serde_json::to_string(text).unwrap_or_default(),
        Datum::Time(_) => format!("\"{}\"", value.text().unwrap_or_default()),
        other => other.text().unwrap_or_default().into_owned(),
    }
}
