use std::{collections::BTreeSet, fs, path::Path};

use proptest::prelude::*;

use super::{FillError, Template};

fn template(text: &str) -> Template {
    Template::read("test", text)
}

#[test]
fn every_file_of_the_folder_is_a_template() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let files: BTreeSet<_> = files.map(|name| name.to_string_lossy().into_owned()).collect();
    let templates = Template::all().iter().map(|template| format!("{}.query", template.name));
    assert_eq!(templates.collect::<BTreeSet<_>>(), files);
}

#[test]
fn templates_document_purpose_and_parameters() {
    for template in Template::all() {
        let said = [&template.title, &template.about, &template.needs];
        assert!(said.iter().all(|text| !text.is_empty()), "{}", template.name);
        assert!(!template.query().trim().starts_with('#'), "{}", template.name);
        for parameter in &template.parameters {
            assert!(!parameter.about.is_empty(), "{} {}", template.name, parameter.name);
            let placeholder = format!("{{{{{}}}}}", parameter.name);
            assert!(template.query().contains(&placeholder), "{} {placeholder}", template.name);
        }
    }
}

#[test]
fn templates_pass_the_linter_before_and_after_rendering() {
    for template in Template::all() {
        let missing = template.parameters.iter().filter(|it| it.default.is_none());
        let values: Vec<_> = missing.map(|it| (it.name.as_str(), "x")).collect();
        let filled = template.fill(&values).unwrap();
        for text in [&template.text, &filled] {
            assert_eq!(crate::lint(text), [], "{}", template.name);
        }
    }
}

#[test]
fn misspelled_template_name_is_suggested() {
    assert_eq!(Template::find("cost").unwrap().title, "Cost");
    for (wrong, right) in [
        ("error-by-type", "errors-by-type"),
        ("latncy", "latency"),
        ("slow", "slowest-invocations"),
    ] {
        let error = Template::find(wrong).unwrap_err();
        let told = format!("no template is named `{wrong}`; did you mean `{right}`?");
        assert_eq!(error.to_string(), told);
    }
}

#[test]
fn default_is_used_and_the_last_value_wins() {
    let template = template("# param a = 1: the first\nfilter x > {{a}} and y = \"{{b}}\"");
    let filled = template.fill(&[("b", "one"), ("b", "two")]).unwrap();
    assert!(filled.ends_with("filter x > 1 and y = \"two\""), "{filled}");
}

#[test]
fn missing_and_an_unknown_parameter_are_named() {
    let template = template("# param tenant: whose lines\nfilter t = '{{tenant}}'");
    let told = |values: &[(&str, &str)]| template.fill(values).unwrap_err().to_string();
    assert_eq!(told(&[]), "the parameter `tenant` is missing: whose lines");
    let unknown = "unknown parameter `tennant`; did you mean `tenant`?";
    assert_eq!(told(&[("tennant", "t1"), ("tenant", "t1")]), unknown);
}

#[test]
fn parameters_are_quoted_by_their_context() {
    let bare = template("stats count(*) by bin({{every}})");
    assert!(bare.fill(&[("every", "5m")]).is_ok());
    for value in ["", "5m) | limit 1", "5x", "1.5m", "x"] {
        let error = bare.fill(&[("every", value)]).unwrap_err();
        assert!(matches!(error, FillError::NotANumber { .. }), "{value}");
    }
    let name = template("fields `{{field}}`");
    assert_eq!(name.fill(&[("field", "order.id")]).unwrap(), "fields `order.id`");
    let error = name.fill(&[("field", "a` | limit 1")]).unwrap_err();
    assert!(matches!(error, FillError::NotAName { .. }));
}

#[test]
fn value_in_a_regular_expression_is_escaped() {
    let query = template("filter a / 2 > 1 and m like /^{{what}}$/");
    let filled = query.fill(&[("what", "a/b.c")]).unwrap();
    assert_eq!(filled, r"filter a / 2 > 1 and m like /^a\/b\.c$/");
    let query = template("parse @message /id {{what}} (?<x>.*)/");
    assert_eq!(query.fill(&[("what", "+")]).unwrap(), r"parse @message /id \+ (?<x>.*)/");
}

#[test]
fn comment_has_no_parameters() {
    let query = template("fields a # {{not_one}}\n| filter b = \"{{one}} # {{two}}\"");
    let names: Vec<_> = query.parameters.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["one", "two"]);
}

/// Reads a text in quotes as the language does; returns it with what follows.
fn unquoted(text: &str) -> (String, &str) {
    let mut characters = text.char_indices();
    let (_, quote) = characters.next().unwrap();
    let mut read = String::new();
    while let Some((at, next)) = characters.next() {
        match next {
            '\\' => read.extend(characters.next().map(|(_, escaped)| escaped)),
            _ if next == quote => return (read, &text[at + 1..]),
            _ => read.push(next),
        }
    }
    panic!("{text} does not end");
}

proptest! {
    #[test]
    fn parameter_values_cannot_escape_their_quotes(value: String, quote in prop::sample::select(vec!['"', '\''])) {
        let query = template(&format!("filter x = {quote}{{{{v}}}}{quote} | limit 1"));
        let filled = query.fill(&[("v", &value)]).unwrap();
        let (read, rest) = unquoted(filled.strip_prefix("filter x = ").unwrap());
        prop_assert_eq!(read, value);
        prop_assert_eq!(rest, " | limit 1");
    }

    #[test]
    fn random_templates_do_not_panic(text: String, value: String) {
        let query = template(&text);
        let values: Vec<_> = query.parameters.iter().map(|it| (it.name.as_str(), value.as_str())).collect();
        let _ = query.fill(&values);
    }
}
