//! Running a query over events.
//!
//! A query is compiled to phases: steps that process one row at a time, and a sink that needs all rows before it
//! returns any. The first phase processes events as they arrive; the others run when the result is requested.

mod aggregate;
mod compare;
mod compile;
mod datum;
mod expression;
mod functions;
mod key;
mod order;
mod period;
mod prefilter;
mod program;
mod row;
mod stage;
mod statistics;

use std::{
    mem,
    ops::ControlFlow,
    time::{SystemTime, UNIX_EPOCH},
};

pub(crate) use datum::Datum;
pub(crate) use row::Row;
pub use statistics::Statistics;

#[cfg(feature = "command")]
use crate::language::functions::FUNCTIONS;
use crate::{LogEvent, Problem, Table, ast::Query};
use program::{Program, State};
use row::recycle;

/// A query that runs over events as they arrive.
///
/// ```
/// use powertools_insights::{Engine, LogEvent, ast::Query};
///
/// let text = "filter level = \"ERROR\" | stats count(*) as errors by service";
/// let query = Query::parse(text).expect("a query");
/// let mut engine = Engine::new(text, &query).expect("a query that the engine runs");
/// let _ = engine.feed(&LogEvent::new(r#"{"level":"ERROR","service":"checkout"}"#));
/// let table = engine.finish();
/// assert_eq!(table.columns, ["service", "errors"]);
/// ```
///
/// The engine behaves as follows where the language leaves a choice or its documentation is silent:
/// - Comparisons with an absent field are false, including `!=`, `not like` and `not in`; `not (…)` negates any
///   condition.
/// - Unsorted rows are returned newest first: by descending `@timestamp`, the later event first if times are equal, and
///   rows without a time last. Groups are returned in the order in which they were first seen.
/// - Without `limit`, there are at most 10,000 rows.
/// - `pct` is the nearest rank, exact for up to 10,000 numbers in a group and within one percent beyond that; `stddev`
///   is that of a population; `count_distinct` and `topk` count exactly.
/// - `stats` over no rows returns no row. After grouping by time, `sort @timestamp` sorts by that time.
/// - `unnest` of a map, a text or a number returns one row, and of an absent field none; several return a row for each
///   combination.
/// - Functions that only choose a value (`coalesce`, `if`, `case`, `min`, `max`, `earliest`, `latest`) preserve times;
///   arithmetic converts them to milliseconds, which time functions accept.
/// - `SOURCE` is ignored: the caller chooses the events.
///
/// Functions of a row: `abs ceil floor greatest least log round sqrt toNumber toInt toLong toDouble isNumeric`, `bin
/// datefloor dateceil fromMillis toMillis now`, `ispresent coalesce case if isempty isblank`, `concat trim ltrim rtrim
/// strlen toupper tolower substr replace regexReplace strcontains startsWith endsWith split`, `jsonParse jsonStringify
/// jsonArraySize jsonArrayContains`, `unmask`, `isValidIp isValidIpV4 isValidIpV6 isIpInSubnet isIpv4InSubnet
/// isIpv6InSubnet`. Of a group: `count count_distinct countDistinct sum avg min max pct percentile stddev variance
/// earliest latest sortsFirst sortsLast values collect_values topk`. Other functions are refused.
///
/// Memory grows with the groups of `stats`, the values of `count_distinct` and `topk`, the keys of a `dedup` without a
/// subsequent `limit`, and the rows that `sort` and `limit` keep, but not with the number of events.
#[derive(Debug)]
pub struct Engine {
    program: Program,
    state: State,
    statistics: Statistics,
    /// In seconds since 1970.
    now: f64,
    /// The memory of the last row's slots.
    slots: Vec<Datum<'static>>,
}

impl Engine {
    /// Compiles a query; `text` is the query's text, which the positions of problems refer to.
    ///
    /// # Errors
    ///
    /// Returns everything that the engine can't run, with name and position: other commands and functions, invalid
    /// arguments, parameters without values, names from before a `stats`, and invalid regular expressions.
    pub fn new(text: &str, query: &Query) -> Result<Self, Vec<Problem>> {
        let program = compile::program(text, query)?;
        let state = program.first().begin();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let (statistics, slots) = Default::default();
        Ok(Self { program, state, statistics, now: now as f64, slots })
    }

    /// Sets the value of `now()` in milliseconds since 1970; by default, the time when the query was compiled.
    pub fn with_now(self, millis: i64) -> Self {
        Self { now: millis.div_euclid(1000) as f64, ..self }
    }

    /// Processes an event; returns a break if no later event can change the result.
    pub fn feed(&mut self, event: &LogEvent<'_>) -> ControlFlow<()> {
        if self.program.is_closed() {
            return ControlFlow::Break(());
        }
        self.statistics.scan(event);
        if self.program.demand.may_hold(event.message) {
            self.run(event);
        }
        ControlFlow::Continue(())
    }

    /// Returns the result of all events.
    pub fn finish(self) -> Table {
        self.rows()
    }

    /// Returns the result so far.
    pub fn rows(&self) -> Table {
        self.program.table(&self.state, self.now)
    }

    /// Returns the names of the JSON fields in events that the query reads.
    #[cfg(feature = "command")]
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.program.discovery.fields()
    }

    /// Returns how much was read, and how much of it passed the filters.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }

    fn run(&mut self, event: &LogEvent<'_>) {
        let number = self.statistics.records_scanned;
        let mut slots = recycle(mem::take(&mut self.slots));
        self.program.discovery.begin(event, number, &mut slots);
        if self.program.lets_begin(&slots, self.now) {
            self.program.discovery.read(event, &mut slots);
            let matched = self.program.first().feed(&mut slots, number, self.now, &mut self.state);
            self.statistics.records_matched += u64::from(matched);
        }
        self.slots = recycle(slots);
    }
}

/// Returns the names of the service's functions that run here.
#[cfg(feature = "command")]
pub(crate) fn local_functions() -> impl Iterator<Item = &'static str> {
    let names = FUNCTIONS.iter().map(|function| function.name);
    names.filter(|name| {
        let lower = name.to_ascii_lowercase();
        aggregate::Kind::named(&lower, None).is_some()
            || compile::is_special(&lower)
            || functions::Function::named(&lower).is_some()
    })
}

#[cfg(test)]
mod tests;
