use crate::{
    case::Case,
    instructions,
    timing::{measure, median},
};

/// How often a case runs while its allocations are counted, after as many runs to warm up.
const COUNTED: u64 = 100;

/// Measures the cases and prints them as a table, group by group.
pub(crate) fn print(cases: &[Case]) {
    let rounds = measure(cases);
    println!("| case | ns | of the floor | instructions | allocations |");
    println!("|---|---:|---:|---:|---:|");
    for (at, case) in cases.iter().enumerate() {
        let ns = median(rounds.iter().map(|round| round[at]).collect());
        println!(
            "| {} | {ns:.0} | {} | {} | {} |",
            case.name,
            ratio(cases, &rounds, at),
            instructions::count(case)
                .map_or_else(|| "valgrind missing".to_owned(), |n| n.to_string()),
            allocations(case)
        );
    }
}

/// Returns the median of the ratios round by round: the machine's speed drifts, the ratio does not.
fn ratio(cases: &[Case], rounds: &[Vec<f64>], at: usize) -> String {
    let is_floor = |case: &Case| case.is_floor && case.group == cases[at].group;
    match cases.iter().position(is_floor) {
        Some(floor) => {
            format!("{:.2}", median(rounds.iter().map(|round| round[at] / round[floor]).collect()))
        }
        None => String::new(),
    }
}

fn allocations(case: &Case) -> u64 {
    case.with(|run| {
        run(COUNTED);
        allocation_counter::measure(|| run(COUNTED)).count_total / COUNTED
    })
}
