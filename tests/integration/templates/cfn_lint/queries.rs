//! Saved queries, which are those of `insights/queries`.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use super::{
    ROOT,
    decoded::{Decoded, decoded},
};

#[test]
#[ignore = "needs cfn-lint: run `cargo xtask test`"]
fn saved_queries_equal_the_templates() {
    let known = known();
    for template in decoded() {
        let saved = template.all("AWS::Logs::QueryDefinition");
        assert!((2..=3).contains(&saved.len()), "{}", template.name());
        for query in saved {
            let title = title(query);
            let known = known.get(title).unwrap_or_else(|| panic!("no query {title:?}"));
            let text = query["QueryString"].as_str().unwrap();
            assert_eq!((text, parameters(query)), (&*known.text, known.parameters.clone()));
            assert!(is_of_own_logs(template, query), "{title} of {}", template.name());
        }
    }
}

/// A query of `insights/queries`, without its comments.
struct Known {
    text: String,
    parameters: Vec<String>,
}

/// All queries by their titles.
fn known() -> BTreeMap<String, Known> {
    let files = fs::read_dir(Path::new(ROOT).join("insights/queries")).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let queries = files.filter(|path| path.extension().is_some_and(|it| it == "query"));
    queries.map(|path| parse(&fs::read_to_string(path).unwrap())).collect()
}

fn parse(query: &str) -> (String, Known) {
    let said = |what: &'static str| query.lines().filter_map(move |line| line.strip_prefix(what));
    let title = said("# title: ").next().expect("a query has a title").to_owned();
    let parameters = said("# param ").filter_map(|line| line.split(':').next());
    let parameters = parameters.map(|name| name.trim().to_owned()).collect();
    let text = query.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    (title, Known { text: text.collect::<Vec<_>>().join("\n"), parameters })
}

fn title(query: &Value) -> &str {
    let name = query["Name"]["Fn::Sub"].as_str().expect("a name begins with the stack's");
    name.strip_prefix("${AWS::StackName}/").expect("a name begins with the stack's")
}

fn parameters(query: &Value) -> Vec<String> {
    let parameters = query["Parameters"].as_array().into_iter().flatten();
    parameters.map(|it| it["Name"].as_str().unwrap().to_owned()).collect()
}

fn is_of_own_logs(template: &Decoded, query: &Value) -> bool {
    let function = &template.function()["Properties"];
    query["LogGroupNames"][0] == function["LoggingConfig"]["LogGroup"]
}
