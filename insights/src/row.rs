/// What a query gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The columns' names, in order.
    pub columns: Vec<String>,
    /// The rows, each as long as `columns`; a field that a row lacks is `None`.
    pub rows: Vec<Vec<Option<Value>>>,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A time, in milliseconds since 1970.
    Time(i64),
}
