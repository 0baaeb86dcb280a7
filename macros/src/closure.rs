//! The body of a function as a closure.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Type;

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
    let body = match &known {
        Some(known) => preceded(body, known),
        None => body.clone(),
    };
    quote!(async move || #arrow #body)
}

/// Returns a block with `first` before all it does.
fn preceded(body: &Group, first: &TokenStream) -> Group {
    let contents = contents(body);
    let mut preceded = Group::new(body.delimiter(), quote!(#first #contents));
    preceded.set_span(body.span());
    preceded
}

/// Returns what stands in a body, to be put after something else.
///
/// With its braces it would have a pair too many to the compiler, which would tell the user so; only where it begins
/// with attributes of its own, they have to stay.
pub(crate) fn contents(body: &Group) -> TokenStream {
    let mut tokens = body.stream().into_iter();
    let mut next_is = |mark: char| match tokens.next() {
        Some(TokenTree::Punct(punct)) => punct.as_char() == mark,
        _ => false,
    };
    let has_attributes = next_is('#') && next_is('!');
    if has_attributes { body.to_token_stream() } else { body.stream() }
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
