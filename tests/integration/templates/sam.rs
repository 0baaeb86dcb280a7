//! Templates, read by AWS's SAM CLI.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use super::{examples, program, scratch, template};

/// What SAM makes of a template, and what cfn-lint says of the rest.
const CHECKS: [&[&str]; 2] = [&[], &["--lint"]];

#[test]
#[ignore = "needs the SAM CLI: run `cargo xtask test`"]
fn templates_pass_sam_validate() {
    let settings = Settings::new("sam-valid");
    for check in CHECKS {
        let start = |example: PathBuf| settings.validate(&template(&example), check);
        let started = examples().into_iter().map(start).collect::<Vec<_>>();
        for (passed, told) in started.into_iter().map(end) {
            assert!(passed && told.contains("is a valid SAM Template"), "{told}");
        }
    }
}

#[test]
#[ignore = "needs the SAM CLI: run `cargo xtask test`"]
fn sam_validate_refuses_an_invalid_template() {
    let settings = Settings::new("sam-mistaken");
    let example = examples().into_iter().find(|it| it.ends_with("payments")).unwrap();
    let right = fs::read_to_string(template(&example)).unwrap();
    let wrong = settings.0.join("template.yaml");
    let mistakes = [("Type: SQS\n", "Type: SQSS\n"), ("SqsManagedSseEnabled", "SqsManagedSse")];
    for ((correct, mistake), check) in mistakes.into_iter().zip(CHECKS) {
        fs::write(&wrong, right.replace(correct, mistake)).unwrap();
        let (passed, told) = end(settings.validate(&wrong, check));
        assert!(!passed && told.contains(mistake.trim_start_matches("Type: ").trim()), "{told}");
    }
}

/// A folder in which the CLI finds that it has asked for a newer version just now, and need not ask the network.
struct Settings(PathBuf);

impl Settings {
    fn new(name: &str) -> Self {
        let folder = scratch(name);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let settings = serde_json::json!({"lastVersionCheck": now, "telemetryEnabled": false});
        fs::write(folder.join("metadata.json"), settings.to_string()).unwrap();
        Self(folder)
    }

    fn validate(&self, template: &Path, check: &[&str]) -> Child {
        let mut command = Command::new(program("POWERTOOLS_SAM"));
        command.args(["validate", "--region", "eu-west-1", "--template-file"]).arg(template);
        command.args(check).current_dir(&self.0);
        command.env("SAM_CLI_TELEMETRY", "0").env("__SAM_CLI_APP_DIR", &self.0);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the SAM CLI starts")
    }
}

impl Drop for Settings {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn end(validating: Child) -> (bool, String) {
    let output = validating.wait_with_output().expect("it was started");
    let told = [output.stdout, output.stderr].map(|told| String::from_utf8(told).unwrap());
    (output.status.success(), told.concat())
}
