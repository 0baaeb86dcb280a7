use serde_json::Value;

/// Returns the values of a metric in documents of Embedded Metric Format, each repeated as often as its count says.
pub(super) fn values(documents: &[Value], metric: &str) -> Vec<f64> {
    documents.iter().flat_map(|document| of_member(&document[metric])).collect()
}

/// The value of a metric is a number, an array of numbers, or an object with `Values` and their `Counts`.
fn of_member(member: &Value) -> Vec<f64> {
    match (&member["Values"], &member["Counts"]) {
        (Value::Array(values), Value::Array(counts)) => {
            let groups = values.iter().zip(counts);
            groups.flat_map(|(value, count)| of_group(value, count)).collect()
        }
        _ => match member {
            Value::Array(values) => values.iter().filter_map(Value::as_f64).collect(),
            one => one.as_f64().into_iter().collect(),
        },
    }
}

fn of_group(value: &Value, count: &Value) -> Vec<f64> {
    // In a test, counts are small whole numbers, so the conversion is exact.
    let count = count.as_f64().unwrap_or_default() as usize;
    value.as_f64().map(|value| vec![value; count]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_found_in_every_document_and_form() {
        let documents = [
            json!({"ColdStart": [1.0]}),
            json!({"Latency": [2.0, 3.0]}),
            json!({"Latency": {"Values": [4.0, 5.0], "Counts": [1.0, 2.0]}}),
            json!({"Latency": 6}),
        ];
        assert_eq!(values(&documents, "Latency"), [2.0, 3.0, 4.0, 5.0, 5.0, 6.0]);
        assert_eq!(values(&documents, "Requests"), Vec::<f64>::new());
    }
}
