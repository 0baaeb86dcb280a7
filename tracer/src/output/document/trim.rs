/// How much of a span is left out to make its document smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trim {
    /// Nothing.
    Nothing,
    /// Values of metadata and messages of errors that are not short.
    Long,
    /// All but ids, times, a short name and that it failed.
    AllButBones,
}

impl Trim {
    #[cfg_attr(
        not(any(feature = "xray", feature = "stdout")),
        allow(dead_code, reason = "only datagrams and lines are limited")
    )]
    pub(crate) const MORE_AND_MORE: [Self; 3] = [Self::Nothing, Self::Long, Self::AllButBones];
}

/// What of a span is not in its document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub(super) trim: Trim,
    pub(super) errors_left_out: u64,
}
