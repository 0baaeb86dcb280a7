//! Validates the parsed function and converts it to the model, or reports all mistakes.

use quote::ToTokens;
use syn::{Ident, LitStr, Type, ext::IdentExt};

use super::{
    model::{Function, Keep},
    parse::Entry,
    settings::WORDS,
    skip,
};
use crate::{
    diagnostic::{Diagnostic, note},
    function::{FunctionSource, Source, is_result, opaque, parts_of_result},
    options::Options,
};

/// Returns the model of the function, or all mistakes in it.
pub(super) fn function(options: &Options, source: Source) -> Result<Function, Vec<Diagnostic>> {
    let source = match source {
        Source::Function(source) => *source,
        Source::Other(at) => {
            let message = "expected a function: `#[traced]` applies to functions only";
            return Err(vec![Diagnostic::new(at, message)]);
        }
    };
    let mut problems = Vec::new();
    problems.extend(source.constant("traced"));
    problems.extend(source.endless("traced"));
    problems.extend(source.returning_future("traced"));
    let has_result = problems.is_empty();
    let body = source.body.clone().ok_or_else(|| source.bodiless("traced"));
    let body = note(&mut problems, body);
    let wrong = options.check(&WORDS);
    if !wrong.is_empty() {
        problems.extend(wrong);
        return Err(problems);
    }
    let name = note(&mut problems, name(options, &source.signature.ident));
    let fields = note(&mut problems, entries(options, "fields"));
    let annotations = note(&mut problems, entries(options, "annotations"));
    let keep = if has_result { keep(options, &source) } else { Ok(Keep::Nothing) };
    let keep = note(&mut problems, keep);
    let entries = [&fields, &annotations].into_iter().flatten().flatten();
    problems.extend(twice(&fields).into_iter().chain(twice(&annotations)));
    problems.extend(annotations.iter().flatten().filter_map(sigil_of_annotation));
    problems.extend(skip::problems(options, &source, &entries.collect::<Vec<_>>()));
    match (body, name, fields, annotations, keep) {
        (Some(body), Some(name), Some(fields), Some(annotations), Some(keep))
            if problems.is_empty() =>
        {
            let fields = fields.iter().map(ToTokens::to_token_stream).collect();
            Ok(Function { source, body, name, fields, annotations, keep })
        }
        _ => Err(problems),
    }
}

fn name(options: &Options, function: &Ident) -> Result<LitStr, Diagnostic> {
    let Some(name) = options.text("name") else {
        return Ok(LitStr::new(&function.unraw().to_string(), function.span()));
    };
    if name.value().trim().is_empty() {
        let message = "the name of the span is blank: write one, or remove `name`";
        return Err(Diagnostic::new(name, message));
    }
    Ok(name.clone())
}

fn entries(options: &Options, word: &str) -> Result<Vec<Entry>, Diagnostic> {
    options.list(word, Entry::list).unwrap_or_else(|| Ok(Vec::new()))
}

/// Finds duplicate names.
fn twice(entries: &Option<Vec<Entry>>) -> Vec<Diagnostic> {
    let entries = entries.as_deref().unwrap_or_default();
    let again = entries.iter().enumerate().filter_map(|(at, entry)| {
        let key = entry.key();
        entries[..at].iter().find(|earlier| earlier.key() == key)?;
        Some(Diagnostic::new(&entry.name, format!("duplicate `{key}`: remove one of them")))
    });
    again.collect()
}

fn sigil_of_annotation(entry: &Entry) -> Option<Diagnostic> {
    let sigil = entry.sigil.as_ref()?;
    let message = "an annotation must be a string, a number or a bool: remove this, or write \
                   `= x.to_string()`";
    Some(Diagnostic::new(sigil, message))
}

/// Returns the parts of the result to capture.
fn keep(options: &Options, source: &FunctionSource) -> Result<Keep, Diagnostic> {
    let is_on = |word| options.switch(word).is_none_or(|(_, on)| on);
    let (response, error) = (is_on("capture_response"), is_on("capture_error"));
    let Some(output) = source.output() else {
        return without_result(options).map(|()| Keep::Nothing);
    };
    if is_result(output) {
        let (success, _) = parts_of_result(output);
        return if response { kept(success) } else { Ok(()) }
            .map(|()| Keep::Result { response, error });
    }
    if let Some((word, _)) = options.switch("capture_error") {
        let message = "only functions that return a `Result` have errors: remove this";
        return Err(Diagnostic::new(word, message));
    }
    if response { kept(output).map(|()| Keep::Value) } else { Ok(Keep::Nothing) }
}

fn without_result(options: &Options) -> Result<(), Diagnostic> {
    let words = ["capture_response", "capture_error"];
    match words.iter().find_map(|word| options.switch(word)) {
        None => Ok(()),
        Some((word, _)) => {
            let message = "the function returns nothing to capture: remove this";
            Err(Diagnostic::new(word, message))
        }
    }
}

/// Rejects an `impl Trait` that is not known to implement `Serialize`.
fn kept(success: &Type) -> Result<(), Diagnostic> {
    let says_so = |ty: &Type| ty.to_token_stream().to_string().contains("Serialize");
    match opaque(success.to_token_stream()) {
        Some(at) if !says_so(success) => {
            let message = "this type may not implement `Serialize`: write \
                           `capture_response = false`, or add `Serialize` to its bounds";
            Err(Diagnostic::new(at, message))
        }
        _ => Ok(()),
    }
}
