//! Medians, and numbers as people read them.

use std::time::Duration;

pub(crate) fn median(numbers: impl IntoIterator<Item = f64>) -> f64 {
    quantile(numbers, 0.5)
}

/// Returns the number below which this part of them lies; zero if there are none.
pub(crate) fn quantile(numbers: impl IntoIterator<Item = f64>, part: f64) -> f64 {
    let mut numbers: Vec<f64> = numbers.into_iter().collect();
    numbers.sort_by(f64::total_cmp);
    let at = (numbers.len().saturating_sub(1) as f64 * part).round() as usize;
    numbers.get(at).copied().unwrap_or_default()
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

pub(crate) fn microseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// Writes a whole number with commas.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes what is more, or less, than in the function that is compared with.
pub(crate) fn more(number: f64, than: f64, write: impl Fn(f64) -> String) -> String {
    let difference = number - than;
    let sign = if difference < 0.0 { "−" } else { "+" };
    format!("{sign}{}", write(difference.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_written_in_groups() {
        assert_eq!([7, 999, 1_000, 1_234_567].map(grouped), ["7", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn quantiles_are_of_sorted_numbers() {
        let numbers = || (1..=101).rev().map(f64::from);
        assert_eq!(median(numbers()), 51.0);
        assert_eq!(quantile(numbers(), 0.99), 100.0);
        assert_eq!(median([]), 0.0);
    }

    #[test]
    fn differences_have_a_sign() {
        let whole = |number: f64| format!("{number:.0}");
        assert_eq!(more(5.0, 3.0, whole), "+2");
        assert_eq!(more(3.0, 5.0, whole), "−2");
    }
}
