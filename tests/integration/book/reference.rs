//! The reference lists what the code has.

use std::{collections::BTreeSet, fs, path::Path};

use powertools::{
    Environment, Error, LambdaEvent,
    logger::{exception, set_correlation_id},
    testing::Captured,
};
use regex::Regex;
use serde_json::{Value, json};

use super::page;

/// Returns the first cells of the tables of a page: the names in backticks.
fn listed(name: &str) -> BTreeSet<String> {
    let page = page::text(name);
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    rows.map(|(name, _)| name.to_owned()).collect()
}

/// Returns what a pattern captures in the sources of published crates that run in a function.
fn in_sources(pattern: &str) -> BTreeSet<String> {
    let pattern = Regex::new(pattern).unwrap();
    let crates = ["core", "logger", "metrics", "tracer", "idempotency", "powertools"];
    let mut found = BTreeSet::new();
    for name in crates {
        collect(&page::root().join(name).join("src"), &pattern, &mut found);
    }
    found
}

fn collect(folder: &Path, pattern: &Regex, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, pattern, found);
        } else {
            let source = fs::read_to_string(&path).unwrap();
            found.extend(pattern.captures_iter(&source).map(|captures| captures[1].to_owned()));
        }
    }
}

#[test]
fn every_environment_variable_is_listed() {
    let listed = listed("reference/environment.md");
    let mut read =
        in_sources(r#""(POWERTOOLS_[A-Z_]+|LOG_LEVEL|AWS_LAMBDA_LOG_(?:LEVEL|FORMAT))""#);
    // The seed of a simulation in a test.
    read.remove("POWERTOOLS_SEED");
    let missing = read.difference(&listed).collect::<Vec<_>>();
    assert_eq!(missing, Vec::<&String>::new(), "the page lacks these");
    let all = in_sources(r#""([A-Z_]{6,})""#);
    let unknown = listed.difference(&all).collect::<Vec<_>>();
    assert_eq!(unknown, Vec::<&String>::new(), "nothing reads these");
}

#[test]
fn every_feature_of_the_facade_is_listed_with_its_default() {
    let manifest = fs::read_to_string(page::root().join("powertools/Cargo.toml")).unwrap();
    let features = manifest.split("[features]").nth(1).unwrap().split("\n[").next().unwrap();
    let name = Regex::new("(?m)^([a-z0-9-]+) = ").unwrap();
    let names = name.captures_iter(features).map(|captures| captures[1].to_owned());
    let names = names.filter(|name| name != "default").collect::<BTreeSet<_>>();
    assert_eq!(names, listed("reference/features.md"));
    let default = features.lines().find(|line| line.starts_with("default = ")).unwrap();
    let page = page::text("reference/features.md");
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let name = row.split('`').nth(1).unwrap();
        // `log` brings `logger`.
        let is_default = name == "logger" || default.contains(&format!("\"{name}\""));
        assert_eq!(is_default, row.ends_with("| yes |"), "{row}");
    }
}

/// An error with a source that says something else.
#[derive(Debug, thiserror::Error)]
#[error("the order has no quantity")]
struct NoQuantity(#[source] std::num::ParseIntError);

#[tokio::test]
async fn every_key_of_the_log_line_is_listed() {
    async fn handler(_: LambdaEvent<Value>) -> Result<(), Error> {
        set_correlation_id("c-1");
        let error = NoQuantity("two".parse::<u32>().unwrap_err());
        tracing::error!(error = exception(&error), "failed");
        Ok(())
    }
    let captured = Captured::with(|powertools| {
        let environment = Environment::of([("POWERTOOLS_LOGGER_SAMPLE_RATE", "1")]);
        powertools.environment(environment).logger(|logger| logger.log_event(true))
    });
    captured.invoke(handler, &json!({})).await;
    let lines = captured.lines();
    let keys = lines.iter().flat_map(|line| line.as_object().unwrap().keys().cloned());
    let mut keys = keys.collect::<BTreeSet<_>>();
    // Invocations of `Captured` have no tenant.
    keys.insert("tenant_id".to_owned());
    assert_eq!(keys, listed("reference/log-keys.md"));
}

#[test]
fn features_that_a_manifest_names_exist() {
    let features = listed("reference/features.md");
    let named = Regex::new(r#"powertools = \{.*features = \[([^\]]*)\]"#).unwrap();
    for name in page::names() {
        for captures in named.captures_iter(&page::text(&name)) {
            for feature in captures[1].split(',').map(|feature| feature.trim().trim_matches('"')) {
                assert!(features.contains(feature), "{name}: no feature `{feature}`");
            }
        }
    }
}
