//! What the functions may do.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use super::{ROOT, decoded::decoded};

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn roles_have_exact_actions_and_resources() {
    for template in decoded() {
        let role = template.target(&template.function()["Properties"]["Role"]);
        assert_eq!(role.get("ManagedPolicyArns"), None, "{}", template.name());
        let statements = &role["Policies"][0]["PolicyDocument"]["Statement"];
        let statements = statements.as_array().expect("a policy has statements");
        for statement in statements {
            let problem = problem(statement);
            assert_eq!(problem, None, "{statement} of {}", template.name());
        }
    }
}

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn idempotent_functions_are_allowed_exactly_the_actions_of_the_store() {
    let table = fs::read_to_string(Path::new(ROOT).join("idempotency/table.yaml")).unwrap();
    let allowed = table.lines().filter_map(|line| line.trim().strip_prefix("- "));
    let allowed = allowed.filter(|line| line.starts_with("dynamodb:")).collect::<BTreeSet<_>>();
    let with_tables =
        decoded().iter().filter(|template| !template.all("AWS::DynamoDB::Table").is_empty());
    for template in with_tables {
        let role = template.target(&template.function()["Properties"]["Role"]);
        let statements = role["Policies"][0]["PolicyDocument"]["Statement"].as_array().unwrap();
        let actions = statements.iter().flat_map(|it| it["Action"].as_array().unwrap());
        let actions = actions.filter_map(Value::as_str).filter(|it| it.starts_with("dynamodb:"));
        assert_eq!(actions.collect::<BTreeSet<_>>(), allowed, "{}", template.name());
    }
}

fn problem(statement: &Value) -> Option<&'static str> {
    let actions = statement["Action"].as_array().into_iter().flatten();
    let actions = actions.filter_map(Value::as_str).collect::<Vec<_>>();
    if actions.is_empty() || actions.iter().any(|action| action.contains('*')) {
        return Some("actions are listed one by one");
    }
    let is_xray = actions.iter().all(|action| action.starts_with("xray:"));
    let names_one = statement["Resource"]["Fn::GetAtt"].is_array();
    (!names_one && !is_xray).then_some("all but X-Ray have a resource to name")
}

#[test]
fn wildcards_are_found() {
    let arn = json!({"Fn::GetAtt": ["Table", "Arn"]});
    for (actions, resource, refused) in [
        (json!(["dynamodb:PutItem"]), arn.clone(), false),
        (json!(["xray:PutTraceSegments"]), json!("*"), false),
        (json!(["dynamodb:*"]), arn.clone(), true),
        (json!("dynamodb:PutItem"), arn, true),
        (json!(["dynamodb:PutItem"]), json!("*"), true),
    ] {
        let statement = json!({"Effect": "Allow", "Action": actions, "Resource": resource});
        assert_eq!(problem(&statement).is_some(), refused, "{statement}");
    }
}
