use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::function::Function;

/// A function in another language.
pub(crate) struct ReferenceFunction {
    pub(crate) name: &'static str,
    pub(crate) program: PathBuf,
    /// What starts AWS's runtime client, as seen from the folder.
    pub(crate) client: &'static [&'static str],
    /// What is deployed.
    pub(crate) folder: PathBuf,
    pub(crate) environment: String,
}

impl ReferenceFunction {
    /// Returns the bytes that are deployed, without Lambda's runtime and what Python has compiled.
    pub(crate) fn bytes(&self) -> io::Result<u64> {
        bytes_in(&self.folder)
    }
}

impl Function for ReferenceFunction {
    fn name(&self) -> &str {
        self.name
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(self.client).arg("function.handler").current_dir(&self.folder);
        // What interpreters read from the environment of a machine is not what Lambda sets.
        command.env_clear();
        command.env("AWS_EXECUTION_ENV", &self.environment);
        command.env("LAMBDA_TASK_ROOT", &self.folder).env("_HANDLER", "function.handler");
        command
    }
}

fn bytes_in(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += match metadata.is_dir() {
            true if entry.file_name() == "__pycache__" => 0,
            true => bytes_in(&entry.path())?,
            false => metadata.len(),
        };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiled_python_files_are_not_deployed() {
        let folder = std::env::temp_dir().join(format!("bench-reference-{}", std::process::id()));
        fs::create_dir_all(folder.join("package/__pycache__")).unwrap();
        fs::write(folder.join("function.py"), "12").unwrap();
        fs::write(folder.join("package/module.py"), "345").unwrap();
        fs::write(folder.join("package/__pycache__/module.pyc"), "6789").unwrap();
        let bytes = bytes_in(&folder);
        fs::remove_dir_all(folder).unwrap();
        assert_eq!(bytes.unwrap(), 5);
    }
}
