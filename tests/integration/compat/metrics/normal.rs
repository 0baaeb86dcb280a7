//! Documents that mean the same, made the same.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

/// Returns the document without what has no meaning, or differs from run to run.
///
/// Sets of dimensions and the names in them have no order, so they are sorted; definitions of
/// metrics have none either, and stand under the metrics' names with the resolution that they have
/// when they name none. The one directive stands for the list of it, and the timestamp becomes the
/// hours since then.
pub(in super::super) fn normal(mut document: Value) -> Value {
    let metadata = &mut document["_aws"];
    metadata["Timestamp"] = hours_since(&metadata["Timestamp"]);
    let directives = metadata["CloudWatchMetrics"].as_array_mut().map(std::mem::take);
    let [mut directive] = <[Value; 1]>::try_from(directives.unwrap_or_default())
        .unwrap_or_else(|directives| panic!("one directive, not {directives:?}"));
    sort_sets(&mut directive["Dimensions"]);
    directive["Metrics"] = by_name(&directive["Metrics"]);
    metadata["CloudWatchMetrics"] = directive;
    document
}

fn hours_since(timestamp: &Value) -> Value {
    let timestamp = timestamp.as_u64().expect("a timestamp is an integer of milliseconds");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    let hour = 60 * 60 * 1000;
    json!((now.as_millis() + hour / 2).saturating_sub(timestamp.into()) / hour)
}

fn sort_sets(sets: &mut Value) {
    let sets = sets.as_array_mut().expect("there is a list of sets");
    for set in sets.iter_mut() {
        let names = set.as_array_mut().expect("a set is a list of names");
        names.sort_by_key(Value::to_string);
    }
    sets.sort_by_key(Value::to_string);
}

fn by_name(definitions: &Value) -> Value {
    let definitions = definitions.as_array().expect("there is a list of definitions");
    let named = |definition: &Value| {
        let mut members = definition.as_object().expect("a definition is an object").clone();
        let name = members.remove("Name").expect("a metric has a name");
        members.entry("StorageResolution").or_insert(json!(60));
        (name.as_str().expect("a name is a string").to_owned(), Value::Object(members))
    };
    Value::Object(definitions.iter().map(named).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(timestamp: u128, dimensions: &Value, metrics: &Value) -> Value {
        let directive = json!({"Namespace": "Shop", "Dimensions": dimensions, "Metrics": metrics});
        let timestamp = u64::try_from(timestamp).expect("it is in this age");
        normal(json!({"_aws": {"Timestamp": timestamp, "CloudWatchMetrics": [directive]}, "a": 1}))
    }

    fn now() -> u128 {
        SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_millis()
    }

    #[test]
    fn order_and_default_resolution_are_ignored() {
        let one = document(
            now(),
            &json!([["a", "b"], ["c"]]),
            &json!([{"Name": "x", "Unit": "Count"}, {"Name": "y", "StorageResolution": 1}]),
        );
        let other = document(
            now(),
            &json!([["c"], ["b", "a"]]),
            &json!([
                {"Name": "y", "StorageResolution": 1},
                {"StorageResolution": 60, "Name": "x", "Unit": "Count"},
            ]),
        );
        assert_eq!(one, other);
    }

    #[test]
    fn units_resolutions_and_sets_are_compared() {
        let (sets, metrics) = (json!([["a", "b"]]), json!([{"Name": "x", "Unit": "Count"}]));
        let document = |sets: &Value, metrics: &Value| document(now(), sets, metrics);
        let one = document(&sets, &metrics);
        assert_ne!(one, document(&json!([["a"], ["b"]]), &metrics));
        assert_ne!(one, document(&sets, &json!([{"Name": "x", "Unit": "None"}])));
        let high = json!([{"Name": "x", "Unit": "Count", "StorageResolution": 1}]);
        assert_ne!(one, document(&sets, &high));
    }

    #[test]
    fn timestamps_differ_beyond_half_an_hour() {
        let at = |minutes_ago: u128| document(now() - minutes_ago * 60_000, &json!([]), &json!([]));
        assert_eq!(at(0), at(25));
        assert_ne!(at(0), at(60));
        assert_eq!(at(60)["_aws"]["Timestamp"], 1);
    }
}
