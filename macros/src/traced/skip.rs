//! Checks the arguments that must not be captured.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, Ident};

use super::parse::{Entry, names};
use crate::{diagnostic::Diagnostic, function::FunctionSource, options::Options};

/// Finds names that no argument has, and arguments that are both skipped and captured.
pub(super) fn problems(
    options: &Options,
    source: &FunctionSource,
    entries: &[&Entry],
) -> Vec<Diagnostic> {
    let names = match options.list("skip", names) {
        None => return Vec::new(),
        Some(Ok(names)) => names,
        Some(Err(problem)) => return vec![problem],
    };
    let arguments = source.signature.inputs.iter().map(pattern).collect::<Vec<_>>();
    let problem = |name: &Ident| {
        if !arguments.iter().any(|argument| find(argument.clone(), name).is_some()) {
            let message = format!("no argument is called `{name}`: remove it, or correct the name");
            return Some(Diagnostic::new(name, message));
        }
        let at = entries.iter().find_map(|entry| find(entry.expression(), name))?;
        let message = format!("`{name}` is both skipped and captured: remove one of them");
        Some(Diagnostic::new(at, message))
    };
    names.iter().filter_map(problem).collect()
}

fn pattern(argument: &FnArg) -> TokenStream {
    match argument {
        FnArg::Receiver(receiver) => receiver.self_token.to_token_stream(),
        FnArg::Typed(typed) => typed.pat.to_token_stream(),
    }
}

/// Finds a name in an expression or a pattern, and returns its tokens.
fn find(tokens: TokenStream, name: &Ident) -> Option<TokenStream> {
    let mut after_dot = false;
    for token in tokens {
        match &token {
            TokenTree::Group(group) => {
                if let Some(found) = find(group.stream(), name) {
                    return Some(found);
                }
            }
            TokenTree::Ident(ident) if ident == name && !after_dot => {
                return Some(ident.to_token_stream());
            }
            TokenTree::Literal(literal) if is_formatted(&literal.to_string(), name) => {
                return Some(literal.to_token_stream());
            }
            _ => {}
        }
        after_dot = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
    }
    None
}

/// Returns whether a format string contains the name in braces.
fn is_formatted(text: &str, name: &Ident) -> bool {
    let mut after_braces = text.split('{').skip(1).map(str::trim_start);
    let name = name.to_string();
    after_braces.any(|rest| {
        let rest = rest.strip_prefix(name.as_str());
        rest.is_some_and(|rest| rest.trim_start().starts_with(['}', ':']))
    })
}
