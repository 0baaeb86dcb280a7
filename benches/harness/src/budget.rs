//! `benches/budget.toml`: what functions may cost, of figures that do not depend on the machine.

use std::{collections::BTreeMap, fmt::Write, fs, path::PathBuf, process::ExitCode};

use serde::Deserialize;

use crate::{
    Failure, arguments::Arguments, backends::Backends, build, numbers::grouped, stack::Stack,
    valgrind,
};

/// How far a figure may exceed its budget.
const TOLERANCE: f64 = 0.02;

/// The stacks that are built on every change: the smallest, the usual, and most of what there is.
const CHECKED: [&str; 3] = ["bare", "logger+metrics", "four"];

#[derive(Default, Deserialize)]
struct Budget {
    compiler: String,
    #[serde(default)]
    stack: BTreeMap<String, Costs>,
}

/// What one stack costs.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
struct Costs {
    bytes: u64,
    crates: u64,
    instructions: Option<u64>,
    allocations: Option<u64>,
}

/// Fails when a stack exceeds its budget.
pub(crate) fn check(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let budget: Budget = toml::from_str(&fs::read_to_string(path())?)?;
    let compiler = build::compiler()?;
    let same_compiler = compiler == budget.compiler;
    if !same_compiler {
        eprintln!(
            "warning: sizes and instructions are not checked, since they are for {} and this is {compiler}",
            budget.compiler
        );
    }
    if !valgrind::is_there() {
        eprintln!(
            "warning: instructions and allocations are not checked, since there is no valgrind"
        );
    }
    let mut exceeded = Vec::new();
    for (name, costs) in costs(&arguments.stacks(&checked())?)? {
        let allowed = budget.stack.get(name).ok_or_else(|| format!("no budget for {name}"))?;
        exceeded.extend(compare(name, costs, *allowed, same_compiler));
    }
    for line in &exceeded {
        eprintln!("error: {line}");
    }
    Ok(if exceeded.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Measures, and writes what is measured as the budget; stacks that are not measured keep theirs.
pub(crate) fn write(arguments: &Arguments) -> Result<(), Failure> {
    let stacks = arguments.stacks(&Stack::all())?;
    let budget = match fs::read_to_string(path()) {
        Ok(text) => toml::from_str(&text)?,
        Err(_) => Budget::default(),
    };
    let mut budget = Budget { compiler: build::compiler()?, ..budget };
    budget.stack.extend(costs(&stacks)?.into_iter().map(|(name, costs)| (name.to_owned(), costs)));
    Ok(fs::write(path(), written(&budget)?)?)
}

fn checked() -> Vec<&'static Stack> {
    CHECKED.iter().filter_map(|name| Stack::named(name)).collect()
}

fn costs(stacks: &[&'static Stack]) -> Result<Vec<(&'static str, Costs)>, Failure> {
    let backends = Backends::start()?;
    let costs = stacks.iter().map(|stack| {
        let built = build::build(stack)?;
        let counted =
            if stack.needs_dynamodb() { None } else { valgrind::count(&built, &backends)? };
        let costs = Costs {
            bytes: built.bytes,
            crates: built.crates as u64,
            instructions: counted.map(|counted| counted.instructions),
            allocations: counted.map(|counted| counted.allocations.round() as u64),
        };
        println!("{}: {costs}", stack.name);
        Ok((stack.name, costs))
    });
    costs.collect()
}

/// Says what exceeds what is allowed.
fn compare(name: &str, costs: Costs, allowed: Costs, same_compiler: bool) -> Vec<String> {
    let compiled = |number: Option<u64>| number.filter(|_| same_compiler);
    let figures = [
        ("bytes", compiled(Some(costs.bytes)), Some(allowed.bytes)),
        ("crates", Some(costs.crates), Some(allowed.crates)),
        ("instructions", compiled(costs.instructions), allowed.instructions),
        ("allocations", costs.allocations, allowed.allocations),
    ];
    let exceeded = figures.into_iter().filter_map(|(figure, number, allowed)| {
        let (number, allowed) = (number?, allowed?);
        (number as f64 > allowed as f64 * (1.0 + TOLERANCE)).then(|| {
            format!(
                "{name} has {} {figure}, more than 2 % over its {}; if that is worth it, \
                 `cargo xtask budget --write` records it",
                grouped(number),
                grouped(allowed)
            )
        })
    });
    exceeded.collect()
}

fn written(budget: &Budget) -> Result<String, Failure> {
    let mut text = format!(
        "# What functions may cost: `cargo xtask budget` fails where one is exceeded by more than 2 %.\n\
         # Instructions and allocations are of a warm invocation. `cargo xtask budget --write` writes this.\n\
         compiler = \"{}\"\n",
        budget.compiler
    );
    let known =
        Stack::all().into_iter().filter_map(|stack| Some((stack, budget.stack.get(stack.name)?)));
    for (stack, costs) in known {
        writeln!(
            text,
            "\n[stack.\"{}\"]\nbytes = {}\ncrates = {}",
            stack.name, costs.bytes, costs.crates
        )?;
        if let (Some(instructions), Some(allocations)) = (costs.instructions, costs.allocations) {
            writeln!(text, "instructions = {instructions}\nallocations = {allocations}")?;
        }
    }
    Ok(text)
}

impl std::fmt::Display for Costs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes, {} crates", grouped(self.bytes), self.crates)?;
        match (self.instructions, self.allocations) {
            (Some(instructions), Some(allocations)) => {
                write!(f, ", {} instructions, {allocations} allocations", grouped(instructions))
            }
            _ => Ok(()),
        }
    }
}

