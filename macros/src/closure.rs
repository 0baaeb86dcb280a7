//! Converts the body of a function to a closure.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Type;

/// Expands to a closure with the body of a function, which is called once.
///
/// The return type of a closure can't contain `impl Trait`, so the compiler must infer those parts.
pub(crate) fn closure(is_async: bool, output: Option<&Type>, body: &Group) -> TokenStream {
    let output = output.map(|output| named(output.to_token_stream()));
    let arrow = output.as_ref().map(|output| quote!(-> #output));
    if !is_async {
        return quote!(move || #arrow #body);
    }
    let never = Ident::new("never", Span::mixed_site());
    // The compiler does not use the return type of an async closure while it checks the body, so a `Box` would not be
    // coerced to a trait object, for example. It does use the type of an earlier `return`.
    let known = output.map(|output| {
        quote! {
            #[allow(unreachable_code)]
            if false {
                let #never: #output = loop {};
                return #never;
            }
        }
    });
    let body = match &known {
        Some(known) => preceded(body, known),
        None => body.clone(),
    };
    quote!(async move || #arrow #body)
}

/// Returns a block that begins with `first`.
fn preceded(body: &Group, first: &TokenStream) -> Group {
    let contents = contents(body);
    let mut preceded = Group::new(body.delimiter(), quote!(#first #contents));
    preceded.set_span(body.span());
    preceded
}

/// Returns the contents of a body, for use after other statements.
///
/// With its braces, the compiler would warn about unnecessary ones. But if the body begins with inner attributes, the
/// braces must stay.
pub(crate) fn contents(body: &Group) -> TokenStream {
    let mut tokens = body.stream().into_iter();
    let mut next_is = |mark: char| match tokens.next() {
        Some(TokenTree::Punct(punct)) => punct.as_char() == mark,
        _ => false,
    };
    let has_attributes = next_is('#') && next_is('!');
    if has_attributes { body.to_token_stream() } else { body.stream() }
}

/// Replaces each `impl Trait` in a type by `_`.
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

/// Skips the bounds after `impl`, up to the comma or the `>` that ends them.
fn skip_bounds(rest: &mut std::iter::Peekable<proc_macro2::token_stream::IntoIter>) {
    let (mut depth, mut arrow) = (0_usize, false);
    while let Some(token) = rest.peek() {
        if let TokenTree::Punct(punct) = token {
            match punct.as_char() {
                '<' => depth += 1,
                // The `>` of `->` is not a closing bracket.
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
    fn unnamed_types_are_inferred() {
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
