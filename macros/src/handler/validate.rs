//! Validates the parsed function and converts it to the model, or reports all mistakes.

use proc_macro2::TokenStream;
use syn::{Expr, parse::Parse};

use super::{
    check, duration, event, event_path,
    model::{Action, Call, Handler},
    settings::WORDS,
};
use crate::{
    closure::contents,
    diagnostic::{Diagnostic, note},
    function::{FunctionSource, Source},
    idempotent,
    options::Options,
};

/// Returns the model of the handler, or all mistakes in it.
pub(super) fn handler(
    options: Options,
    source: Source,
    powertools: &TokenStream,
) -> Result<Handler, Vec<Diagnostic>> {
    let source = match source {
        Source::Function(source) => *source,
        Source::Other(at) => {
            let message = "expected an `async fn`: `#[handler]` applies to async functions only";
            return Err(vec![Diagnostic::new(at, message)]);
        }
    };
    let mut problems = without_await(&source).into_iter().collect::<Vec<_>>();
    let mut signature = source.signature.clone();
    let read = note(&mut problems, event::read_here(&mut signature, powertools)).flatten();
    if source.body.is_none() {
        problems.push(source.bodiless("handler"));
    }
    let wrong = options.check(&WORDS);
    let calls = if wrong.is_empty() { calls(&options) } else { Err(wrong) };
    let calls = calls.map_err(|reported| problems.extend(reported)).unwrap_or_default();
    // `idempotent(…)` validates the function as well, and would report the same mistakes again.
    let is_right = source.signature.asyncness.is_some() && source.body.is_some();
    let body = if is_right { body(&options, &source, powertools) } else { Err(Vec::new()) };
    let body = body.map_err(|reported| problems.extend(reported)).unwrap_or_default();
    if !problems.is_empty() {
        return Err(problems);
    }
    let checks = check::statements(&source.signature, read.is_some(), powertools);
    let FunctionSource { attributes, visibility, .. } = source;
    Ok(Handler { attributes, visibility, signature, body, checks, calls, read })
}

fn without_await(source: &FunctionSource) -> Option<Diagnostic> {
    if source.signature.asyncness.is_some() {
        return None;
    }
    let name = &source.signature.ident;
    let message = format!("a handler must be async: write `async fn {name}`");
    Some(Diagnostic::new(source.signature.fn_token, message))
}

/// Returns the calls that the options request, in the order in which they run.
fn calls(options: &Options) -> Result<Vec<Call>, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let calls = [
        note(&mut problems, deadline_margin(options)).flatten(),
        note(&mut problems, correlation_id(options)).flatten(),
        // The line of the event comes after the correlation id, so that it includes the id.
        log_event(options).unwrap_or_else(|reported| {
            problems.extend(reported);
            None
        }),
        options.on("cold_start_metric").map(|word| call(word, Action::CountColdStart)),
        options
            .switch("capture_response")
            .map(|(word, on)| call(word, Action::CaptureResponse(on))),
        options.switch("capture_error").map(|(word, on)| call(word, Action::CaptureError(on))),
        error_types(options).unwrap_or_else(|reported| {
            problems.extend(reported);
            None
        }),
    ];
    if problems.is_empty() { Ok(calls.into_iter().flatten().collect()) } else { Err(problems) }
}

fn call(word: &syn::Ident, action: Action) -> Call {
    Call { at: word.span(), action }
}

fn deadline_margin(options: &Options) -> Result<Option<Call>, Diagnostic> {
    let Some((setting, text)) =
        options.setting("timeout_margin").zip(options.text("timeout_margin"))
    else {
        return Ok(None);
    };
    let margin =
        duration::parse(&text.value()).map_err(|reported| Diagnostic::new(text, reported))?;
    Ok(Some(call(&setting.word, Action::DeadlineMargin(margin))))
}

fn error_types(options: &Options) -> Result<Option<Call>, Vec<Diagnostic>> {
    let Some((setting, value)) = options.setting("error_types").zip(options.value("error_types"))
    else {
        return Ok(None);
    };
    let types = match value {
        Expr::Array(types) => types.elems.iter().collect(),
        one => vec![one],
    };
    let mut problems = Vec::new();
    let types = types.into_iter().filter_map(|named| match named {
        Expr::Path(named) if named.attrs.is_empty() && named.qself.is_none() => {
            Some(named.path.clone())
        }
        other => {
            let message = "expected a list of type names: `error_types = [OrderError]`";
            problems.push(Diagnostic::new(other, message));
            None
        }
    });
    let types = types.collect();
    if problems.is_empty() {
        Ok(Some(call(&setting.word, Action::NameErrors(types))))
    } else {
        Err(problems)
    }
}

fn correlation_id(options: &Options) -> Result<Option<Call>, Diagnostic> {
    let Some((setting, value)) =
        options.setting("correlation_id").zip(options.value("correlation_id"))
    else {
        return Ok(None);
    };
    let place = event_path::of_correlation_id(value)?;
    Ok(Some(call(&setting.word, Action::CorrelationId(place))))
}

fn log_event(options: &Options) -> Result<Option<Call>, Vec<Diagnostic>> {
    let redacted = options.value("redact").map_or_else(|| Ok(Vec::new()), event_path::redacted)?;
    match (options.setting("log_event"), options.setting("redact")) {
        (None, Some(redact)) => {
            let message = "`redact` requires `log_event`: add `log_event`";
            Err(vec![Diagnostic::new(&redact.word, message)])
        }
        _ => Ok(options.on("log_event").map(|word| call(word, Action::LogEvent { redacted }))),
    }
}

/// Returns the body, or the code that runs it once for each key.
fn body(
    options: &Options,
    source: &FunctionSource,
    powertools: &TokenStream,
) -> Result<TokenStream, Vec<Diagnostic>> {
    let list = options.list("idempotent", Options::parse);
    let Some((setting, list)) = options.setting("idempotent").zip(list) else {
        return Ok(source.body.as_ref().map(contents).unwrap_or_default());
    };
    let list = list.map_err(|problem| vec![problem])?;
    let idempotency = super::expand::path(powertools, "idempotency", setting.word.span());
    let source = FunctionSource {
        attributes: Vec::new(),
        visibility: source.visibility.clone(),
        signature: source.signature.clone(),
        body: source.body.clone(),
    };
    idempotent::statements(list, source, &idempotency)
}
