//! The tables of the chapter, as Markdown.

use crate::{
    Failure,
    arguments::Arguments,
    build,
    measure::{Compared, Waits},
    numbers::{grouped, more},
    results::{Claim, Results, Runs},
};

/// Writes what is measured.
pub(crate) fn chapter(
    figures: &[Results],
    claims: &[Claim],
    arguments: &Arguments,
) -> Result<String, Failure> {
    let compiler = build::compiler()?;
    let mut text = format!(
        "rustc {compiler}; {} starts in turns with bare, {} invocations.\n\n",
        grouped(arguments.runs as u64),
        grouped(arguments.invocations as u64)
    );
    text += &binaries(figures);
    text += &starts(figures);
    text += &memory(figures);
    text += &warm(figures);
    text += &latency(figures);
    text += &self::claims(claims);
    Ok(text)
}

/// From a cold process to the first claim answered.
pub(crate) fn claims(claims: &[Claim]) -> String {
    if claims.is_empty() {
        return String::new();
    }
    let head = "\n| until the first claim is answered | processor, ms | over memory | first answer, ms | \
                of the first invocation: processor | its caller waits |\n|---|---:|---:|---:|---:|---:|\n";
    let rows = claims.iter().map(|it| {
        let over = more(it.over_memory, 0.0, |ms| format!("{ms:.2}"));
        let [processor, answer, invocation, latency] =
            [it.processor, it.answer, it.invocation, it.latency].map(|ms| format!("{ms:.2}"));
        row(&[it.way, &processor, &over, &answer, &invocation, &latency])
    });
    [head.to_owned()].into_iter().chain(rows).collect()
}

fn binaries(figures: &[Results]) -> String {
    let bare = figures[0].built.bytes as f64;
    let times = figures.iter().any(|it| it.build_time.is_some());
    let mut text = String::from("| function | bytes | over bare | crates |");
    text += if times {
        " clean build |\n|---|---:|---:|---:|---:|\n"
    } else {
        "\n|---|---:|---:|---:|\n"
    };
    for it in figures {
        let over = more(it.built.bytes as f64, bare, |bytes| format!("{:.0} kB", bytes / 1e3));
        text += &row(&[
            it.built.stack.name,
            &grouped(it.built.bytes),
            &over,
            &it.built.crates.to_string(),
        ]);
        if let Some(time) = it.build_time {
            text.truncate(text.len() - 1);
            text += &format!(" {:.0} s |\n", time.as_secs_f64());
        }
    }
    text
}

fn starts(figures: &[Results]) -> String {
    let cell = |it: Compared| {
        format!("{:.2} | {}", it.median, more(it.over_bare, 0.0, |ms| format!("{ms:.2}")))
    };
    rows(
        "| function | first poll, ms | over bare | first answer | over bare | second | over bare |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
        figures,
        |runs| [runs.start.poll, runs.start.first, runs.start.second].map(cell).to_vec(),
    )
}

fn memory(figures: &[Results]) -> String {
    let bare = figures[0].runs.unwrap_or_default().memory;
    rows(
        "| function | kB after the first | over bare | after a tenth | after all | over bare |\n|---|---:|---:|---:|---:|---:|\n",
        figures,
        |runs| {
            let over = |kilobytes: u64, bare: u64| {
                more(kilobytes as f64, bare as f64, |it| grouped(it as u64))
            };
            vec![
                grouped(runs.memory.first),
                over(runs.memory.first, bare.first),
                grouped(runs.memory.tenth),
                grouped(runs.memory.last),
                over(runs.memory.last, bare.last),
            ]
        },
    )
}

fn warm(figures: &[Results]) -> String {
    let bare = figures[0].runs.and_then(|runs| runs.counted);
    let Some(bare) = bare else { return String::new() };
    rows(
        "| function | instructions | over bare | allocations | over bare |\n|---|---:|---:|---:|---:|\n",
        figures,
        |runs| {
            let Some(counted) = runs.counted else { return Vec::new() };
            let instructions = counted.instructions as f64;
            let whole = |number: f64| grouped(number.round() as u64);
            vec![
                grouped(counted.instructions),
                more(instructions, bare.instructions as f64, whole),
                format!("{:.0}", counted.allocations),
                more(counted.allocations, bare.allocations, whole),
            ]
        },
    )
}

fn latency(figures: &[Results]) -> String {
    let cell = |waits: Waits| vec![format!("{:.0}", waits.p50), format!("{:.0}", waits.p99)];
    rows(
        "| function | p50, µs | p99 | p50, flushed before | p99 |\n|---|---:|---:|---:|---:|\n",
        figures,
        |runs| {
            let before = runs.latency.before.map_or(vec![String::new(); 2], cell);
            [cell(runs.latency.after), before].concat()
        },
    )
}

/// A table of what was run.
fn rows(head: &str, figures: &[Results], cells: impl Fn(Runs) -> Vec<String>) -> String {
    let mut text = format!("\n{head}");
    for it in figures {
        if let Some(runs) = it.runs {
            let cells = cells(runs);
            let cells = cells.iter().map(String::as_str);
            text += &row(&[it.built.stack.name].into_iter().chain(cells).collect::<Vec<_>>());
        }
    }
    text
}

fn row(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_has_bars_around_its_cells() {
        assert_eq!(row(&["bare", "1"]), "| bare | 1 |\n");
    }
}
