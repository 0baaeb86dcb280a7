//! The function that an attribute stands on.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, GenericArgument, Ident, PathArguments, ReturnType, Signature, Type, Visibility,
    parse::{Parse, ParseStream},
};

use crate::problem::Problem;

/// What an attribute stands on.
pub(crate) enum Source {
    Function(Box<FunctionSource>),
    /// What is no function: the tokens that show it.
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
    pub(crate) fn bodiless(&self, attribute: &str) -> Problem {
        let message =
            format!("there is nothing to run here: move `#[{attribute}]` to the implementation");
        Problem::new(&self.signature.ident, message)
    }

    /// Says why a `const fn` is none that can be watched.
    pub(crate) fn constant(&self, attribute: &str) -> Option<Problem> {
        let constant = self.signature.constness.as_ref()?;
        let message = format!(
            "a `const fn` may run when compiling, where there is no invocation: remove `const`, or \
             `#[{attribute}]`"
        );
        Some(Problem::new(constant, message))
    }

    /// Says why a function that returns a future is not the one to watch.
    pub(crate) fn returning_future(&self, attribute: &str) -> Option<Problem> {
        if self.signature.asyncness.is_some() {
            return None;
        }
        let at = future(self.output()?)?;
        let message = format!(
            "`{0}` returns a future, and `#[{attribute}]` would see it made, not run: write \
             `async fn {0}`, or put the attribute on an `async fn` that it calls",
            self.signature.ident
        );
        Some(Problem::new(at, message))
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

/// Writes the body of a function as a closure, to be called once.
///
/// In its type `impl Trait` can't be named, and is inferred.
pub(crate) fn closure(is_async: bool, output: Option<&Type>, body: &Group) -> TokenStream {
    let output = output.map(|output| named(output.to_token_stream()));
    let arrow = output.as_ref().map(|output| quote!(-> #output));
    if !is_async {
        return quote!(move || #arrow #body);
    }
    let never = Ident::new("never", Span::mixed_site());
    // Of an async closure's type the compiler knows nothing while it reads the body: a box would not become one
    // of a trait. It does know what was returned before.
    let known = output.map(|output| {
        quote! {
            #[allow(unreachable_code)]
            if false {
                let #never: #output = loop {};
                return #never;
            }
        }
    });
    quote!(async move || #arrow { #known #body })
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

/// Puts `_` for each `impl Trait` of a type.
fn named(tokens: TokenStream) -> TokenStream {
    let mut named = TokenStream::new();
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        match token {
            TokenTree::Ident(word) if word == "impl" => {
                skip_bounds(&mut rest);
                named.extend(quote!(_));
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), self::named(group.stream()));
                inner.set_span(group.span());
                named.extend([TokenTree::Group(inner)]);
            }
            token => named.extend([token]),
        }
    }
    named
}

/// Takes the bounds after `impl`, up to the comma or the `>` that ends them.
fn skip_bounds(rest: &mut std::iter::Peekable<proc_macro2::token_stream::IntoIter>) {
    let (mut depth, mut arrow) = (0_usize, false);
    while let Some(token) = rest.peek() {
        if let TokenTree::Punct(punct) = token {
            match punct.as_char() {
                '<' => depth += 1,
                // That of `->` closes nothing.
                '>' if arrow => {}
                ',' | '>' if depth == 0 => return,
                '>' => depth -= 1,
                _ => {}
            }
            arrow = punct.as_char() == '-';
        } else {
            arrow = false;
        }
        rest.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_name_is_inferred_and_the_rest_stays() {
        for (written, named) in [
            (quote!(Result<impl Stream<Item = u8>, Error>), quote!(Result<_, Error>)),
            (quote!(impl Fn(u8) -> Vec<u8> + Send), quote!(_)),
            (quote!((impl Sized, Vec<impl Fn() -> u8>, &'a str)), quote!((_, Vec<_>, &'a str))),
            (quote!(Option<Vec<u8>>), quote!(Option<Vec<u8>>)),
        ] {
            assert_eq!(super::named(written).to_string(), named.to_string());
        }
    }
}
