//! The function that an attribute stands on.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, GenericArgument, PathArguments, ReturnType, Signature, Type, Visibility,
    parse::{Parse, ParseStream},
};

use crate::{closure::closure, diagnostic::Diagnostic};

/// What an attribute stands on.
pub(crate) enum Source {
    Function(Box<FunctionSource>),
    /// Not a function: the tokens that show it.
    Other(TokenStream),
}

pub(crate) struct FunctionSource {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    /// As it was written; a function of a trait may have none.
    pub(crate) body: Option<Group>,
}

impl Parse for Source {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let Ok(signature) = input.fork().parse::<Signature>() else {
            let rest = input.parse::<TokenStream>()?;
            let first = rest.into_iter().next().map(TokenTree::into_token_stream);
            return Ok(Self::Other(first.unwrap_or_default()));
        };
        input.parse::<Signature>()?;
        let body = match input.parse::<TokenTree>()? {
            TokenTree::Group(body) => Some(body),
            _ => None,
        };
        let source = FunctionSource { attributes, visibility, signature, body };
        Ok(Self::Function(Box::new(source)))
    }
}

impl FunctionSource {
    /// Says that a function without a body can't be run.
    pub(crate) fn bodiless(&self, attribute: &str) -> Diagnostic {
        let message =
            format!("this function has no body: move `#[{attribute}]` to the implementation");
        Diagnostic::new(&self.signature.ident, message)
    }

    /// Says why an attribute cannot observe a `const fn`.
    pub(crate) fn constant(&self, attribute: &str) -> Option<Diagnostic> {
        let constant = self.signature.constness.as_ref()?;
        let message = format!(
            "a `const fn` can run at compile time, outside any invocation: remove `const`, or \
             `#[{attribute}]`"
        );
        Some(Diagnostic::new(constant, message))
    }

    /// Says why a function that returns a future is not the one to watch.
    pub(crate) fn returning_future(&self, attribute: &str) -> Option<Diagnostic> {
        if self.signature.asyncness.is_some() {
            return None;
        }
        let at = future(self.output()?)?;
        let message = format!(
            "`{0}` returns a future, and `#[{attribute}]` would only see it being created: write \
             `async fn {0}`, or put the attribute on an `async fn` that it calls",
            self.signature.ident
        );
        Some(Diagnostic::new(at, message))
    }

    /// Says why a function without an end is not watched.
    pub(crate) fn endless(&self, attribute: &str) -> Option<Diagnostic> {
        let at = self.output().filter(|output| matches!(output, Type::Never(_)))?;
        let message = format!(
            "a function that never returns has no result for `#[{attribute}]`: move the attribute to a \
             function that it calls"
        );
        Some(Diagnostic::new(at, message))
    }

    /// Returns the type of the result, if it was written.
    pub(crate) fn output(&self) -> Option<&Type> {
        match &self.signature.output {
            ReturnType::Type(_, output) => Some(output),
            ReturnType::Default => None,
        }
    }

    /// Writes the function's body as a closure, to be called once.
    pub(crate) fn closure(&self, body: &Group) -> TokenStream {
        closure(self.signature.asyncness.is_some(), self.output(), body)
    }
}

/// Tells whether a type is written as a `Result`: aliases keep that name, as `std::io::Result` does.
pub(crate) fn is_result(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|it| it.ident == "Result"))
}

/// Returns the success's and the error's type of a `Result`, or the whole type where an alias hides them.
pub(crate) fn parts_of_result(output: &Type) -> (&Type, &Type) {
    let last = match output {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    let Some(PathArguments::AngleBracketed(arguments)) = last.map(|segment| &segment.arguments)
    else {
        return (output, output);
    };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    (types.next().unwrap_or(output), types.next().unwrap_or(output))
}

/// Finds `impl` in a type.
pub(crate) fn opaque(tokens: TokenStream) -> Option<TokenStream> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => opaque(group.stream()),
        TokenTree::Ident(word) if word == "impl" => Some(word.into_token_stream()),
        _ => None,
    })
}

/// Finds what shows that a type is a future.
fn future(ty: &Type) -> Option<TokenStream> {
    let is_future = |tokens: TokenStream| {
        let text = tokens.to_string();
        text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "Future")
    };
    let is_opaque = matches!(ty, Type::ImplTrait(_));
    let is_pin = matches!(ty, Type::Path(path)
        if path.path.segments.last().is_some_and(|it| it.ident == "Pin" || it.ident == "BoxFuture"));
    let tokens = ty.to_token_stream();
    let is_boxed =
        is_pin && (is_future(tokens.clone()) || tokens.to_string().contains("BoxFuture"));
    ((is_opaque && is_future(tokens.clone())) || is_boxed).then_some(tokens)
}
