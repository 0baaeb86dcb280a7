//! All figures of all stacks.

use std::time::Duration;

use crate::{
    Failure,
    arguments::Arguments,
    backends::Backends,
    build::{self, Built},
    function::Function,
    languages::{Language, table},
    measure::{self, Latency, Memory, Start},
    report,
    stack::Stack,
    tables,
    valgrind::{self, Counted},
};

/// What was measured of one stack.
pub(crate) struct Results {
    pub(crate) built: Built,
    pub(crate) build_time: Option<Duration>,
    /// What of it was run; nothing where something is missing that it needs.
    pub(crate) runs: Option<Runs>,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct Runs {
    pub(crate) start: Start,
    pub(crate) memory: Memory,
    pub(crate) latency: Latency,
    pub(crate) counted: Option<Counted>,
}

/// Measures, prints, and writes the chapter if that was asked for.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if !arguments.takes_languages_alone() {
        stacks(arguments)?;
    }
    languages(arguments)
}

fn stacks(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.write && !arguments.takes_all() {
        return Err("--write needs all stacks, or those in other languages alone".into());
    }
    let figures = measure(arguments)?;
    let claims = dynamodb(&figures)?;
    let chapter = tables::chapter(&figures, &claims, arguments)?;
    println!("{chapter}");
    if arguments.write {
        report::write(&chapter, &figures)?;
    }
    Ok(())
}

/// Measures the function in the other languages that are set up.
fn languages(arguments: &Arguments) -> Result<(), Failure> {
    let found = arguments.languages().filter_map(|language| language.find().transpose());
    let found = found.collect::<Result<Vec<_>, _>>()?;
    if found.is_empty() {
        return match arguments.takes_languages_alone() {
            true => Err("none of these is set up; `cargo xtask bench function` does that".into()),
            false => Ok(()),
        };
    }
    let section = table::section(arguments, &found)?;
    println!("{section}");
    match arguments.write {
        true if found.len() == Language::all().len() => report::write_languages(&section),
        true => Err("the tables of other languages stay as they are: not all are there".into()),
        false => Ok(()),
    }
}

fn measure(arguments: &Arguments) -> Result<Vec<Results>, Failure> {
    let stacks = arguments.stacks(&Stack::all())?;
    let built = stacks.iter().map(|stack| build::build(stack)).collect::<Result<Vec<_>, _>>()?;
    let backends = Backends::start()?;
    let runnable: Vec<&Built> =
        built.iter().filter(|built| !built.stack.needs_dynamodb()).collect();
    let functions = runnable.iter().map(|built| *built as &dyn Function).collect::<Vec<_>>();
    let starts = measure::starts(&functions, &backends, arguments.runs)?;
    let latencies = measure::latencies(&functions, &backends)?;
    let mut runs = Vec::new();
    for ((built, start), latency) in runnable.iter().zip(starts).zip(latencies) {
        let memory = measure::memory(*built, &backends, arguments.invocations)?;
        let counted = valgrind::count(built, &backends)?;
        runs.push(Runs { start, memory, latency, counted });
    }
    let mut runs = runs.into_iter();
    let figures = built.into_iter().map(|built| {
        let runs = if built.stack.needs_dynamodb() { None } else { runs.next() };
        let build_time = arguments.build_times.then(|| build::time(built.stack)).transpose()?;
        Ok(Results { built, build_time, runs })
    });
    figures.collect()
}

/// What a cold start pays until its first claim is answered, by the way that it takes.
pub(crate) struct Claim {
    pub(crate) way: &'static str,
    /// ms of wall time from the start of the process to the first answer.
    pub(crate) answer: f64,
    /// ms of processor time until the function has asked for its second invocation.
    pub(crate) processor: f64,
    /// How much more than with the memory store, as the median of what each pair differs by.
    pub(crate) over_memory: f64,
    /// ms of processor time of the first invocation alone.
    pub(crate) invocation: f64,
    /// ms that its caller waits.
    pub(crate) latency: f64,
}

#[cfg(feature = "dynamodb")]
fn dynamodb(figures: &[Results]) -> Result<Vec<Claim>, Failure> {
    let named = |name| figures.iter().map(|it| &it.built).find(|built| built.stack.name == name);
    match (named("idempotency"), named("dynamodb")) {
        (Some(memory), Some(dynamodb)) => crate::dynamodb::claims(memory, dynamodb),
        _ => Ok(Vec::new()),
    }
}

#[cfg(not(feature = "dynamodb"))]
fn dynamodb(_: &[Results]) -> Result<Vec<Claim>, Failure> {
    Ok(Vec::new())
}
