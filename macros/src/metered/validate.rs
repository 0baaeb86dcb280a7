//! Validates the parsed function and converts it to the model, or reports all mistakes.

use proc_macro2::Span;
use syn::{Ident, LitStr, ext::IdentExt};

use super::model::Function;
use crate::{
    diagnostic::{Diagnostic, note},
    function::{Source, is_result},
    metric_name,
    options::{Form, Options, Word},
};

const WORDS: [Word; 1] = [Word { name: "name", usage: "name = \"PlaceOrder\"", form: Form::Text }];

/// Returns the model of the function, or all mistakes in it.
pub(super) fn function(options: &Options, source: Source) -> Result<Function, Vec<Diagnostic>> {
    let source = match source {
        Source::Function(source) => *source,
        Source::Other(at) => {
            let message = "expected a function: `#[metered]` applies to functions only";
            return Err(vec![Diagnostic::new(at, message)]);
        }
    };
    let mut problems = Vec::new();
    problems.extend(source.constant("metered"));
    problems.extend(source.endless("metered"));
    problems.extend(source.returning_future("metered"));
    let body = source.body.clone().ok_or_else(|| source.bodiless("metered"));
    let body = note(&mut problems, body);
    problems.extend(options.check(&WORDS));
    let names = note(&mut problems, names(options, &source.signature.ident));
    let is_fallible = source.output().is_some_and(is_result);
    match (body, names) {
        (Some(body), Some((latency, errors))) if problems.is_empty() => {
            Ok(Function { source, body, latency, errors, is_fallible })
        }
        _ => Err(problems),
    }
}

/// Returns the names of both metrics.
fn names(options: &Options, function: &Ident) -> Result<(LitStr, LitStr), Diagnostic> {
    let given = options.text("name").map(|name| (name.value(), name.span()));
    let by_default = || (metric_name::pascal_case(&function.unraw().to_string()), function.span());
    let (name, at) = given.unwrap_or_else(by_default);
    if name.trim().is_empty() {
        let message = "the name is blank: write at least one visible character";
        return Err(Diagnostic::new(LitStr::new(&name, at), message));
    }
    Ok((metric(&name, "Latency", at)?, metric(&name, "Errors", at)?))
}

/// Returns the name of one metric, if CloudWatch accepts it.
fn metric(name: &str, suffix: &str, at: Span) -> Result<LitStr, Diagnostic> {
    let name = LitStr::new(&format!("{name}{suffix}"), at);
    match metric_name::flaw(&name.value()) {
        None => Ok(name),
        Some(flaw) => Err(Diagnostic::new(&name, format!("the name {:?} {flaw}", name.value()))),
    }
}
