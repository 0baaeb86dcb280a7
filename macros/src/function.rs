//! Parses the function to which an attribute is applied.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, GenericArgument, PathArguments, ReturnType, Signature, Type, Visibility,
    parse::{Parse, ParseStream},
};

use crate::{closure::closure, diagnostic::Diagnostic};

/// The item to which an attribute is applied.
pub(crate) enum Source {
    Function(Box<FunctionSource>),
    /// Not a function; contains the tokens to report.
    Other(TokenStream),
}

pub(crate) struct FunctionSource {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    /// The body as it was written; a function of a trait may have none.
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
    /// Reports that a function without a body can't be run.
    pub(crate) fn bodiless(&self, attribute: &str) -> Diagnostic {
        let message =
            format!("this function has no body: move `#[{attribute}]` to the implementation");
        Diagnostic::new(&self.signature.ident, message)
    }

    /// Reports a `const fn`, which an attribute can't observe.
    pub(crate) fn constant(&self, attribute: &str) -> Option<Diagnostic> {
        let constant = self.signature.constness.as_ref()?;
        let message = format!(
            "a `const fn` can run at compile time, outside any invocation: remove `const`, or \
             `#[{attribute}]`"
        );
        Some(Diagnostic::new(constant, message))
    }

    /// Reports a function that returns a future, because an attribute would observe only its creation.
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

    /// Reports a function that never returns, and therefore has no result.
    pub(crate) fn endless(&self, attribute: &str) -> Option<Diagnostic> {
        let at = self.output().filter(|output| matches!(output, Type::Never(_)))?;
        let message = format!(
            "a function that never returns has no result for `#[{attribute}]`: move the attribute to a \
             function that it calls"
        );
        Some(Diagnostic::new(at, message))
    }

    /// Returns the return type, if one is written.
    pub(crate) fn output(&self) -> Option<&Type> {
        match &self.signature.output {
            ReturnType::Type(_, output) => Some(output),
            ReturnType::Default => None,
        }
    }

    /// Expands to a closure with the body of the function, which is called once.
    pub(crate) fn closure(&self, body: &Group) -> TokenStream {
        closure(self.signature.asyncness.is_some(), self.output(), body)
    }
}

/// Returns whether a type is written as a `Result`; aliases such as `std::io::Result` have the same name.
pub(crate) fn is_result(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|it| it.ident == "Result"))
}

/// Returns the success and error types of a `Result`, or the whole type in place of those that an alias hides.
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

/// Returns the `impl` in a type, if there is one.
pub(crate) fn opaque(tokens: TokenStream) -> Option<TokenStream> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => opaque(group.stream()),
        TokenTree::Ident(word) if word == "impl" => Some(word.into_token_stream()),
        _ => None,
    })
}

/// Returns the tokens that show that a type is a future.
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
