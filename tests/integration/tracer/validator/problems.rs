use std::fmt::Display;

/// What is wrong with datagrams, and where.
#[derive(Debug, Default)]
pub(super) struct Problems {
    path: Vec<String>,
    found: Vec<String>,
}

impl Problems {
    /// Has `check` look at a part of what is looked at now.
    pub(super) fn at<R>(&mut self, part: impl Display, check: impl FnOnce(&mut Self) -> R) -> R {
        self.path.push(part.to_string());
        let result = check(self);
        self.path.pop();
        result
    }

    pub(super) fn add(&mut self, problem: impl Display) {
        self.found.push(format!("{}: {problem}", self.path.join(".")));
    }

    pub(super) fn unless<P: Display>(&mut self, holds: bool, problem: impl FnOnce() -> P) {
        if !holds {
            self.add(problem());
        }
    }

    pub(super) fn into_inner(self) -> Vec<String> {
        self.found
    }
}
