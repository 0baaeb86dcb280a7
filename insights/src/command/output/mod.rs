//! What the program writes to stdout; nothing else does.

mod csv;
mod json;
mod stderr;
mod table;

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use console::Term;

pub(super) use self::stderr::{is_watched, pass_on, tell};

use super::Failure;
use crate::Table;
use crate::plot::Chart;

/// Stdout.
pub(super) struct Out {
    out: BufWriter<StdoutLock<'static>>,
    /// How many lines the next drawing replaces.
    drawn: usize,
}

impl Out {
    pub(super) fn stdout() -> Self {
        Self { out: BufWriter::new(io::stdout().lock()), drawn: 0 }
    }

    /// Tells whether somebody watches it.
    pub(super) fn is_watched() -> bool {
        io::stdout().is_terminal()
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// Writes rows in columns, as wide as the terminal if this is one.
    pub(super) fn table(&mut self, table: &Table) -> Result<(), Failure> {
        let width = Term::stdout().size_checked().map(|(_, width)| width);
        self.text(&table::text(table, width))
    }

    /// Writes a line of JSON for each row, without the fields that it lacks.
    pub(super) fn json(&mut self, table: &Table) -> Result<(), Failure> {
        Ok(json::write(&mut self.out, table)?)
    }

    pub(super) fn csv(&mut self, table: &Table) -> Result<(), Failure> {
        Ok(csv::write(&mut self.out, table)?)
    }

    pub(super) fn chart(&mut self, chart: &Chart) -> Result<(), Failure> {
        let width = Term::stdout().size_checked().map_or(100, |(_, width)| width);
        self.text(&chart.text(width.into()))
    }

    /// Draws rows in place of those drawn before, as many as the terminal has lines for.
    pub(super) fn redraw(&mut self, table: &Table) -> Result<(), Failure> {
        self.erase()?;
        let (height, width) = Term::stdout().size();
        let text = table::text(table, Some(width));
        let lines = text.lines().take(usize::from(height).saturating_sub(1));
        for line in lines {
            writeln!(self.out, "{line}")?;
            self.drawn += 1;
        }
        self.flush()
    }

    /// Erases what was drawn.
    pub(super) fn erase(&mut self) -> Result<(), Failure> {
        if self.drawn > 0 {
            write!(self.out, "\x1b[{}A\x1b[J", self.drawn)?;
            self.drawn = 0;
        }
        Ok(())
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }
}
