//! What people are woken for.

use serde_json::{Value, json};

use super::decoded::{Decoded, decoded};

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn failures_throttles_and_invocations_near_the_timeout_raise_alarms() {
    for template in decoded() {
        for metric in ["Errors", "Throttles", "Duration"] {
            let alarm = alarm(template, "AWS/Lambda", metric);
            let dimension = json!([{"Name": "FunctionName", "Value": {"Ref": "Function"}}]);
            assert_eq!(alarm["Dimensions"], dimension, "{metric} of {}", template.name());
        }
        let timeout = template.function()["Properties"]["Timeout"].as_u64().unwrap();
        let threshold = alarm(template, "AWS/Lambda", "Duration")["Threshold"].as_u64();
        assert_eq!(threshold, Some(timeout * 1000 * 8 / 10), "of {}", template.name());
    }
}

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn dead_letter_queue_has_an_alarm() {
    let queued = decoded().iter().filter(|template| !template.all("AWS::SQS::Queue").is_empty());
    let names = queued.map(|template| {
        let alarm = alarm(template, "AWS/SQS", "ApproximateNumberOfMessagesVisible");
        let queue = json!({"Fn::GetAtt": ["DeadLetterQueue", "QueueName"]});
        assert_eq!(alarm["Dimensions"][0]["Value"], queue, "{}", template.name());
        template.name()
    });
    assert_eq!(names.collect::<Vec<_>>(), ["events", "payments"]);
}

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn each_example_has_an_alarm_on_its_own_metric() {
    for template in decoded() {
        let variables = &template.function()["Properties"]["Environment"]["Variables"];
        let alarms = template.all("AWS::CloudWatch::Alarm");
        let own = alarms.iter().filter(|alarm| alarm["Namespace"] == "Shop").collect::<Vec<_>>();
        assert!(!own.is_empty(), "{}", template.name());
        assert!(template.says("Namespace::new(\"Shop\")"), "{}", template.name());
        for alarm in own {
            let metric = alarm["MetricName"].as_str().unwrap();
            let spelt = spellings(metric);
            assert!(spelt.iter().any(|it| template.says(it)), "{metric} of {}", template.name());
            let dimensions = alarm["Dimensions"].as_array().unwrap();
            let service = dimensions.iter().find(|it| it["Name"] == "service").unwrap();
            assert_eq!(service["Value"], variables["POWERTOOLS_SERVICE_NAME"]);
        }
    }
}

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn alarms_notify_the_topic_if_set() {
    let topic =
        json!({"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]});
    for template in decoded() {
        for alarm in template.all("AWS::CloudWatch::Alarm") {
            assert_eq!(alarm["AlarmActions"], topic, "{alarm} of {}", template.name());
        }
    }
}

fn alarm<'a>(template: &'a Decoded, namespace: &str, metric: &str) -> &'a Value {
    let alarms = template.all("AWS::CloudWatch::Alarm").into_iter();
    let mut found =
        alarms.filter(|alarm| alarm["Namespace"] == namespace && alarm["MetricName"] == metric);
    found.next().unwrap_or_else(|| panic!("no alarm for {metric} in {}", template.name()))
}

/// How sources name a metric: as text, as a field of a group, or as a measured function.
fn spellings(metric: &str) -> Vec<String> {
    let measured = ["Latency", "Errors"].iter().filter_map(|end| metric.strip_suffix(end));
    let measured = measured.filter(|name| !name.is_empty());
    let measured = measured.map(|name| format!("metered(name = {name:?}"));
    let field = metric.to_lowercase();
    [format!("{metric:?}"), format!("    {field}: ")].into_iter().chain(measured).collect()
}
