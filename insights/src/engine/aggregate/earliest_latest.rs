use crate::engine::Datum;

/// The value of the argument in the earliest or latest event that has it.
#[derive(Clone, Debug)]
pub(crate) struct EarliestLatest {
    latest: bool,
    time: Option<i64>,
    value: Datum<'static>,
}

impl EarliestLatest {
    pub(super) fn earliest() -> Self {
        Self { latest: false, time: None, value: Datum::Absent }
    }

    pub(super) fn latest() -> Self {
        Self { latest: true, ..Self::earliest() }
    }

    /// Among events at the same time, the first one read is the earliest and the last one read is the latest.
    pub(super) fn add(&mut self, value: &Datum<'_>, time: Option<i64>) {
        if !value.is_present() || time.is_none() {
            return;
        }
        let is_better = match self.time {
            None => true,
            now if self.latest => time >= now,
            now => time < now,
        };
        if is_better {
            self.time = time;
            self.value = value.borrowed().into_owned();
        }
    }

    pub(super) fn result(&self) -> Datum<'static> {
        self.value.clone()
    }
}
