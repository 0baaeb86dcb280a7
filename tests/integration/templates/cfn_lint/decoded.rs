//! Templates as values.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use serde_json::Value;

use super::{examples, program, template};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/compat/templates.py");

/// An example and what its template says.
pub(super) struct Decoded {
    pub(super) folder: PathBuf,
    body: Value,
}

/// Returns the templates of all examples, decoded once.
pub(super) fn decoded() -> &'static [Decoded] {
    static DECODED: LazyLock<Vec<Decoded>> = LazyLock::new(decode);
    &DECODED
}

fn decode() -> Vec<Decoded> {
    let folders = examples();
    let python = program("POWERTOOLS_CFN_LINT").with_file_name("python");
    let templates = folders.iter().map(|folder| template(folder));
    let output = Command::new(python).arg(SCRIPT).args(templates).output();
    let output = output.expect("Python starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let mut bodies: BTreeMap<PathBuf, Value> = serde_json::from_slice(&output.stdout).unwrap();
    let decode = |folder: PathBuf| {
        let body = bodies.remove(&template(&folder)).expect("each is printed");
        Decoded { folder, body }
    };
    folders.into_iter().map(decode).collect()
}

impl Decoded {
    pub(super) fn name(&self) -> &str {
        self.folder.file_name().unwrap().to_str().unwrap()
    }

    /// Returns the properties of the resources of one type.
    pub(super) fn all(&self, kind: &str) -> Vec<&Value> {
        let resources = self.body["Resources"].as_object().expect("a template has resources");
        let of_kind = resources.values().filter(|resource| resource["Type"] == kind);
        of_kind.map(|resource| &resource["Properties"]).collect()
    }

    /// Returns the one function with all that is said of it.
    pub(super) fn function(&self) -> &Value {
        let function = &self.body["Resources"]["Function"];
        assert_eq!(function["Type"], "AWS::Serverless::Function", "of {}", self.name());
        function
    }

    /// Returns the properties of what `{"Ref": …}` or `{"Fn::GetAtt": […, …]}` refers to.
    pub(super) fn target(&self, reference: &Value) -> &Value {
        let name = reference["Ref"].as_str().or_else(|| reference["Fn::GetAtt"][0].as_str());
        let name = name.unwrap_or_else(|| panic!("{reference} refers to nothing"));
        &self.body["Resources"][name]["Properties"]
    }

    /// Tells whether the example's sources contain a text.
    pub(super) fn says(&self, text: &str) -> bool {
        says(&self.folder.join("src"), text)
    }
}

fn says(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            says(&path, text)
        } else {
            fs::read_to_string(path).unwrap().contains(text)
        }
    })
}
