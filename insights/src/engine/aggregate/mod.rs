//! What `stats` computes of the rows of a group.

mod count;
mod extreme;
mod frequent;
mod percentile;
mod sketch;
mod sum;
mod witness;

pub(super) use count::{Count, Distinct};
use extreme::Extreme;
use frequent::Frequent;
use percentile::Percentile;
use sum::{Spread, Sum};
use witness::Witness;

use super::Datum;

/// Which aggregate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// Rows, or those where the argument is present.
    Count,
    CountDistinct,
    Sum,
    Avg,
    Min,
    Max,
    /// In per cent.
    Pct(f64),
    StdDev,
    Variance,
    Earliest,
    Latest,
    SortsFirst,
    SortsLast,
    /// At most so many.
    Values(usize),
    /// So many.
    TopK(usize),
}

/// What an aggregate knows of the rows so far.
#[derive(Clone, Debug)]
pub(crate) enum Aggregate {
    Count(Count),
    Distinct(Distinct),
    Sum(Sum),
    Mean(Sum),
    Extreme(Extreme),
    Percentile(Percentile),
    Spread(Spread),
    Squares(Spread),
    Witness(Witness),
    Frequent(Frequent),
}

impl Kind {
    /// Finds an aggregate by its name in lower case; `number` is its second argument.
    pub(crate) fn named(name: &str, number: Option<f64>) -> Option<Self> {
        let most = |default: usize| number.map_or(default, |number| number as usize);
        Some(match name {
            "count" => Self::Count,
            "count_distinct" | "countdistinct" => Self::CountDistinct,
            "sum" => Self::Sum,
            "avg" => Self::Avg,
            "min" => Self::Min,
            "max" => Self::Max,
            "pct" | "percentile" => Self::Pct(number.unwrap_or_default()),
            "stddev" => Self::StdDev,
            "variance" => Self::Variance,
            "earliest" => Self::Earliest,
            "latest" => Self::Latest,
            "sortsfirst" => Self::SortsFirst,
            "sortslast" => Self::SortsLast,
            "values" | "collect_values" => Self::Values(most(frequent::MOST_VALUES)),
            "topk" => Self::TopK(most(frequent::DEFAULT_TOP)),
            _ => return None,
        })
    }

    /// Returns whether the aggregate needs `@timestamp`.
    pub(crate) fn needs_time(self) -> bool {
        matches!(self, Self::Earliest | Self::Latest)
    }

    /// Returns the aggregate of no rows yet.
    pub(crate) fn begin(self) -> Aggregate {
        match self {
            Self::Count => Aggregate::Count(Count::default()),
            Self::CountDistinct => Aggregate::Distinct(Distinct::default()),
            Self::Sum => Aggregate::Sum(Sum::default()),
            Self::Avg => Aggregate::Mean(Sum::default()),
            Self::Min => Aggregate::Extreme(Extreme::smallest()),
            Self::Max => Aggregate::Extreme(Extreme::largest()),
            Self::Pct(percent) => Aggregate::Percentile(Percentile::new(percent)),
            Self::StdDev => Aggregate::Spread(Spread::default()),
            Self::Variance => Aggregate::Squares(Spread::default()),
            Self::Earliest => Aggregate::Witness(Witness::earliest()),
            Self::Latest => Aggregate::Witness(Witness::latest()),
            Self::SortsFirst => Aggregate::Extreme(Extreme::first()),
            Self::SortsLast => Aggregate::Extreme(Extreme::last()),
            Self::Values(most) => Aggregate::Frequent(Frequent::values(most)),
            Self::TopK(most) => Aggregate::Frequent(Frequent::top(most)),
        }
    }
}

impl Aggregate {
    /// Adds a row: the argument's value, and `@timestamp` for those that need it.
    pub(crate) fn add(&mut self, value: &Datum<'_>, time: Option<i64>) {
        match self {
            Self::Count(count) => count.add(value),
            Self::Distinct(distinct) => distinct.add(value),
            Self::Sum(sum) | Self::Mean(sum) => sum.add(value),
            Self::Extreme(extreme) => extreme.add(value),
            Self::Percentile(percentile) => percentile.add(value),
            Self::Spread(spread) | Self::Squares(spread) => spread.add(value),
            Self::Witness(witness) => witness.add(value, time),
            Self::Frequent(frequent) => frequent.add(value),
        }
    }

    /// Returns what the rows so far give.
    pub(crate) fn result(&self) -> Datum<'static> {
        match self {
            Self::Count(count) => count.result(),
            Self::Distinct(distinct) => distinct.result(),
            Self::Sum(sum) => sum.total(),
            Self::Mean(sum) => sum.mean(),
            Self::Extreme(extreme) => extreme.result(),
            Self::Percentile(percentile) => percentile.result(),
            Self::Spread(spread) => spread.deviation(),
            Self::Squares(spread) => spread.variance(),
            Self::Witness(witness) => witness.result(),
            Self::Frequent(frequent) => frequent.result(),
        }
    }
}
