use std::{
    any::{Any, TypeId},
    sync::OnceLock,
};

/// Values that are found by their type, in an append-only list that is read without a lock.
///
/// A list is faster than a map here, because only a handful of utilities attach one value each. Nodes are never
/// removed, so references to values live as long as the list.
#[derive(Default)]
pub(super) struct Extensions {
    head: OnceLock<Box<Node>>,
}

/// An entry of the list, in one allocation with its value. The value must be the last field, because it is unsized.
struct Node<T: ?Sized = dyn Any + Send + Sync> {
    /// The type of the value, stored because asking the value takes a virtual call.
    of_type: TypeId,
    next: OnceLock<Box<Node>>,
    value: T,
}

impl Extensions {
    pub(super) fn get<T: Any>(&self) -> Option<&T> {
        let mut slot = &self.head;
        while let Some(node) = slot.get() {
            if node.of_type == TypeId::of::<T>() {
                return node.value.downcast_ref();
            }
            slot = &node.next;
        }
        None
    }

    pub(super) fn get_or_init<T: Any + Send + Sync>(&self, init: impl FnOnce() -> T) -> &T {
        if let Some(value) = self.get() {
            return value;
        }
        // The value is created before the list is touched, so `init` may itself read and attach values.
        let node =
            Box::new(Node { of_type: TypeId::of::<T>(), next: OnceLock::new(), value: init() });
        self.attach(node).downcast_ref().expect("the attached value has the requested type")
    }

    /// Appends the value unless there is one of the same type, and returns the value of that type in the list.
    fn attach(&self, mut new: Box<Node>) -> &(dyn Any + Send + Sync) {
        let of_type = new.of_type;
        let mut slot = &self.head;
        loop {
            // If another thread has filled the slot, continue after its node.
            let rejected = slot.set(new).err();
            let node = slot.get().expect("`set` leaves a node in the slot, this one or another");
            if node.of_type == of_type {
                return &node.value;
            }
            new = rejected.expect("a node that was stored has the type and was returned above");
            slot = &node.next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_hold_one_value_per_type() {
        let extensions = Extensions::default();
        assert_eq!(extensions.get::<u8>(), None);
        assert_eq!(extensions.get_or_init(|| 1_u8), &1);
        assert_eq!(extensions.get_or_init(|| "two"), &"two");
        assert_eq!(extensions.get_or_init(|| 9_u8), &1);
        assert_eq!(extensions.get::<&str>(), Some(&"two"));
    }

    #[test]
    fn racing_threads_get_one_value() {
        let extensions = Extensions::default();
        let addresses: Vec<usize> = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..8_u64)
                .map(|n| {
                    let extensions = &extensions;
                    scope.spawn(move || std::ptr::from_ref(extensions.get_or_init(|| n)).addr())
                })
                .collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        assert!(addresses.iter().all(|address| *address == addresses[0]));
    }
}
