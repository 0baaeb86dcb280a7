use crate::{Failure, stack::Stack};

/// What the command line asks for.
pub(crate) struct Arguments {
    pub(crate) command: String,
    /// The stacks to measure; all if there are none.
    only: Vec<String>,
    /// Starts of each stack.
    pub(crate) runs: usize,
    /// Invocations before the memory is looked at again.
    pub(crate) invocations: usize,
    pub(crate) build_times: bool,
    pub(crate) write: bool,
}

impl Arguments {
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut arguments = Self {
            command: given.next().unwrap_or_default(),
            only: Vec::new(),
            runs: 200,
            invocations: 100_000,
            build_times: false,
            write: false,
        };
        while let Some(argument) = given.next() {
            let mut value = || given.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--only" => arguments.only = value()?.split(',').map(str::to_owned).collect(),
                "--runs" => arguments.runs = value()?.parse()?,
                "--invocations" => arguments.invocations = value()?.parse()?,
                "--build-times" => arguments.build_times = true,
                "--write" => arguments.write = true,
                unknown => return Err(format!("no argument {unknown:?}").into()),
            }
        }
        Ok(arguments)
    }

    /// Returns the stacks that were named, or those of `all`; bare is always the first, as what others are
    /// compared with.
    pub(crate) fn stacks(&self, all: &[&'static Stack]) -> Result<Vec<&'static Stack>, Failure> {
        if self.only.is_empty() {
            return Ok(all.to_vec());
        }
        let mut stacks = vec![Stack::bare()];
        for name in &self.only {
            let stack = Stack::named(name).ok_or_else(|| format!("no stack {name:?}"))?;
            if stack.name != Stack::bare().name {
                stacks.push(stack);
            }
        }
        Ok(stacks)
    }

    pub(crate) fn takes_all(&self) -> bool {
        self.only.is_empty()
    }
}
