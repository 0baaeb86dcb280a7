/// The open brackets, one bit each, so that even an event with a million nested brackets takes little memory.
#[derive(Clone, Debug, Default)]
pub(super) struct OpenBrackets {
    depth: usize,
    /// The 64 innermost brackets; the lowest bit is the innermost one, and a bit is set for an object.
    innermost: u64,
    /// The other brackets, 64 in each word.
    outer: Vec<u64>,
}

impl OpenBrackets {
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn is_object(&self) -> bool {
        self.innermost & 1 == 1
    }

    pub(super) fn open(&mut self, is_object: bool) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.outer.push(std::mem::take(&mut self.innermost));
        }
        self.innermost = self.innermost << 1 | u64::from(is_object);
        self.depth += 1;
    }

    pub(super) fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.innermost >>= 1;
        if self.depth.is_multiple_of(64) {
            self.innermost = self.outer.pop().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_tracks_nested_brackets() {
        let mut brackets = OpenBrackets::default();
        let kinds: Vec<bool> = (0..1000_u32).map(|at| at * at % 7 < 3).collect();
        kinds.iter().for_each(|is_object| brackets.open(*is_object));
        for (depth, is_object) in kinds.iter().enumerate().rev() {
            assert_eq!((brackets.depth(), brackets.is_object()), (depth + 1, *is_object));
            brackets.close();
        }
        assert_eq!(brackets.depth(), 0);
    }
}
