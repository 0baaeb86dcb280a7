//! Validates the parsed function and converts it to the model, or reports all mistakes.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Ident, ReturnType, Signature, Type};

use super::{
    model::{Function, Key},
    settings::WORDS,
};
use crate::{
    diagnostic::{Diagnostic, note},
    function::{FunctionSource, Source, opaque},
    options::Options,
};

/// Returns the model of the function, or all mistakes in it.
pub(super) fn function(options: Options, source: Source) -> Result<Function, Vec<Diagnostic>> {
    let source = match source {
        Source::Function(source) => *source,
        Source::Other(at) => {
            let message = "expected a function: `#[idempotent]` applies to functions only";
            return Err(vec![Diagnostic::new(at, message)]);
        }
    };
    let constant = source.constant("idempotent");
    let future = source.returning_future("idempotent");
    let mut problems = constant.into_iter().collect::<Vec<_>>();
    let output = match future {
        None => note(&mut problems, output(&source.signature)),
        // Other mistakes in the return type would only be consequences of this one.
        Some(future) => note(&mut problems, Err(future)),
    };
    let settled = settings(options, &source.signature.ident);
    let settled = settled.map_err(|reported| problems.extend(reported)).ok();
    let body = source.body.clone().ok_or_else(|| source.bodiless("idempotent"));
    let body = note(&mut problems, body);
    let FunctionSource { attributes, visibility, signature, .. } = source;
    match (settled, output, body) {
        (Some((store, key)), Some(output), Some(body)) if problems.is_empty() => {
            Ok(Function { attributes, visibility, signature, output, body, store, key })
        }
        _ => Err(problems),
    }
}

/// Returns the values of the options; missing options are reported only if all given ones are valid.
fn settings(options: Options, name: &Ident) -> Result<(TokenStream, Key), Vec<Diagnostic>> {
    let mut problems = options.check(&WORDS);
    if !problems.is_empty() {
        return Err(problems);
    }
    let store = note(&mut problems, store(&options, name));
    let key = note(&mut problems, key(&options, name));
    store.zip(key).ok_or(problems)
}

fn store(options: &Options, name: &Ident) -> Result<TokenStream, Diagnostic> {
    value(options, "store").ok_or_else(|| {
        let message = format!(
            "missing `store` for `{name}`: write `store = …` with an expression of its `Idempotency`, such as \
             `ORDERS` or `self.orders`"
        );
        Diagnostic::new(name, message)
    })
}

fn key(options: &Options, name: &Ident) -> Result<Key, Diagnostic> {
    match (value(options, "key"), value(options, "payload")) {
        (Some(key), None) => Ok(Key::Given(key)),
        (Some(key), Some(payload)) => Ok(Key::GivenBeside { key, payload }),
        (None, Some(payload)) => Ok(Key::Found(payload)),
        (None, None) => {
            let message = format!(
                "missing `key` or `payload` for `{name}`: write `key = …` with an expression over its arguments, \
                 such as `order.id`, or `payload = …` with the value that its `key_from` reads"
            );
            Err(Diagnostic::new(name, message))
        }
    }
}

fn output(signature: &Signature) -> Result<Type, Diagnostic> {
    let ReturnType::Type(_, output) = &signature.output else {
        let message = "an idempotent function must return a `Result`, so that it can report store errors: \
                       write `-> Result<(), E>`";
        return Err(Diagnostic::new(&signature.ident, message));
    };
    match opaque(output.to_token_stream()) {
        Some(at) => {
            let message = "a recorded result is deserialized, which requires a named type: write the type \
                           in place of `impl …`";
            Err(Diagnostic::new(at, message))
        }
        None => Ok(*output.clone()),
    }
}

/// Returns the expression of an option.
fn value(options: &Options, word: &str) -> Option<TokenStream> {
    options.value(word).map(ToTokens::to_token_stream)
}
