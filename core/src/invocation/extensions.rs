use std::{
    any::{Any, TypeId},
    sync::OnceLock,
};

/// Values found by their type: an append-only list, read without a lock.
///
/// A handful of utilities attach one value each, so a list beats a map.
#[derive(Default)]
pub(super) struct Extensions {
    head: OnceLock<Box<Node>>,
}

/// One allocation with its value, which therefore comes last.
struct Node<T: ?Sized = dyn Any + Send + Sync> {
    /// The value's type, which it takes a call to ask itself for.
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
        let node =
            Box::new(Node { of_type: TypeId::of::<T>(), next: OnceLock::new(), value: init() });
        self.attach(node).downcast_ref().expect("what is attached is of the type that was given")
    }

    /// Attaches a value unless there is one of its type, and returns the one that there is.
    fn attach(&self, mut new: Box<Node>) -> &(dyn Any + Send + Sync) {
        let of_type = new.of_type;
        let mut slot = &self.head;
        loop {
            let rejected = slot.set(new).err();
            let node = slot.get().expect("set either stored a node or found one");
            if node.of_type == of_type {
                return &node.value;
            }
            new = rejected.expect("a stored node is of the type and returned above");
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
