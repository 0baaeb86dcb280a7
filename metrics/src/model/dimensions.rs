use std::borrow::Cow;

use powertools_core::json::{write_key, write_string};

use super::{metric::Name, name, slots::Slots};
use crate::MetricError;

/// The most dimensions of a set.
const MOST: usize = 30;

/// The longest value, in characters; all of them are ASCII.
const LONGEST_VALUE: usize = 1024;

/// One set of dimensions; names are distinct.
#[derive(Debug, Default)]
pub(crate) struct DimensionSet(Slots<Dimension>);

#[derive(Debug, Default)]
pub(crate) struct Dimension {
    pub(crate) name: Cow<'static, str>,
    pub(crate) value: String,
    /// Name and value as they stand in a document.
    pub(crate) member: Vec<u8>,
    key_len: usize,
}

impl Dimension {
    fn set_value(&mut self, value: &str) {
        self.value.clear();
        self.value.push_str(value);
        self.member.clear();
        write_key(&mut self.member, &self.name);
        self.key_len = self.member.len();
        write_string(&mut self.member, value);
    }

    fn copy_from(&mut self, other: &Self) {
        self.name.clone_from(&other.name);
        self.value.clone_from(&other.value);
        self.member.clone_from(&other.member);
        self.key_len = other.key_len;
    }

    /// Returns the name as a JSON string.
    pub(crate) fn quoted_name(&self) -> &[u8] {
        // It stands between the comma and the colon.
        &self.member[1..self.key_len - 1]
    }
}

impl DimensionSet {
    /// Adds a dimension; the latest value of a name wins.
    pub(crate) fn set(&mut self, name: Name<'_>, value: &str) -> Result<(), MetricError> {
        if self.get(name.as_str()) == Some(value) {
            return Ok(());
        }
        check(name.as_str(), value)?;
        if let Some(known) = self.0.find_mut(|known| known.name == name.as_str()) {
            known.set_value(value);
            return Ok(());
        }
        if self.0.len() == MOST {
            let name = name.as_str().to_owned();
            return Err(MetricError::TooManyDimensions { name, count: MOST + 1 });
        }
        let new = self.0.next();
        new.name = match name {
            Name::Static(name) => Cow::Borrowed(name),
            Name::Borrowed(name) => Cow::Owned(name.to_owned()),
        };
        new.set_value(value);
        Ok(())
    }

    /// Removes the dimension of that name.
    pub(crate) fn remove(&mut self, name: &str) {
        let mut others = Self::default();
        for dimension in self.iter().filter(|dimension| dimension.name != name) {
            let copy = others.0.next();
            copy.copy_from(dimension);
        }
        *self = others;
    }

    /// Refuses a set that has no room for `service`.
    pub(crate) fn leave_room_for_service(&self, name: &str) -> Result<(), MetricError> {
        if self.0.len() < MOST {
            return Ok(());
        }
        Err(MetricError::TooManyDimensions { name: name.to_owned(), count: MOST + 1 })
    }

    /// Adds the dimensions of `other`, whose values win.
    pub(crate) fn extend_from(&mut self, other: &Self) {
        for dimension in other.iter() {
            // They were checked when they came into `other`, which left room.
            let _ = self.set(Name::Borrowed(&dimension.name), &dimension.value);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Dimension> {
        self.0.iter()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|dimension| dimension.name == name).map(|dimension| &*dimension.value)
    }

    /// Returns what the set takes at most in a document, its names in the directive included.
    pub(crate) fn size(&self) -> usize {
        self.iter().map(|dimension| dimension.member.len() + dimension.key_len).sum()
    }

    /// Tells whether both have the same names.
    pub(crate) fn has_names_of(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && other.iter().all(|dimension| self.holds(&dimension.name))
    }

    pub(crate) fn holds(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Becomes what `other` is, in the memory that is there.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.0.clear();
        for dimension in other.iter() {
            let copy = self.0.next();
            copy.copy_from(dimension);
        }
    }
}

fn check(name: &str, value: &str) -> Result<(), MetricError> {
    if let Some(flaw) = name::dimension_flaw(name) {
        return Err(MetricError::name("dimension", name, flaw));
    }
    let printable = value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if value.len() > LONGEST_VALUE || value.trim().is_empty() || !printable {
        return Err(MetricError::DimensionValue { name: name.to_owned(), value: value.to_owned() });
    }
    Ok(())
}
