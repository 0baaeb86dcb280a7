use std::process::Command;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ExportError, Format, Saved};
use crate::Template;

fn query(text: &str) -> Template {
    Template { title: "Test".to_owned(), ..Template::read("a-test", text) }
}

fn export(format: Format, template: &Template, saved: &Saved) -> String {
    super::export(format, &[template], saved).unwrap()
}

fn cloudformation(template: &Template, saved: &Saved) -> Value {
    serde_json::from_str(&export(Format::CloudFormation, template, saved)).unwrap()
}

/// Evaluates Terraform's code; returns name and query.
fn terraform(code: &str) -> Value {
    let body: hcl::Value = hcl::eval::from_str(code, &hcl::eval::Context::new()).unwrap();
    let value = serde_json::to_value(body).unwrap();
    value["resource"]["aws_cloudwatch_query_definition"]["query_a_test"].clone()
}

#[test]
fn every_template_is_exported_with_its_parameters() {
    let templates: Vec<_> = Template::all().iter().collect();
    let saved = Saved {
        folder: Some("/Powertools/".into()),
        log_groups: vec!["/aws/lambda/f".into()],
        ..Saved::default()
    };
    let code = super::export(Format::Sam, &templates, &saved).unwrap();
    let code: Value = serde_json::from_str(&code).unwrap();
    assert_eq!(code["Transform"], "AWS::Serverless-2016-10-31");
    let resources = code["Resources"].as_object().unwrap();
    assert_eq!(resources.len(), templates.len());
    let cost = &resources["CostQuery"]["Properties"];
    assert_eq!(cost["Name"], "Powertools/Cost");
    assert_eq!(cost["LogGroupNames"], json!(["/aws/lambda/f"]));
    assert_eq!(cost["Parameters"][1]["Name"], "request");
    assert_eq!(cost["Parameters"][1]["DefaultValue"], "0.0000002");
    let request = &resources["RequestQuery"]["Properties"];
    assert!(request["QueryString"].as_str().unwrap().contains("\"{{request_id}}\""));
    assert_eq!(request["Parameters"][0].get("DefaultValue"), None);
}

#[test]
fn parameter_value_is_the_default_or_inlined_for_terraform() {
    let template = query("# param id: whose\nfilter id = \"{{id}}\"\n");
    let saved = Saved { values: vec![("id".into(), "it's \"${x}\"".into())], ..Saved::default() };
    let parameters = &cloudformation(&template, &saved)["Resources"]["ATestQuery"]["Properties"];
    assert_eq!(parameters["Parameters"][0]["DefaultValue"], "it's \"${x}\"");
    let filled = terraform(&export(Format::Terraform, &template, &saved));
    assert_eq!(filled["query_string"], "filter id = \"it's \\\"${x}\\\"\"\n");
    let missing = super::export(Format::Terraform, &[&template], &Saved::default()).unwrap_err();
    assert_eq!(missing.to_string(), "a-test: the parameter `id` is missing: whose");
}

#[test]
fn names_that_the_service_refuses_are_errors() {
    let template = query("limit 1");
    let folder = Saved { folder: Some("f".repeat(255)), ..Saved::default() };
    let long = super::export(Format::Cli, &[&template], &folder).unwrap_err();
    assert!(matches!(long, ExportError::LongName { .. }));
    let group = Saved { log_groups: vec!["a b".into()], ..Saved::default() };
    let group = super::export(Format::Cli, &[&template], &group).unwrap_err();
    assert_eq!(group, ExportError::LogGroup { name: "a b".into() });
}

/// What a shell makes of the arguments of `aws`.
fn in_a_shell(code: &str) -> Vec<String> {
    let script = format!("aws() {{ printf '%s\\0' \"$@\"; }}\n{code}");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success());
    let arguments = String::from_utf8(output.stdout).unwrap();
    arguments.split_terminator('\0').map(str::to_owned).collect()
}

#[test]
fn shell_words_round_trip() {
    let text = "filter a = \"it's `$x` \\\\\" # {{p}}\n| filter b = '{{p}}'\n";
    let template = query(text);
    let saved = Saved { values: vec![("p".into(), "'".into())], ..Saved::default() };
    let arguments = in_a_shell(&export(Format::Cli, &template, &saved));
    let parameters = r#"[{"defaultValue":"'","name":"p"}]"#;
    let expected = [
        "logs",
        "put-query-definition",
        "--name",
        "Test",
        "--query-string",
        text,
        "--parameters",
        parameters,
    ];
    assert_eq!(arguments, expected);
}

/// Texts of what queries are made of, and of what could go wrong.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~\n\t]{0,60}",
        "[$%{}\"'\\\\`\n#QUERY]{0,30}\n?",
        "\\PC{0,20}",
        any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
    .prop_map(|text| format!("x{text}"))
}

#[test]
fn terraform_template_signs_are_escaped() {
    for text in ["x${$${\n", "x$${", "x$%{a}", "x%%%{\n", "x${\"$\"}$$", "x$%$"] {
        let code = export(Format::Terraform, &query(text), &Saved::default());
        assert_eq!(terraform(&code)["query_string"], text, "{code}");
    }
}

proptest! {
    #[test]
    fn json_export_has_the_query(text in texts()) {
        let code = cloudformation(&query(&text), &Saved::default());
        prop_assert_eq!(&code["Resources"]["ATestQuery"]["Properties"]["QueryString"], &text);
    }

    #[test]
    fn terraform_export_has_the_query(text in texts()) {
        let template = query(&text);
        prop_assume!(template.parameters.is_empty());
        let code = export(Format::Terraform, &template, &Saved::default());
        prop_assert_eq!(&terraform(&code)["query_string"], &text, "{}", code);
    }

    #[test]
    fn shell_export_has_the_query(text in texts()) {
        let code = export(Format::Cli, &query(&text), &Saved::default());
        let words: Vec<_> = shlex::split(&code).unwrap();
        let at = words.iter().position(|word| word == "--query-string").unwrap();
        prop_assert_eq!(&words[at + 1], &text);
    }
}
