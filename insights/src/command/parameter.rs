use std::str::FromStr;

/// A parameter's value, as `name=value`.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) value: String,
}

impl FromStr for Parameter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
        Ok(Self { name: name.trim().to_owned(), value: value.to_owned() })
    }
}

/// Returns parameters as pairs.
pub(super) fn pairs(parameters: &[Parameter]) -> Vec<(&str, &str)> {
    parameters.iter().map(|it| (it.name.as_str(), it.value.as_str())).collect()
}
