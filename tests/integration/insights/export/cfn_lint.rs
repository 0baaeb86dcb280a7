//! Exports, read by cfn-lint.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use powertools_insights::{
    Template,
    export::{Format, Saved, export},
};

/// Returns what cfn-lint says of a template that it is given on its input.
fn told(template: &str) -> String {
    let program = std::env::var_os("POWERTOOLS_CFN_LINT");
    let program = program.expect("POWERTOOLS_CFN_LINT names it: run `cargo xtask test`");
    let mut command = Command::new(program);
    command.args(["--regions", "eu-west-1", "--include-checks", "I"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut linter = command.spawn().expect("cfn-lint starts");
    linter.stdin.take().unwrap().write_all(template.as_bytes()).unwrap();
    let output = linter.wait_with_output().unwrap();
    [output.stdout, output.stderr].map(|told| String::from_utf8(told).unwrap()).concat()
}

fn saved() -> Saved {
    let log_groups = vec!["/aws/lambda/shop".to_owned(), "/aws/lambda/payments".to_owned()];
    Saved { folder: Some("Powertools".to_owned()), log_groups, values: Vec::new() }
}

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn exports_pass_cfn_lint() {
    let templates: Vec<_> = Template::all().iter().collect();
    for format in [Format::CloudFormation, Format::Sam] {
        for saved in [saved(), Saved::default()] {
            let told = told(&export(format, &templates, &saved).unwrap());
            assert_eq!(told.trim(), "", "{format:?}");
        }
    }
}

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn cfn_lint_refuses_an_invalid_export() {
    let templates: Vec<_> = Template::all().iter().collect();
    let code = export(Format::CloudFormation, &templates, &saved()).unwrap();
    for (right, wrong) in [("DefaultValue", "Default"), ("LogGroupNames", "LogGroups")] {
        let told = told(&code.replace(right, wrong));
        assert!(told.contains("E3002"), "{wrong}: {told}");
    }
}
