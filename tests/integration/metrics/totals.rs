//! The sum of what was recorded is the sum of what was written.

use powertools_metrics::{Metric, Unit, testing::Captured};
use proptest::{collection::vec, prelude::*};
use serde_json::Value;

use super::documents;

/// One call: which metric, and the value.
fn any_call() -> impl Strategy<Value = (usize, i32)> {
    (0..150_usize, any::<i32>())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn totals_equal_the_recorded_values(
        calls in vec(any_call(), 0..600),
        busy in 0..3000_u32,
        flush_at in vec(0..600_usize, 0..3),
    ) {
        let captured = Captured::new();
        let recorder = captured.metrics().recorder();
        let mut expected = [(0_u64, 0.0); 150];
        for (at, (number, value)) in calls.iter().enumerate() {
            let name = format!("Metric{number}");
            let metric = Metric::dynamic(&name, Unit::None).unwrap();
            // Every third is a counter.
            let metric = if number % 3 == 0 { metric.summed() } else { metric };
            recorder.try_record(&metric, *value).unwrap();
            expected[*number].0 += 1;
            expected[*number].1 += f64::from(*value);
            if flush_at.contains(&at) {
                recorder.flush().unwrap();
            }
        }
        let busy_metric = Metric::dynamic("Busy", Unit::None).unwrap();
        (0..busy).for_each(|n| recorder.try_record(&busy_metric, n).unwrap());
        drop(recorder);
        let documents = documents(&captured);
        for (number, (count, sum)) in expected.iter().enumerate() {
            let (found, total) = totals(&documents, &format!("Metric{number}"));
            prop_assert!((total - sum).abs() < 1e-3, "Metric{number}: {total} for {sum}");
            prop_assert!(number % 3 == 0 || found == *count, "Metric{number}: {found} for {count}");
        }
        let (found, total) = totals(&documents, "Busy");
        let sum = f64::from(busy) * (f64::from(busy) - 1.0) / 2.0;
        prop_assert_eq!(found, u64::from(busy));
        prop_assert!(busy == 0 || (total - sum).abs() < 1e-3, "{} for {}", total, sum);
    }
}

/// How many values of a metric all documents together have, and their sum.
fn totals(documents: &[Value], name: &str) -> (u64, f64) {
    let found = documents.iter().filter_map(|document| document.get(name));
    found.map(total).fold((0, 0.0), |(count, sum), (n, s)| (count + n, sum + s))
}

fn total(member: &Value) -> (u64, f64) {
    let numbers =
        |list: &Value| list.as_array().unwrap().iter().map(|it| it.as_f64().unwrap()).collect();
    let (values, counts): (Vec<f64>, Vec<f64>) = match member {
        Value::Array(values) => (numbers(member), vec![1.0; values.len()]),
        _ => (numbers(&member["Values"]), numbers(&member["Counts"])),
    };
    let sum = values.iter().zip(&counts).map(|(value, count)| value * count).sum();
    (counts.iter().sum::<f64>() as u64, sum)
}
