use std::borrow::Cow;

use super::slots::Slots;
use crate::{MetricError, definition::Name, name};

/// The most dimensions of a set.
const MOST: usize = 30;

/// The longest value, in characters.
const LONGEST_VALUE: usize = 1024;

/// One set of dimensions; names are distinct.
#[derive(Debug, Default)]
pub(crate) struct DimensionSet(Slots<Dimension>);

#[derive(Debug, Default)]
pub(crate) struct Dimension {
    pub(crate) name: Cow<'static, str>,
    pub(crate) value: String,
}

impl DimensionSet {
    /// Adds a dimension; the latest value of a name wins.
    pub(crate) fn set(&mut self, name: Name<'_>, value: &str) -> Result<(), MetricError> {
        check(name.as_str(), value)?;
        if let Some(known) = self.0.find_mut(|known| known.name == name.as_str()) {
            known.value.clear();
            known.value.push_str(value);
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
        new.value.clear();
        new.value.push_str(value);
        Ok(())
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

    pub(crate) fn holds(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Becomes what `other` is, in the memory that is there.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.0.clear();
        for dimension in other.iter() {
            let copy = self.0.next();
            copy.name = dimension.name.clone();
            copy.value.clone_from(&dimension.value);
        }
    }
}

fn check(name: &str, value: &str) -> Result<(), MetricError> {
    if let Some(flaw) = name::dimension_flaw(name) {
        return Err(MetricError::name("dimension", name, flaw));
    }
    let length = value.chars().take(LONGEST_VALUE + 1).count();
    if length > LONGEST_VALUE || value.trim().is_empty() {
        return Err(MetricError::DimensionValue { name: name.to_owned(), value: value.to_owned() });
    }
    Ok(())
}
