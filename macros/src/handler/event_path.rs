//! Parses locations in an event.

use quote::ToTokens;
use syn::{Expr, Ident, LitStr};

use super::model::EventPath;
use crate::{diagnostic::Diagnostic, options::text, suggest::suggest};

/// The variants of `CorrelationId` in the logger that have no arguments.
const KNOWN: [&str; 9] = [
    "ApiGatewayRest",
    "ApiGatewayHttp",
    "FunctionUrl",
    "ApplicationLoadBalancer",
    "VpcLattice",
    "AppSyncResolver",
    "AppSyncAuthorizer",
    "EventBridge",
    "S3ObjectLambda",
];

/// Parses the location of the correlation id.
pub(super) fn of_correlation_id(value: &Expr) -> Result<EventPath, Diagnostic> {
    match value {
        Expr::Array(list) if list.elems.is_empty() => {
            let message = "expected at least one source, such as `[\"/headers/x-correlation-id\", ApiGatewayHttp]`";
            return Err(Diagnostic::new(value, message));
        }
        Expr::Array(list) => {
            let places = list.elems.iter().map(of_correlation_id);
            return places.collect::<Result<_, _>>().map(EventPath::FirstOf);
        }
        Expr::Closure(find) => return Ok(EventPath::Function(Box::new(find.clone()))),
        _ => {}
    }
    if let Some(written) = text(value) {
        return match flaw(&written.value()) {
            None => Ok(EventPath::Pointer(written.clone())),
            Some(flaw) => Err(Diagnostic::new(written, flaw)),
        };
    }
    let Ok(name) = syn::parse2::<Ident>(value.to_token_stream()) else {
        let message = "expected a JSON pointer, such as `\"/headers/x-correlation-id\"`, or the bare name of a \
                       known source, such as `ApiGatewayHttp`";
        return Err(Diagnostic::new(value, message));
    };
    if KNOWN.iter().any(|known| name == known) {
        return Ok(EventPath::Known(name));
    }
    let message = match suggest(&name.to_string(), KNOWN.into_iter()) {
        Some(known) => format!("unknown source `{name}`: did you mean `{known}`?"),
        None => format!(
            "unknown source `{name}`; the sources are {}, and JSON pointers such as `\"/id\"`",
            KNOWN.map(|known| format!("`{known}`")).join(", ")
        ),
    };
    Err(Diagnostic::new(name, message))
}

/// Parses the pointers of `redact`, and reports all mistakes in them.
pub(super) fn redacted(value: &Expr) -> Result<Vec<LitStr>, Vec<Diagnostic>> {
    let Expr::Array(list) = value else {
        let message = "expected a list of JSON pointers: `redact = [\"/headers/authorization\"]`";
        return Err(vec![Diagnostic::new(value, message)]);
    };
    let (mut pointers, mut problems) = (Vec::new(), Vec::new());
    for element in &list.elems {
        match text(element).map(|text| (text, flaw(&text.value()))) {
            Some((text, None)) => pointers.push(text.clone()),
            Some((text, Some(flaw))) => problems.push(Diagnostic::new(text, flaw)),
            None => {
                let message = "expected a string: `\"/headers/authorization\"`";
                problems.push(Diagnostic::new(element, message));
            }
        }
    }
    if problems.is_empty() { Ok(pointers) } else { Err(problems) }
}

/// Returns what is wrong with a JSON pointer (RFC 6901) and what to write instead, or `None` if it is valid.
fn flaw(pointer: &str) -> Option<String> {
    let problem = |remedy: String| Some(format!("invalid JSON pointer {pointer:?}: {remedy}"));
    if pointer.is_empty() {
        return Some(
            "the empty JSON pointer is the whole event: point to a member, such as `\"/id\"`"
                .into(),
        );
    }
    if !pointer.starts_with('/') {
        let path = pointer.trim_start_matches('$').trim_matches('.').replace('.', "/");
        return problem(format!("start it with a slash, such as `\"/{path}\"`"));
    }
    let mut after_tildes = pointer.split('~').skip(1);
    if after_tildes.any(|after| !after.starts_with(['0', '1'])) {
        return problem("write `~` in a name as `~0`, and `/` as `~1`".to_owned());
    }
    None
}
