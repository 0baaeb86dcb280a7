//! Templates, read by cfn-lint.

use std::{
    fs,
    io::Write,
    process::{Command, Output, Stdio},
};

use super::TEMPLATE;

const PAYMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/template.yaml");

/// Lints a template that it is given on its input.
fn lint(template: &str) -> Output {
    let program = std::env::var_os("POWERTOOLS_CFN_LINT");
    let program = program.expect("POWERTOOLS_CFN_LINT names it: run `cargo xtask test`");
    let mut command = Command::new(program);
    command.args(["--regions", "eu-west-1", "--include-checks", "I"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut linter = command.spawn().expect("cfn-lint starts");
    linter.stdin.take().unwrap().write_all(template.as_bytes()).unwrap();
    linter.wait_with_output().unwrap()
}

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn the_templates_are_free_of_errors_warnings_and_remarks() {
    for template in [TEMPLATE, PAYMENTS] {
        let Output { status, stdout, stderr } = lint(&fs::read_to_string(template).unwrap());
        let told = [stdout, stderr].map(|told| String::from_utf8(told).unwrap()).concat();
        assert!(status.success() && told.trim().is_empty(), "{template}: {told}");
    }
}

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn a_template_with_a_mistake_is_refused() {
    let template = fs::read_to_string(TEMPLATE).unwrap();
    for (right, wrong, code) in [
        ("TimeToLiveSpecification", "TimeToLive", "E3002"),
        ("dynamodb:PutItem", "dynamodb:PutItems", "W3037"),
        ("IdempotencyTable.Arn", "Idempotency.Arn", "E1010"),
    ] {
        let mistaken = template.replace(right, wrong);
        let Output { status, stdout, .. } = lint(&mistaken);
        let told = String::from_utf8(stdout).unwrap();
        assert!(!status.success() && told.contains(code), "{wrong}: {told}");
    }
}
