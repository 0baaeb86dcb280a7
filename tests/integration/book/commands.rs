//! Every command of the book is run by a test, or it is listed why it can't be.

use std::{collections::BTreeSet, env, fs, path::Path, process::Command};

use powertools_insights::{Template, lint};

use super::page;

/// Commands, and the test that runs each of them.
const RUN: &[(&str, &str)] = &[
    ("cargo run -p quickstart", "quickstart"),
    (
        "cargo run -p quickstart | cargo run -p powertools-insights -- run errors-by-type",
        "quickstart",
    ),
    ("cargo test", "book::programs::test"),
    ("insights run errors-by-type checkout.log", "insights_commands_run"),
    (
        "insights export --format sam --folder Powertools --log-group /aws/lambda/checkout > queries.json",
        "insights_commands_run",
    ),
];

/// Commands that no test can run, and why.
const NOT_RUN: &[(&str, &str)] = &[
    ("cargo new checkout", "the program that the page puts into the crate is compiled instead"),
    ("cargo lambda watch", "`compat::cargo_lambda` runs cargo-lambda where it is installed"),
    ("cargo lambda invoke checkout --data-file events/order.json", "as `cargo lambda watch`"),
    ("cargo install --path insights", "it changes the home of the user"),
    ("sam build", "it needs a whole project and cargo-lambda"),
    ("sam deploy --guided", "it needs an account"),
    ("aws logs tail /aws/lambda/checkout --since 1h > checkout.log", "it needs an account"),
];

#[test]
fn commands_are_run_or_listed_with_a_reason() {
    let blocks = page::names().into_iter().flat_map(|name| page::blocks(&name));
    let text = blocks.filter(|block| block.is("sh")).map(|block| block.text).collect::<String>();
    let commands = text.lines().map(command).filter(|line| !line.is_empty()).collect::<Vec<_>>();
    let is_listed = |command: &&str| RUN.iter().chain(NOT_RUN).any(|(known, _)| known == command);
    let unknown = commands.iter().filter(|command| !is_listed(command)).collect::<Vec<_>>();
    assert_eq!(unknown, Vec::<&&str>::new(), "neither run nor listed");
    let unused = RUN.iter().chain(NOT_RUN).filter(|(known, _)| !commands.contains(known));
    assert_eq!(unused.collect::<Vec<_>>(), Vec::<&(&str, &str)>::new(), "in no page");
}

/// Returns a line without its comment.
fn command(line: &str) -> &str {
    line.split("  #").next().unwrap_or_default().trim()
}

#[test]
fn insights_commands_run() {
    let folder = env::temp_dir().join(format!("powertools-book-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let line = r#"{"level":"ERROR","message":"handler failed","exception_name":"OutOfStock"}"#;
    fs::write(folder.join("checkout.log"), line).unwrap();
    let commands = RUN.iter().filter_map(|(command, _)| command.strip_prefix("insights "));
    let printed = commands.map(|command| insights(command, &folder)).collect::<Vec<_>>();
    fs::remove_dir_all(&folder).unwrap();
    assert!(printed[0].contains("OutOfStock"), "{}", printed[0]);
    assert!(printed[1].contains("Powertools/"), "{}", printed[1]);
}

/// Runs the command in a folder, and returns what it prints.
fn insights(command: &str, folder: &Path) -> String {
    let arguments = command.split(" > ").next().unwrap_or_default().split(' ');
    let manifest = page::root().join("Cargo.toml").canonicalize().unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "powertools-insights", "--manifest-path"])
        .arg(manifest)
        .arg("--")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn queries_are_accepted_by_the_linter() {
    for name in page::names() {
        for block in page::blocks(&name).iter().filter(|block| block.is("query")) {
            assert!(lint(&block.text).is_empty(), "{name}: {:?}", lint(&block.text));
        }
    }
}

#[test]
fn yaml_is_a_part_of_a_template_of_the_examples() {
    let folders = fs::read_dir(page::root().join("examples")).unwrap();
    let templates = folders.map(|folder| folder.unwrap().path().join("template.yaml"));
    let templates = templates.filter_map(|path| fs::read_to_string(path).ok()).collect::<Vec<_>>();
    for name in page::names() {
        for block in page::blocks(&name).iter().filter(|block| block.is("yaml")) {
            let is_part = templates.iter().any(|template| template.contains(&block.text));
            assert!(is_part, "{name}: in no template:\n{}", block.text);
        }
    }
}

#[test]
fn named_queries_exist() {
    let pages = page::names().into_iter().map(|name| page::text(&name)).collect::<String>();
    let name = regex::Regex::new(r"insights (?:run|show) ([a-z]+(?:-[a-z]+)*)").unwrap();
    let named = name.captures_iter(&pages).map(|captures| captures[1].to_owned());
    for name in named.collect::<BTreeSet<_>>() {
        assert!(Template::find(&name).is_ok(), "there is no query `{name}`");
    }
}
