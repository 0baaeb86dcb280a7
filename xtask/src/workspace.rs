//! What `cargo metadata` says of this workspace.

use std::path::PathBuf;

use serde_json::Value;

use crate::program;

/// The workspace's folders and packages.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// A member of the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) features: Vec<String>,
    pub(crate) published: bool,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn load() -> Result<Self, String> {
        let arguments = ["metadata", "--no-deps", "--format-version=1"];
        let printed = program::output(program::cargo().args(arguments))?;
        let metadata = serde_json::from_slice(&printed);
        let metadata =
            metadata.map_err(|error| format!("`cargo metadata` did not print JSON: {error}"))?;
        Self::parse(&metadata).ok_or_else(|| "`cargo metadata` lacks a member".to_owned())
    }

    fn parse(metadata: &Value) -> Option<Self> {
        let packages = metadata["packages"].as_array()?;
        Some(Self {
            root: metadata["workspace_root"].as_str()?.into(),
            target: metadata["target_directory"].as_str()?.into(),
            packages: packages.iter().map(Package::parse).collect::<Option<_>>()?,
        })
    }
}

impl Package {
    fn parse(package: &Value) -> Option<Self> {
        Some(Self {
            name: package["name"].as_str()?.to_owned(),
            features: package["features"].as_object()?.keys().cloned().collect(),
            // `publish = false` is an empty list of registries, and no key at all is null.
            published: package["publish"].is_null(),
        })
    }
}
