//! Templates, read by AWS's SAM CLI.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use super::{examples, program, scratch, template};

#[test]
#[ignore = "needs the SAM CLI: run `cargo xtask test`"]
fn sam_finds_nothing_to_say_against_the_templates() {
    let settings = Settings::new("sam-valid");
    let started = examples().into_iter().map(|example| settings.validate(&template(&example)));
    for validating in started.collect::<Vec<_>>() {
        let (passed, told) = end(validating);
        assert!(passed && told.contains("is a valid SAM Template"), "{told}");
    }
}

#[test]
#[ignore = "needs the SAM CLI: run `cargo xtask test`"]
fn sam_refuses_a_template_with_a_mistake() {
    let settings = Settings::new("sam-mistaken");
    let example = examples().into_iter().find(|it| it.ends_with("payments")).unwrap();
    let right = fs::read_to_string(template(&example)).unwrap();
    let wrong = settings.0.join("template.yaml");
    fs::write(&wrong, right.replace("BatchSize: 10", "BatchSize: ten")).unwrap();
    let (passed, told) = end(settings.validate(&wrong));
    assert!(!passed && told.contains("BatchSize") && told.contains("integer"), "{told}");
}

/// A folder in which the CLI finds that it has asked for a newer version just now, and need not ask the network.
struct Settings(std::path::PathBuf);

impl Settings {
    fn new(name: &str) -> Self {
        let folder = scratch(name);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let settings = serde_json::json!({"lastVersionCheck": now, "telemetryEnabled": false});
        fs::write(folder.join("metadata.json"), settings.to_string()).unwrap();
        Self(folder)
    }

    fn validate(&self, template: &Path) -> Child {
        let mut command = Command::new(program("POWERTOOLS_SAM"));
        command.args(["validate", "--lint", "--region", "eu-west-1", "--template-file"]);
        command.arg(template).current_dir(&self.0);
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
