use serde_json::{Map, Value, json};

use super::Query;

/// Writes a template; JSON leaves nothing of a query's text to be quoted wrongly.
pub(super) fn template(queries: &[Query<'_>], transform: Option<&str>) -> String {
    let mut template = Map::new();
    template.insert("AWSTemplateFormatVersion".into(), "2010-09-09".into());
    if let Some(transform) = transform {
        template.insert("Transform".into(), transform.into());
    }
    template.insert("Description".into(), "Saved queries of CloudWatch Logs Insights.".into());
    let resources = queries.iter().map(|query| (logical_id(query), resource(query)));
    template.insert("Resources".into(), resources.collect::<Map<_, _>>().into());
    format!("{:#}\n", Value::Object(template))
}

fn resource(query: &Query<'_>) -> Value {
    let mut properties = Map::new();
    properties.insert("Name".into(), query.name.as_str().into());
    properties.insert("QueryString".into(), query.text().into());
    if !query.log_groups.is_empty() {
        properties.insert("LogGroupNames".into(), json!(query.log_groups));
    }
    let parameters = parameters(query, ["Name", "DefaultValue", "Description"]);
    if !parameters.is_empty() {
        properties.insert("Parameters".into(), parameters.into());
    }
    json!({"Type": "AWS::Logs::QueryDefinition", "Properties": properties})
}

/// Describes a query's parameters under these names for name, default and meaning.
pub(super) fn parameters(query: &Query<'_>, [name, default, about]: [&str; 3]) -> Vec<Value> {
    let parameters = query.template.parameters.iter().zip(&query.values);
    let parameters = parameters.map(|(parameter, (_, value))| {
        let mut described = Map::from_iter([(name.to_owned(), parameter.name.as_str().into())]);
        if let Some(value) = value {
            described.insert(default.to_owned(), (*value).into());
        }
        if !parameter.about.is_empty() {
            described.insert(about.to_owned(), parameter.about.as_str().into());
        }
        described.into()
    });
    parameters.collect()
}

fn logical_id(query: &Query<'_>) -> String {
    let words = query.words().map(|word| {
        let (first, rest) = word.split_at(1);
        format!("{}{rest}", first.to_ascii_uppercase())
    });
    format!("{}Query", words.collect::<String>())
}
