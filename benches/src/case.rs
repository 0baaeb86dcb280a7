use tracing::Dispatch;

/// One thing to measure.
#[derive(Clone)]
pub(crate) struct Case {
    /// Which cases are compared with each other.
    pub(crate) group: &'static str,
    pub(crate) name: &'static str,
    /// Whether the others of its group are compared with it.
    pub(crate) is_floor: bool,
    setup: fn() -> Dispatch,
    around: fn(&mut dyn FnMut()),
    once: fn(),
}

impl Case {
    /// Creates a case that runs `once` under the subscriber of `setup`, in what `around` opens.
    pub(crate) fn new(
        group: &'static str,
        name: &'static str,
        setup: fn() -> Dispatch,
        around: fn(&mut dyn FnMut()),
        once: fn(),
    ) -> Self {
        Self { group, name, is_floor: false, setup, around, once }
    }

    /// Makes this the case that its group is compared with.
    pub(crate) fn floor(self) -> Self {
        Self { is_floor: true, ..self }
    }

    /// Runs `measure` where the case can be run, given a function that runs it so many times.
    pub(crate) fn with<R>(&self, measure: impl FnOnce(&mut dyn FnMut(u64)) -> R) -> R {
        let mut result = None;
        let mut measure = Some(measure);
        tracing::dispatcher::with_default(&(self.setup)(), || {
            (self.around)(&mut || {
                let mut run = |times| (0..times).for_each(|_| (self.once)());
                result = measure.take().map(|measure| measure(&mut run));
            });
        });
        result.expect("`around` calls what it is given once")
    }

    pub(crate) fn repeat(&self, times: u64) {
        self.with(|run| run(times));
    }
}
