//! Parses the options of an attribute, and checks that they exist.

use proc_macro2::{Group, Ident};
use quote::ToTokens;
use syn::{
    Expr, ExprLit, Lit, LitStr, Token,
    ext::IdentExt,
    parenthesized,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
    token::Paren,
};

use crate::{diagnostic::Diagnostic, suggest::suggest};

/// An option that exists, and the form of its value.
pub(crate) struct Word {
    pub(crate) name: &'static str,
    pub(crate) usage: &'static str,
    pub(crate) form: Form,
}

/// The form of an option's value.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Form {
    /// No value, `= true`, or `= false`.
    Flag,
    /// `= true` or `= false`.
    Switch,
    /// `= "…"`.
    Text,
    /// `=` and an expression.
    Value,
    /// A list in parentheses.
    List,
}

/// One option that was given, such as `key = order.id`, `log_event`, or `skip(secret)`.
pub(crate) struct Setting {
    pub(crate) word: Ident,
    pub(crate) value: Value,
}

pub(crate) enum Value {
    Nothing,
    Expression(Box<Expr>),
    List(Group),
}

/// All options that were given, in this order.
pub(crate) struct Options(pub(crate) Vec<Setting>);

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let settings = Punctuated::<Setting, Token![,]>::parse_terminated(input)?;
        Ok(Self(settings.into_iter().collect()))
    }
}

impl Parse for Setting {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let word = Ident::parse_any(input)?;
        let value = if input.peek(Paren) {
            Value::List(input.parse()?)
        } else if input.parse::<Option<Token![=]>>()?.is_some() {
            Value::Expression(Box::new(expression(input)?))
        } else {
            Value::Nothing
        };
        Ok(Self { word, value })
    }
}

fn expression(input: ParseStream<'_>) -> syn::Result<Expr> {
    if input.is_empty() || input.peek(Token![,]) {
        return Err(input.error("expected an expression after `=`"));
    }
    input.parse()
}

impl Options {
    /// Checks each option on its own, and that there are no duplicates.
    pub(crate) fn check(&self, words: &[Word]) -> Vec<Diagnostic> {
        let settings = self.0.iter().enumerate();
        settings.filter_map(|(at, setting)| check(setting, &self.0[..at], words).err()).collect()
    }

    pub(crate) fn setting(&self, word: &str) -> Option<&Setting> {
        self.0.iter().find(|setting| setting.word == word)
    }

    /// Returns the expression of an option.
    pub(crate) fn value(&self, word: &str) -> Option<&Expr> {
        self.setting(word)?.expression()
    }

    /// Returns the value of an option that is a string.
    pub(crate) fn text(&self, word: &str) -> Option<&LitStr> {
        text(self.value(word)?)
    }

    /// Parses the list of an option.
    pub(crate) fn list<T>(
        &self,
        word: &str,
        parse: impl Fn(ParseStream<'_>) -> syn::Result<T>,
    ) -> Option<Result<T, Diagnostic>> {
        let Value::List(list) = &self.setting(word)?.value else {
            return None;
        };
        // The parser includes the parentheses, so that an error at the end of the list is reported there.
        let parser = |input: ParseStream<'_>| {
            let content;
            parenthesized!(content in input);
            parse(&content)
        };
        Some(parser.parse2(list.to_token_stream()).map_err(Diagnostic::from))
    }

    /// Returns the name of an option that is enabled.
    pub(crate) fn on(&self, word: &str) -> Option<&Ident> {
        let setting = self.setting(word)?;
        setting.is_on().unwrap_or(true).then_some(&setting.word)
    }

    /// Returns the name of an option, and whether it is enabled.
    pub(crate) fn switch(&self, word: &str) -> Option<(&Ident, bool)> {
        let setting = self.setting(word)?;
        Some((&setting.word, setting.is_on()?))
    }
}

impl Setting {
    fn expression(&self) -> Option<&Expr> {
        match &self.value {
            Value::Expression(expression) => Some(expression),
            _ => None,
        }
    }

    fn is_on(&self) -> Option<bool> {
        match self.expression()? {
            Expr::Lit(ExprLit { lit: Lit::Bool(on), .. }) => Some(on.value),
            _ => None,
        }
    }
}

/// Returns the string literal that an expression consists of.
pub(crate) fn text(expression: &Expr) -> Option<&LitStr> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
        _ => None,
    }
}

fn check(setting: &Setting, earlier: &[Setting], words: &[Word]) -> Result<(), Diagnostic> {
    let word = &setting.word;
    let Some(known) = words.iter().find(|known| word == known.name) else {
        return Err(Diagnostic::new(word, unknown(&word.to_string(), words)));
    };
    known.check(setting)?;
    if earlier.iter().any(|earlier| earlier.word == *word) {
        let message = format!("duplicate `{word}`: remove one of them");
        return Err(Diagnostic::new(word, message));
    }
    Ok(())
}

impl Word {
    fn check(&self, setting: &Setting) -> Result<(), Diagnostic> {
        let Self { name, usage, form } = self;
        let problem = |message: String| Err(Diagnostic::new(&setting.word, message));
        match (form, &setting.value) {
            (Form::Flag, Value::Nothing)
            | (Form::List, Value::List(_))
            | (Form::Value, Value::Expression(_)) => Ok(()),
            (Form::Flag | Form::Switch, Value::Expression(value)) => match setting.is_on() {
                Some(_) => Ok(()),
                None => {
                    Err(Diagnostic::new(value, format!("`{name}` is `true` or `false`: `{usage}`")))
                }
            },
            (Form::Text, Value::Expression(value)) => match text(value) {
                Some(_) => Ok(()),
                None => Err(Diagnostic::new(value, format!("`{name}` is a string: `{usage}`"))),
            },
            (Form::Flag, Value::List(_)) => {
                problem(format!("`{name}` takes nothing in parentheses: write `{usage}`"))
            }
            (Form::List, _) => problem(format!("`{name}` needs parentheses: `{usage}`")),
            (Form::Switch | Form::Text | Form::Value, _) => {
                problem(format!("`{name}` needs a value: `{usage}`"))
            }
        }
    }
}

fn unknown(word: &str, words: &[Word]) -> String {
    match suggest(word, words.iter().map(|known| known.name)) {
        Some(name) => format!("unknown option `{word}`: did you mean `{name}`?"),
        None => {
            let usages = words.iter().map(|known| format!("`{}`", known.usage));
            let options = if words.len() == 1 { "option is" } else { "options are" };
            format!(
                "unknown option `{word}`; the {options} {}",
                usages.collect::<Vec<_>>().join(", ")
            )
        }
    }
}
