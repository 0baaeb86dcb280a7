use std::ops::Deref;

/// A list whose elements, with the memory they have, are used again after it was cleared.
#[derive(Debug)]
pub(crate) struct Slots<T> {
    all: Vec<T>,
    used: usize,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { all: Vec::new(), used: 0 }
    }
}

impl<T: Default> Slots<T> {
    /// Takes the next element, as it was left or fresh.
    pub(crate) fn next(&mut self) -> &mut T {
        if self.used == self.all.len() {
            self.all.push(T::default());
        }
        self.used += 1;
        &mut self.all[self.used - 1]
    }

    // Nothing is dropped: functions record the same metrics in the same order, so the next invocation finds each slot with
    // the name rendered and the memory grown to what it needs.
    pub(crate) fn clear(&mut self) {
        self.used = 0;
    }

    /// Gives back the elements beyond `most`, and what `shrink` gives back of the others.
    pub(crate) fn shrink(&mut self, most: usize, shrink: impl FnMut(&mut T)) {
        self.all.truncate(self.used.max(most));
        self.all.iter_mut().for_each(shrink);
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.all[..self.used].iter_mut()
    }

    pub(crate) fn find_mut(&mut self, is: impl Fn(&T) -> bool) -> Option<&mut T> {
        self.all[..self.used].iter_mut().find(|element| is(element))
    }
}

impl<T> Deref for Slots<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.all[..self.used]
    }
}
