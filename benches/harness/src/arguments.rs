use crate::{Failure, languages::Language, stack::Stack};

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
        for name in self.only.iter().filter(|name| !Language::is_named(name)) {
            let stack = Stack::named(name).ok_or_else(|| format!("no stack {name:?}"))?;
            if stack.name != Stack::bare().name {
                stacks.push(stack);
            }
        }
        Ok(stacks)
    }

    /// Returns the languages that were named, or all.
    pub(crate) fn languages(&self) -> impl Iterator<Item = &'static Language> {
        let languages = Language::all().iter();
        languages.filter(|it| self.takes_all() || self.only.iter().any(|name| name == it.name))
    }

    pub(crate) fn takes_all(&self) -> bool {
        self.only.is_empty()
    }

    /// Whether no stack of Rust's was asked for.
    pub(crate) fn takes_languages_alone(&self) -> bool {
        !self.takes_all() && self.only.iter().all(|name| Language::is_named(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Arguments {
        Arguments::parse(text.split(' ').map(str::to_owned)).unwrap()
    }

    fn names(arguments: &Arguments) -> (Vec<&str>, Vec<&str>) {
        let stacks = arguments.stacks(&Stack::all()).unwrap();
        let languages = arguments.languages().map(|language| language.name);
        (stacks.iter().map(|stack| stack.name).collect(), languages.collect())
    }

    #[test]
    fn languages_are_named_among_the_stacks() {
        let arguments = parsed("measure --only four,python");
        assert_eq!(names(&arguments), (vec!["bare", "four"], vec!["python"]));
        assert!(!arguments.takes_languages_alone());
        assert!(parsed("measure --only python,typescript").takes_languages_alone());
    }

    #[test]
    fn without_names_all_are_taken() {
        let arguments = parsed("measure --runs 3");
        let (stacks, languages) = names(&arguments);
        assert_eq!((stacks.len(), languages.len()), (Stack::all().len(), Language::all().len()));
        assert!(arguments.takes_all() && !arguments.takes_languages_alone());
    }

    #[test]
    fn name_that_is_neither_is_an_error() {
        assert!(parsed("measure --only cobol").stacks(&Stack::all()).is_err());
    }
}
