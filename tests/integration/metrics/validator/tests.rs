//! Each rule, by a document that breaks it and no other.

use serde_json::{Value, json};

use super::validate;

fn valid() -> Value {
    let metrics = json!([
        {"Name": "Orders", "Unit": "Count"},
        {"Name": "Latency", "Unit": "Milliseconds", "StorageResolution": 1},
        {"Name": "Size"},
    ]);
    let dimensions = json!([["service", "tier"], ["service"], []]);
    let directive = json!({"Namespace": "Shop", "Dimensions": dimensions, "Metrics": metrics});
    json!({
        "_aws": {"Timestamp": 1_795_174_331_945_u64, "CloudWatchMetrics": [directive]},
        "service": "checkout",
        "tier": "gold",
        "order": {"id": 17},
        "Orders": 1,
        "Latency": [3.5, 0.0],
        "Size": {"Values": [1.0, 2.5], "Counts": [7, 1]},
    })
}

/// Asserts that a valid document is refused for the one thing that `change` makes of it.
#[track_caller]
fn refused(change: impl FnOnce(&mut Value), rule: &str) {
    let mut document = valid();
    change(&mut document);
    refused_text(&document.to_string(), rule);
}

#[track_caller]
fn refused_text(document: &str, rule: &str) {
    let told = validate(document).expect_err(rule);
    assert!(told.contains(rule), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
}

fn directive(document: &mut Value) -> &mut Value {
    &mut document["_aws"]["CloudWatchMetrics"][0]
}

/// Calls the first metric `name`, member and all.
fn rename_metric(document: &mut Value, name: &str) {
    directive(document)["Metrics"][0]["Name"] = json!(name);
    document[name] = json!(1);
}

/// Adds a set of one dimension, with its member.
fn add_dimension(document: &mut Value, name: &str) {
    directive(document)["Dimensions"][2] = json!([name]);
    document[name] = json!("x");
}

fn remove(document: &mut Value, name: &str) {
    document.as_object_mut().expect("it is an object").remove(name);
}

#[test]
fn valid_document_is_returned() {
    assert_eq!(validate(&valid().to_string()), Ok(valid()));
}

#[test]
fn document_is_one_line_with_nothing_around_it() {
    refused_text(&valid().to_string().replacen(',', ",\n", 1), "more than one line");
    refused_text(&format!("{} ", valid()), "something around it");
}

#[test]
fn document_is_one_json_object() {
    refused_text("{", "not JSON");
    refused_text(&format!("{}{}", valid(), valid()), "not JSON");
    refused_text("[]", "not an object");
}

#[test]
fn document_has_at_most_a_mebibyte() {
    refused(|document| document["note"] = json!("x".repeat(1 << 20)), "more than 1048576");
}

#[test]
fn duplicate_member_names_are_reported() {
    let twice = valid().to_string().replacen('{', r#"{"service":"other","#, 1);
    refused_text(&twice, r#""service" is twice in one object"#);
    let twice = valid().to_string().replacen(r#""Unit""#, r#""Unit":"Count","Unit""#, 1);
    refused_text(&twice, r#""Unit" is twice in one object"#);
}

#[test]
fn required_members_are_present() {
    refused(|document| remove(document, "_aws"), "`_aws` is not an object");
    refused(|document| document["_aws"] = json!("x"), "`_aws` is not an object");
}

#[test]
fn timestamp_is_an_integer() {
    for timestamp in [json!(1.5), json!("1795174331945"), json!(-1), json!(null)] {
        refused(|document| document["_aws"]["Timestamp"] = timestamp, "`Timestamp`");
    }
}

#[test]
fn directive_is_present() {
    for directives in [json!([]), json!({}), json!(null)] {
        refused(
            |document| document["_aws"]["CloudWatchMetrics"] = directives,
            "`CloudWatchMetrics`",
        );
    }
}

#[test]
fn namespace_is_a_name() {
    let long = "x".repeat(256);
    for (name, rule) in [
        (json!(null), "not a string"),
        (json!(""), "blank"),
        (json!("  "), "blank"),
        (json!(long), "longer than 255"),
        (json!("größe"), "not ASCII"),
        (json!("a\u{7}b"), "control character"),
    ] {
        refused(|document| directive(document)["Namespace"] = name, rule);
    }
}

#[test]
fn metric_has_a_name() {
    let long = "x".repeat(256);
    for (name, rule) in [
        ("", "blank"),
        (&long, "longer than 255"),
        ("größe", "not ASCII"),
        ("a\u{7f}b", "control character"),
    ] {
        refused(|document| rename_metric(document, name), rule);
    }
    refused(|document| directive(document)["Metrics"][0]["Name"] = json!(7), "not a string");
}

#[test]
fn dimension_has_a_name() {
    let long = "x".repeat(256);
    for (name, rule) in [
        ("", "blank"),
        (&long, "longer than 255"),
        ("größe", "not ASCII"),
        ("a\tb", "control character"),
        (":a", "begins with `:`"),
    ] {
        refused(|document| add_dimension(document, name), rule);
    }
    refused(|document| directive(document)["Dimensions"][2] = json!([7]), "not a string");
}

#[test]
fn dimensions_are_a_list_of_sets() {
    for dimensions in [json!([]), json!({}), json!(null)] {
        refused(|document| directive(document)["Dimensions"] = dimensions, "`Dimensions`");
    }
    refused(|document| directive(document)["Dimensions"][2] = json!("tier"), "not a set");
}

#[test]
fn set_has_at_most_thirty_dimensions() {
    let many = |document: &mut Value| {
        let names: Vec<String> = (0..31).map(|number| format!("d{number}")).collect();
        names.iter().for_each(|name| document[name] = json!("x"));
        directive(document)["Dimensions"][2] = json!(names);
    };
    refused(many, "31 dimensions in a set");
}

#[test]
fn set_has_a_dimension_once() {
    refused(|document| directive(document)["Dimensions"][1] = json!(["tier", "tier"]), "twice");
}

#[test]
fn every_dimension_of_every_set_is_a_member() {
    refused(
        |document| directive(document)["Dimensions"][1] = json!(["stage"]),
        r#"dimension "stage" is not a member"#,
    );
}

#[test]
fn dimension_is_a_string_of_1_to_1024_characters() {
    let longest = json!("x".repeat(1024));
    let mut document = valid();
    document["tier"] = longest;
    assert!(validate(&document.to_string()).is_ok());
    for value in [json!(7), json!(null), json!(["gold"])] {
        refused(|document| document["tier"] = value, "not a member that is a string");
    }
    refused(|document| document["tier"] = json!(""), "has 0 characters");
    refused(|document| document["tier"] = json!("  "), "is blank");
    refused(|document| document["tier"] = json!("größe"), "is not printable ASCII");
    refused(|document| document["tier"] = json!("a\u{1}b"), "is not printable ASCII");
    refused(|document| document["tier"] = json!("x".repeat(1025)), "has 1025 characters");
}

#[test]
fn metrics_are_a_list_of_at_most_a_hundred() {
    let many = |document: &mut Value| {
        let names: Vec<String> = (0..101).map(|number| format!("m{number}")).collect();
        names.iter().for_each(|name| document[name] = json!(1));
        let definitions: Vec<Value> = names.iter().map(|name| json!({"Name": name})).collect();
        directive(document)["Metrics"] = json!(definitions);
    };
    refused(many, "101 metrics");
    refused(|document| directive(document)["Metrics"] = json!({}), "`Metrics`");
}

#[test]
fn metric_is_defined_once() {
    refused(|document| directive(document)["Metrics"][1]["Name"] = json!("Orders"), "twice");
}

#[test]
fn every_metric_is_a_member() {
    refused(|document| remove(document, "Orders"), r#"metric "Orders" is not a member"#);
}

#[test]
fn metric_is_a_finite_number() {
    for value in [json!("1"), json!(null), json!(true)] {
        refused(|document| document["Orders"] = value, "not a number that CloudWatch takes");
    }
    refused(|document| document["Orders"] = json!(2_f64.powi(361)), "CloudWatch takes");
    for literal in ["1e999", "NaN", "-Infinity"] {
        let text = valid().to_string().replacen(r#""Orders":1"#, "\"Orders\":???", 1);
        refused_text(&text.replacen("???", literal, 1), "not JSON");
    }
}

#[test]
fn list_has_1_to_100_finite_numbers() {
    refused(|document| document["Latency"] = json!([]), "has 0 values");
    refused(|document| document["Latency"] = json!(vec![1; 101]), "has 101 values");
    refused(|document| document["Latency"] = json!([1, "2"]), "not a number that CloudWatch takes");
    refused(|document| document["Latency"] = json!([null]), "not a number that CloudWatch takes");
}

#[test]
fn groups_have_as_many_values_as_counts() {
    let change = |values: Value, counts: Value| {
        move |document: &mut Value| document["Size"] = json!({"Values": values, "Counts": counts})
    };
    refused(change(json!([1]), json!([1, 2])), "has 1 values but 2 counts");
    refused(change(json!([]), json!([])), "has 0 values");
    refused(change(json!(vec![1; 101]), json!(vec![1; 101])), "has 101 values");
    refused(change(json!(["1"]), json!([1])), "not a number that CloudWatch takes");
    for count in [json!(0), json!(-1), json!("1")] {
        refused(change(json!([1]), json!([count])), "has the count");
    }
    refused(change(json!(1), json!([1])), "neither numbers nor `Values`");
    refused(|document| document["Size"]["Max"] = json!(1), "neither numbers nor `Values`");
}

#[test]
fn resolution_is_1_or_60() {
    for resolution in [json!(0), json!(30), json!("1"), json!(null)] {
        let change = |document: &mut Value| {
            directive(document)["Metrics"][1]["StorageResolution"] = resolution;
        };
        refused(change, "neither 1 nor 60");
    }
}

#[test]
fn unit_is_one_of_cloudwatchs() {
    for unit in [json!("Furlongs"), json!("count"), json!(null)] {
        refused(|document| directive(document)["Metrics"][0]["Unit"] = unit, "is not a unit");
    }
}

#[test]
fn name_of_both_metric_and_dimension_is_reported() {
    let both = |document: &mut Value| {
        directive(document)["Dimensions"][2] = json!(["Orders"]);
        document["Orders"] = json!("1");
    };
    let mut document = valid();
    both(&mut document);
    let told = validate(&document.to_string()).expect_err("it has two meanings");
    assert!(told.contains(r#""Orders" is a metric and a dimension"#), "{told}");
}

#[test]
fn every_problem_is_reported() {
    let mut document = valid();
    document["tier"] = json!("");
    directive(&mut document)["Namespace"] = json!("");
    let told = validate(&document.to_string()).expect_err("it breaks two rules");
    assert_eq!(told.lines().count(), 2, "{told}");
}