fn path() -> PathBuf {
    build::root().join("benches/budget.toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: Costs =
        Costs { bytes: 1_000, crates: 50, instructions: Some(10_000), allocations: Some(100) };

    #[test]
    fn two_percent_over_budget_is_accepted() {
        let costs = Costs { bytes: 1_020, crates: 51, ..ALLOWED };
        assert_eq!(compare("bare", costs, ALLOWED, true), Vec::<String>::new());
        let costs = Costs { bytes: 1_021, allocations: Some(103), ..ALLOWED };
        let exceeded = compare("bare", costs, ALLOWED, true);
        assert!(exceeded[0].starts_with("bare has 1,021 bytes, more than 2 % over its 1,000"));
        assert!(exceeded[1].starts_with("bare has 103 allocations"));
        assert_eq!(exceeded.len(), 2);
    }

    #[test]
    fn other_compilers_are_checked_for_crates_and_allocations_only() {
        let costs =
            Costs { bytes: 9_000, crates: 60, instructions: Some(90_000), allocations: Some(100) };
        let exceeded = compare("bare", costs, ALLOWED, false);
        assert_eq!(exceeded.len(), 1, "{exceeded:?}");
        assert!(exceeded[0].starts_with("bare has 60 crates"));
    }

    #[test]
    fn missing_counts_are_not_checked() {
        let costs = Costs { instructions: None, allocations: None, ..ALLOWED };
        assert_eq!(compare("bare", costs, ALLOWED, true), Vec::<String>::new());
    }

    #[test]
    fn budget_round_trips() {
        let stack = [("bare", ALLOWED), ("dynamodb", Costs { bytes: 7, ..Costs::default() })];
        let stack = stack.map(|(name, costs)| (name.to_owned(), costs)).into();
        let text = written(&Budget { compiler: "1.95.0 here".to_owned(), stack }).unwrap();
        let read: Budget = toml::from_str(&text).unwrap();
        assert_eq!(read.compiler, "1.95.0 here");
        assert_eq!(read.stack["bare"], ALLOWED);
        assert_eq!(read.stack["dynamodb"].instructions, None);
    }
}
