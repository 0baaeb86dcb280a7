//! Compares values: numbers and numeric texts as numbers, others as texts.

use std::cmp::Ordering;

use super::Datum;

/// Integers below are exact as `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Returns whether two values are equal; an absent value does not equal anything.
pub(crate) fn equal(a: &Datum<'_>, b: &Datum<'_>) -> bool {
    match (a, b) {
        (Datum::Absent, _) | (_, Datum::Absent) => false,
        (Datum::Flag(flag), Datum::Text(text)) | (Datum::Text(text), Datum::Flag(flag))
            if text == "true" || text == "false" =>
        {
            *flag == (text == "true")
        }
        (Datum::Text(a), Datum::Text(b)) if a == b => true,
        _ => order(a, b) == Some(Ordering::Equal),
    }
}

/// Returns how two values compare; `None` if they don't.
pub(crate) fn order(a: &Datum<'_>, b: &Datum<'_>) -> Option<Ordering> {
    match (a.as_number(), b.as_number()) {
        (Some(x), Some(y)) => Some(numbers(x, y).then_with(|| digits(a, b))),
        (None, None) => Some(a.text()?.cmp(&b.text()?)),
        _ => mixed(a, b),
    }
}

/// Returns the order of `sort`, from `CWL_QuerySyntax-Sort`: absent values, then texts, then numbers.
pub(crate) fn natural(a: &Datum<'_>, b: &Datum<'_>) -> Ordering {
    match (a.as_number(), b.as_number()) {
        (Some(x), Some(y)) => numbers(x, y).then_with(|| digits(a, b)).then_with(|| zeros(a, b)),
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (None, None) => match (a.text(), b.text()) {
            (Some(a), Some(b)) => texts(a.as_bytes(), b.as_bytes()),
            (a, b) => a.is_some().cmp(&b.is_some()),
        },
    }
}

/// Compares texts by their characters, and runs of digits by their length, then by their value.
fn texts(mut a: &[u8], mut b: &[u8]) -> Ordering {
    // The order of bytes is that of the characters.
    while let (Some(x), Some(y)) = (a.first(), b.first()) {
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let (x, y) = (digit_run(&mut a), digit_run(&mut b));
            let order = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
            if order.is_ne() {
                return order;
            }
        } else if x == y {
            (a, b) = (&a[1..], &b[1..]);
        } else {
            return x.cmp(y);
        }
    }
    a.len().cmp(&b.len())
}

/// Takes the digits that a text begins with.
fn digit_run<'t>(text: &mut &'t [u8]) -> &'t [u8] {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (run, rest) = text.split_at(length);
    *text = rest;
    run
}

/// Tells texts of the same number apart: `01` comes before `1`.
fn zeros(a: &Datum<'_>, b: &Datum<'_>) -> Ordering {
    match (a, b) {
        (Datum::Text(a), Datum::Text(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}

/// A number and a text that is none: a time compares with a time, two texts compare as such.
fn mixed(a: &Datum<'_>, b: &Datum<'_>) -> Option<Ordering> {
    match (a, b) {
        (Datum::Time(_), Datum::Text(_)) | (Datum::Text(_), Datum::Time(_)) => {
            Some(a.as_time()?.cmp(&b.as_time()?))
        }
        (Datum::Text(a), Datum::Text(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn numbers(x: f64, y: f64) -> Ordering {
    // Both are finite, so that only the two zeros differ from a total order.
    x.partial_cmp(&y).unwrap_or(Ordering::Equal)
}

/// Tells integers apart that are the same number only because `f64` can't hold them.
fn digits(a: &Datum<'_>, b: &Datum<'_>) -> Ordering {
    match (exact(a), exact(b)) {
        (Some(x), Some(y)) => x.cmp(&y),
        _ => Ordering::Equal,
    }
}

/// Returns the integer that a large number or its text is; numbers of that size are integers all.
fn exact(datum: &Datum<'_>) -> Option<i128> {
    let number = datum.as_number().filter(|number| number.abs() >= EXACT)?;
    match datum {
        Datum::Time(millis) => Some(i128::from(*millis)),
        Datum::Text(text) => text.parse().ok().or(Some(number as i128)),
        _ => Some(number as i128),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Datum<'_> {
        Datum::Text(text.into())
    }

    #[test]
    fn numbers_and_numeric_texts_compare_as_numbers() {
        assert!(equal(&Datum::Number(200.0), &text("200")));
        assert!(equal(&text("1e2"), &text("100.0")));
        assert_eq!(order(&text("9"), &text("10")), Some(Ordering::Less));
        assert_eq!(order(&text("b"), &text("a")), Some(Ordering::Greater));
        assert_eq!(order(&text("b"), &Datum::Number(1.0)), None);
        assert!(!equal(&Datum::Absent, &Datum::Absent));
    }

    #[test]
    fn long_numeric_identifiers_are_distinguished() {
        assert!(!equal(&text("12345678901234567890"), &text("12345678901234567891")));
        assert!(equal(&text("12345678901234567890"), &text("12345678901234567890")));
    }

    #[test]
    fn booleans_compare_as_words_and_numbers() {
        assert!(equal(&Datum::Flag(true), &text("true")));
        assert!(equal(&Datum::Flag(true), &Datum::Number(1.0)));
        assert!(equal(&Datum::Flag(false), &text("0")));
        assert!(!equal(&Datum::Flag(false), &text("true")));
    }

    #[test]
    fn times_compare_with_times_as_text() {
        let time = Datum::Time(1_795_174_278_967);
        assert!(equal(&time, &text("2026-11-20T11:31:18.967Z")));
        assert_eq!(order(&time, &text("2026-11-21T00:00:00Z")), Some(Ordering::Less));
        assert_eq!(order(&time, &text("yesterday")), None);
    }

    fn any_datum() -> impl Strategy<Value = Datum<'static>> {
        prop_oneof![
            Just(Datum::Absent),
            any::<bool>().prop_map(Datum::Flag),
            any::<f64>().prop_map(Datum::number),
            any::<i64>().prop_map(Datum::Time),
            "[0-9]{19,20}".prop_map(|text| Datum::Text(text.into())),
            (900..903_u64).prop_map(|last| Datum::Text(format!("12345678901234567{last}").into())),
            Just(Datum::Number(12_345_678_901_234_567_900.0)),
            Just(Datum::Text("1.23456789012345679e19".into())),
            "[a-c0-9.e-]{0,4}".prop_map(|text| Datum::Text(text.into())),
        ]
    }

    proptest! {
        #[test]
        fn sort_order_is_total(a in any_datum(), b in any_datum(), c in any_datum()) {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}
