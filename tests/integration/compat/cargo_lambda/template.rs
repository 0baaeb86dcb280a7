//! New functions, made by `cargo lambda new` from our template.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::target;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
#[ignore = "needs cargo-lambda: run `cargo xtask test`"]
fn new_function_compiles_and_passes_its_tests() {
    let function = Function::new("shop-orders", &[]);
    let manifest = function.read("Cargo.toml");
    assert!(manifest.contains("name = \"shop-orders\""), "{manifest}");
    assert!(function.read("src/main.rs").contains(".service(\"shop-orders\")"));
    assert!(!function.folder().join("CargoLambda.toml").exists(), "it is about the template");
    let (passed, told) = function.cargo(&["test", "--quiet"]);
    assert!(passed && told.contains("3 passed"), "{told}");
    let (passed, told) = function.cargo(&["fmt", "--check"]);
    assert!(passed, "{told}");
}

#[test]
#[ignore = "needs cargo-lambda: run `cargo xtask test`"]
fn answers_to_the_prompts_are_in_the_new_function() {
    let answers = ["namespace=Bank", "description=Moves money.", "powertools=git = \"https://x\""];
    let function = Function::new("money", &answers);
    assert!(function.read("Cargo.toml").contains("powertools = { git = \"https://x\" }"));
    assert!(function.read("src/main.rs").contains("Namespace::new(\"Bank\")"));
    assert!(function.read("README.md").contains("Moves money."));
    let placeholders = function.files().into_iter().filter(|path| {
        let text = fs::read_to_string(path).unwrap();
        text.contains("{{") || text.contains("{%")
    });
    assert_eq!(placeholders.collect::<Vec<_>>(), Vec::<PathBuf>::new(), "nothing is left open");
}

/// A function in a folder that goes with it.
struct Function(PathBuf, &'static str);

impl Function {
    fn new(name: &'static str, answers: &[&str]) -> Self {
        let folder = env::temp_dir().join(format!("template-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let function = Self(folder, name);
        let program = env::var_os("POWERTOOLS_CARGO_LAMBDA");
        let program = program.expect("POWERTOOLS_CARGO_LAMBDA names it: run `cargo xtask test`");
        let mut new = Command::new(program);
        new.args(["lambda", "new", name, "--no-interactive", "--template"]);
        new.arg(Path::new(ROOT).join("template")).current_dir(&function.0);
        let path = format!("powertools=path = {:?}", Path::new(ROOT).join("powertools"));
        for answer in [&*path].into_iter().chain(answers.iter().copied()) {
            new.args(["--render-var", answer]);
        }
        let output = new.output().expect("cargo-lambda starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        function
    }

    fn folder(&self) -> PathBuf {
        self.0.join(self.1)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder().join(file)).unwrap()
    }

    fn files(&self) -> Vec<PathBuf> {
        let folder = self.folder();
        ["Cargo.toml", "README.md", "src/main.rs", "src/handler.rs", "src/orders.rs"]
            .map(|file| folder.join(file))
            .to_vec()
    }

    /// Runs cargo there, with the versions and the profile of the workspace, so that little is built again.
    fn cargo(&self, arguments: &[&str]) -> (bool, String) {
        fs::copy(Path::new(ROOT).join("Cargo.lock"), self.folder().join("Cargo.lock")).unwrap();
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(arguments).env("CARGO_NET_OFFLINE", "true").current_dir(self.folder());
        cargo.env("CARGO_TARGET_DIR", target()).env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
        let output = cargo.output().expect("cargo starts");
        let told = [output.stdout, output.stderr].map(|told| String::from_utf8(told).unwrap());
        (output.status.success(), told.concat())
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
