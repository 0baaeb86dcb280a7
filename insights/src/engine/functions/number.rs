//! Functions of numbers.

use super::Function;
use crate::engine::Datum;

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "abs" => Function::One(|x| of(x, f64::abs)),
        "ceil" => Function::One(|x| of(x, f64::ceil)),
        "floor" => Function::One(|x| of(x, f64::floor)),
        "log" => Function::One(|x| of(x, f64::ln)),
        "sqrt" => Function::One(|x| of(x, f64::sqrt)),
        "toint" | "tolong" => Function::One(|x| of(x, f64::trunc)),
        "isnumeric" => Function::One(|x| Datum::Flag(x.as_number().is_some())),
        "tonumber" | "todouble" => Function::One(|x| of(x, |number| number)),
        "round" => Function::OneOrTwo(round),
        "greatest" => Function::Many(|numbers| best(&numbers, f64::max)),
        "least" => Function::Many(|numbers| best(&numbers, f64::min)),
        _ => return None,
    })
}

fn of<'e>(x: Datum<'e>, compute: fn(f64) -> f64) -> Datum<'e> {
    x.as_number().map_or(Datum::Absent, |number| Datum::number(compute(number)))
}

/// Rounds half away from zero, to so many decimal places.
fn round<'e>(x: Datum<'e>, places: Datum<'e>) -> Datum<'e> {
    let scale = 10_f64.powf(places.as_number().unwrap_or_default().trunc().clamp(-300.0, 300.0));
    let Some(number) = x.as_number() else { return Datum::Absent };
    let rounded = (number * scale).round() / scale;
    // Where the scale leaves what can be counted, there is nothing to round.
    if rounded.is_finite() { Datum::Number(rounded) } else { Datum::Number(number) }
}

/// Ignores values that are not numbers.
fn best<'e>(numbers: &[Datum<'e>], better: fn(f64, f64) -> f64) -> Datum<'e> {
    let best = numbers.iter().filter_map(Datum::as_number).reduce(better);
    best.map_or(Datum::Absent, Datum::number)
}
