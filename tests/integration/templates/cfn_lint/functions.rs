//! What the functions run on, and what they keep.

use std::fs;

use serde_json::json;

use super::{decoded::decoded, examples};

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn functions_have_arm64_tracing_json_logs_and_retention() {
    for template in decoded() {
        let function = template.function();
        let (of, function, metadata) =
            (template.name(), &function["Properties"], &function["Metadata"]);
        assert_eq!(metadata["BuildMethod"], "rust-cargolambda", "{of}");
        assert_eq!(metadata["BuildProperties"]["Binary"], of);
        assert_eq!(function["Architectures"], json!(["arm64"]), "{of}");
        assert_eq!(function["Runtime"], "provided.al2023", "{of}");
        assert_eq!(function["Tracing"], "Active", "{of}");
        let logging = &function["LoggingConfig"];
        assert_eq!(logging["LogFormat"], "JSON", "{of}");
        assert!(template.target(&logging["LogGroup"]).get("RetentionInDays").is_some(), "{of}");
    }
}

#[test]
fn deployed_functions_exclude_the_demo() {
    for example in examples() {
        let manifest = fs::read_to_string(example.join("Cargo.toml")).unwrap();
        let (_, settings) = manifest.split_once("[package.metadata.lambda.build]\n").unwrap();
        assert!(settings.starts_with("no_default_features = true\n"), "{}", example.display());
        assert!(manifest.contains("default = [\"demo\"]"), "{}", example.display());
    }
}

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn variables_of_templates_are_read_by_their_function() {
    for template in decoded() {
        let variables = &template.function()["Properties"]["Environment"]["Variables"];
        let variables = variables.as_object().expect("a function has a service name");
        assert!(variables.contains_key("POWERTOOLS_SERVICE_NAME"), "{}", template.name());
        let own = variables.keys().filter(|name| !name.starts_with("POWERTOOLS_"));
        for name in own {
            assert!(template.says(&format!("{name:?}")), "{name} of {}", template.name());
        }
    }
}

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn tables_have_ttl_and_point_in_time_recovery() {
    let with_tables = decoded().iter().filter(|template| {
        let tables = template.all("AWS::DynamoDB::Table");
        for table in &tables {
            let ttl = json!({"AttributeName": "expiration", "Enabled": true});
            assert_eq!(table["TimeToLiveSpecification"], ttl, "{}", template.name());
            let recovery = &table["PointInTimeRecoverySpecification"];
            assert_eq!(recovery["PointInTimeRecoveryEnabled"], true, "{}", template.name());
        }
        !tables.is_empty()
    });
    assert_eq!(with_tables.count(), 2, "payments and events");
}

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn queue_has_visibility_timeout_and_partial_batch_responses() {
    let payments = decoded().iter().find(|template| template.name() == "payments").unwrap();
    let function = &payments.function()["Properties"];
    let source = &function["Events"]["Payments"]["Properties"];
    assert_eq!(source["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]));
    let queue = payments.target(&source["Queue"]);
    let timeout = function["Timeout"].as_u64().unwrap();
    assert!(queue["VisibilityTimeout"].as_u64().unwrap() >= 6 * timeout);
    let dead = payments.target(&queue["RedrivePolicy"]["deadLetterTargetArn"]);
    assert!(dead["MessageRetentionPeriod"].as_u64() > queue["MessageRetentionPeriod"].as_u64());
}

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn rule_matches_incoming_events_only() {
    let events = decoded().iter().find(|template| template.name() == "events").unwrap();
    let rule = &events.function()["Properties"]["Events"]["OrderPlaced"]["Properties"];
    for name in ["source", "detail-type"] {
        let wanted = &rule["Pattern"][name][0];
        assert!(events.says(&format!("[\"{name}\"] = {wanted}")), "{name} {wanted}");
    }
    assert!(events.says("source: \"shop.parcels\""));
}
