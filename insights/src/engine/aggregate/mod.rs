//! The aggregates that `stats` computes for the rows of a group.

mod count;
mod earliest_latest;
mod min_max;
mod percentile;
mod sketch;
mod sum;
mod top_values;

pub(super) use count::{Count, Distinct};
use earliest_latest::EarliestLatest;
use min_max::MinMax;
use percentile::Percentile;
use sum::{Spread, Sum};
use top_values::TopValues;

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

/// The state of an aggregate after the rows so far.
#[derive(Clone, Debug)]
pub(crate) enum Aggregate {
    Count(Count),
    Distinct(Distinct),
    Sum(Sum),
    Mean(Sum),
    MinMax(MinMax),
    Percentile(Percentile),
    Spread(Spread),
    Squares(Spread),
    EarliestLatest(EarliestLatest),
    TopValues(TopValues),
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
            "values" | "collect_values" => Self::Values(most(top_values::MOST_VALUES)),
            "topk" => Self::TopK(most(top_values::DEFAULT_TOP)),
            _ => return None,
        })
    }

    /// Returns whether the aggregate needs `@timestamp`.
    pub(crate) fn needs_time(self) -> bool {
        matches!(self, Self::Earliest | Self::Latest)
    }

    /// Returns the state of the aggregate before any row.
    pub(crate) fn begin(self) -> Aggregate {
        match self {
            Self::Count => Aggregate::Count(Count::default()),
            Self::CountDistinct => Aggregate::Distinct(Distinct::default()),
            Self::Sum => Aggregate::Sum(Sum::default()),
            Self::Avg => Aggregate::Mean(Sum::default()),
            Self::Min => Aggregate::MinMax(MinMax::smallest()),
            Self::Max => Aggregate::MinMax(MinMax::largest()),
            Self::Pct(percent) => Aggregate::Percentile(Percentile::new(percent)),
            Self::StdDev => Aggregate::Spread(Spread::default()),
            Self::Variance => Aggregate::Squares(Spread::default()),
            Self::Earliest => Aggregate::EarliestLatest(EarliestLatest::earliest()),
            Self::Latest => Aggregate::EarliestLatest(EarliestLatest::latest()),
            Self::SortsFirst => Aggregate::MinMax(MinMax::first()),
            Self::SortsLast => Aggregate::MinMax(MinMax::last()),
            Self::Values(most) => Aggregate::TopValues(TopValues::values(most)),
            Self::TopK(most) => Aggregate::TopValues(TopValues::top(most)),
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
            Self::MinMax(extreme) => extreme.add(value),
            Self::Percentile(percentile) => percentile.add(value),
            Self::Spread(spread) | Self::Squares(spread) => spread.add(value),
            Self::EarliestLatest(witness) => witness.add(value, time),
            Self::TopValues(frequent) => frequent.add(value),
        }
    }

    /// Returns the result for the rows so far.
    pub(crate) fn result(&self) -> Datum<'static> {
        match self {
            Self::Count(count) => count.result(),
            Self::Distinct(distinct) => distinct.result(),
            Self::Sum(sum) => sum.total(),
            Self::Mean(sum) => sum.mean(),
            Self::MinMax(extreme) => extreme.result(),
            Self::Percentile(percentile) => percentile.result(),
            Self::Spread(spread) => spread.deviation(),
            Self::Squares(spread) => spread.variance(),
            Self::EarliestLatest(witness) => witness.result(),
            Self::TopValues(frequent) => frequent.result(),
        }
    }
}
