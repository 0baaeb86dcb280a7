#![allow(unused)]

use powertools::metrics::MetricGroup;

#[derive(MetricGroup)]
struct Checkout {
    #[metric(count, name = "Größe")]
    size: u32,
    #[metric(unit = Milisecond)]
    latency: u32,
    payment: String,
    #[metric(dimension, name = ":a")]
    colon: String,
    #[metric(count, count)]
    twice: u32,
    #[metric(prices)]
    unknown: u32,
}

#[derive(MetricGroup)]
#[metric(dimension)]
struct Empty {
    #[metric(dimension)]
    payment: String,
}

#[derive(MetricGroup)]
enum Kind {
    A,
}

fn main() {}
