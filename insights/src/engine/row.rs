use super::Datum;

/// The slots of one row, and what does not belong to a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'r, 'e> {
    /// The fields' values.
    pub(crate) slots: &'r [Datum<'e>],
    /// What `now()` gives, in seconds since 1970.
    pub(crate) now: f64,
}

/// Returns empty slots in the memory of others.
pub(crate) fn recycle<'b>(mut slots: Vec<Datum<'_>>) -> Vec<Datum<'b>> {
    slots.clear();
    slots.into_iter().map(Datum::into_owned).collect()
}
