//! Templates, read by cfn-lint.

mod alarms;
mod decoded;
mod functions;
mod permissions;
mod queries;

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use super::{ROOT, examples, program, scratch, template};

fn lint(templates: &[impl AsRef<Path>]) -> (bool, String) {
    let mut command = Command::new(program("POWERTOOLS_CFN_LINT"));
    command.args(["--regions", "eu-west-1", "--include-checks", "I", "--"]);
    let output = command.args(templates.iter().map(AsRef::as_ref)).output();
    let Output { status, stdout, stderr } = output.expect("cfn-lint starts");
    (status.success(), [stdout, stderr].map(|told| String::from_utf8(told).unwrap()).concat())
}

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn templates_pass_cfn_lint() {
    let mut templates = examples().iter().map(|example| template(example)).collect::<Vec<_>>();
    let stores = ["idempotency/table.yaml", "idempotency/valkey.yaml"];
    templates.extend(stores.map(|store| Path::new(ROOT).join(store)));
    let (passed, told) = lint(&templates);
    assert!(passed && told.trim().is_empty(), "{told}");
}

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn cfn_lint_refuses_an_invalid_template() {
    let template = fs::read_to_string(Path::new(ROOT).join("idempotency/table.yaml")).unwrap();
    let folder = scratch("cfn-lint");
    let mistakes = [
        ("TimeToLiveSpecification", "TimeToLive", "E3002"),
        ("dynamodb:PutItem", "dynamodb:PutItems", "W3037"),
        ("IdempotencyTable.Arn", "Idempotency.Arn", "E1010"),
    ];
    let mistaken = mistakes.map(|(right, wrong, code)| {
        let path = folder.join(format!("{code}.yaml"));
        fs::write(&path, template.replace(right, wrong)).unwrap();
        path
    });
    let (passed, told) = lint(&mistaken);
    fs::remove_dir_all(&folder).unwrap();
    assert!(!passed);
    for (_, _, code) in mistakes {
        assert!(told.contains(code), "{code}: {told}");
    }
}
