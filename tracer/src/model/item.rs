use tracing::Metadata;

/// A piece of an arena's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    start: u32,
    end: u32,
}

impl Text {
    /// Appends what `write` writes to `all`.
    pub(crate) fn write(all: &mut String, write: impl FnOnce(&mut String)) -> Self {
        let start = all.len();
        write(all);
        // SpanBuffer and arena are bounded far below 4 GiB; what a bound let through all the same is left out.
        let place = |at: usize| u32::try_from(at).unwrap_or(0);
        Self { start: place(start), end: place(all.len()) }
    }

    pub(crate) fn of(self, all: &str) -> &str {
        all.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    pub(super) fn shifted(self, by: u32) -> Self {
        Self { start: self.start.saturating_add(by), end: self.end.saturating_add(by) }
    }
}

/// The name of an item.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key {
    Static(&'static str),
    Own(Text),
}

impl Key {
    pub(crate) fn of(self, all: &str) -> &str {
        match self {
            Self::Static(key) => key,
            Self::Own(key) => key.of(all),
        }
    }
}

/// The value of an item.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scalar {
    Text(Text),
    /// Any value as JSON text.
    Json(Text),
    I64(i64),
    U64(u64),
    F64(f64),
    Bool(bool),
}

/// What an item is to its span.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// A field of the span.
    Attribute,
    /// What traces are searched by.
    Annotation,
    /// What is shown with a trace, in the service's namespace or another.
    Metadata(Option<Text>),
    /// A trace header that this span continues beside its own.
    Link,
    /// An error that was logged at a call site, or returned: see `powertools_core::json::ExceptionParts`. Its key is
    /// its place, if that is another.
    Error(Option<&'static Metadata<'static>>),
}

/// Something that a span carries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(crate) purpose: Purpose,
    pub(crate) key: Key,
    pub(crate) value: Scalar,
}

impl Item {
    /// Tells whether a newer item takes the place of this one; each lies in its own text.
    pub(super) fn is_replaced_by(&self, text: &str, newer: &Self, newer_text: &str) -> bool {
        let same_purpose = match (self.purpose, newer.purpose) {
            (Purpose::Attribute, Purpose::Attribute)
            | (Purpose::Annotation, Purpose::Annotation) => true,
            (Purpose::Metadata(own), Purpose::Metadata(other)) => {
                own.map(|it| it.of(text)) == other.map(|it| it.of(newer_text))
            }
            _ => false,
        };
        same_purpose && self.key.of(text) == newer.key.of(newer_text)
    }
}
