//! What is never printed: values of names such as `password`, and the query of a URL.

mod fields;
mod names;
mod text;

use std::{borrow::Cow, fmt, ops::Range, sync::Arc};

pub use fields::{FieldRules, Visibility};
use names::{ends_with_name, may_end_sensitive};

/// Stands for a redacted value.
pub const REDACTED: &str = "[redacted]";

/// Names whose values are secrets, in the form that [`Redaction::is_sensitive`] compares.
const SENSITIVE: [&str; 16] = [
    "apikey",
    "authorization",
    "challengeanswer",
    "cookie",
    "cookies",
    // What an authorizer of API Gateway decides on, which is most often the token.
    "identitysource",
    "jwt",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "secretaccesskey",
    "secretkey",
    "token",
    "xamzsignature",
];

/// Names that end with a sensitive one and are not secrets: the places of pages.
const HARMLESS: [&str; 5] =
    ["continuationtoken", "nextpagetoken", "nexttoken", "pagetoken", "startingtoken"];

/// Decides what is left out of logs, traces and error messages.
///
/// Values are redacted by the name they have: the name of a header, a field, a member of an event, a parameter, or
/// the name before a value in text. A name is sensitive if it ends with one of
///
/// > `api-key`, `authorization`, `challenge-answer`, `cookie`, `cookies`, `identity-source`, `jwt`, `passphrase`,
/// > `passwd`, `password`, `private-key`, `secret`, `secret-access-key`, `secret-key`, `token`, `x-amz-signature`
///
/// in any case, with or without `-` and `_`: `X-Amz-Security-Token`, `db_password` and `clientSecret` are sensitive.
/// `next-token`, `next-page-token`, `page-token`, `continuation-token` and `starting-token` are not. URLs in text
/// lose their user, query and fragment. The names in an ARN, such as `arn:aws:secretsmanager:…:secret:db`, are shown.
///
/// A secret is recognized by the name beside it: a token that stands alone in a text, or a card number in a field
/// named `number`, is not. Leave such values out, with `#[instrument(skip_all)]` for example.
///
/// ```
/// use powertools_core::Redaction;
///
/// let redaction = Redaction::default().with_names(["iban"]).without_names(["task-token"]);
/// assert!(redaction.is_sensitive("IBAN") && redaction.is_sensitive("x-api-key"));
/// assert!(!redaction.is_sensitive("taskToken"));
/// assert_eq!(redaction.text("GET https://shop.example/pay?card=4242 failed"), "GET https://shop.example/pay failed");
/// ```
#[derive(Clone, Default)]
pub struct Redaction(Rules);

#[derive(Clone, Default)]
enum Rules {
    #[default]
    Default,
    Custom(Arc<CustomRules>),
}

#[derive(Clone, Default)]
struct CustomRules {
    is_off: bool,
    full_urls: bool,
    sensitive: Vec<String>,
    harmless: Vec<String>,
}

impl Redaction {
    /// Redacts nothing.
    pub fn none() -> Self {
        Self::default().with(|rules| rules.is_off = true)
    }

    /// Redacts the values of names that end with one of `names` as well; `-`, `_` and case do not matter.
    #[must_use]
    pub fn with_names(self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.with(|rules| {
            for name in names {
                let name = normalized(&name.into());
                rules.harmless.retain(|harmless| *harmless != name);
                // Every name ends with the empty one.
                if !name.is_empty() {
                    rules.sensitive.push(name);
                }
            }
        })
    }

    /// Shows the values of exactly these names; `-`, `_` and case do not matter.
    ///
    /// Without `token`, for example, a value named `token` is shown, and one named `access_token` is not.
    #[must_use]
    pub fn without_names(self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.with(|rules| {
            rules.harmless.extend(names.into_iter().map(|name| normalized(name.as_ref())));
        })
    }

    /// Shows the query and the fragment of URLs, but for the values of sensitive parameters.
    #[must_use]
    pub fn with_full_urls(self) -> Self {
        self.with(|rules| rules.full_urls = true)
    }

    /// Returns whether values of this name are redacted.
    pub fn is_sensitive(&self, name: &str) -> bool {
        let is_listed = may_end_sensitive(name)
            && SENSITIVE.iter().any(|&sensitive| ends_with_name(name, sensitive));
        match &self.0 {
            Rules::Default => is_listed && !is_harmless(name, &HARMLESS),
            Rules::Custom(rules) if rules.is_off => false,
            Rules::Custom(rules) => {
                let is_added = || rules.sensitive.iter().any(|added| ends_with_name(name, added));
                (is_listed && !is_harmless(name, &HARMLESS) || is_added())
                    && !is_harmless(name, &rules.harmless)
            }
        }
    }

    /// Redacts text of any kind: a message, the `Debug` of a value, JSON, header lines, whether quotes in it are
    /// escaped or not.
    ///
    /// Returns the text as it is if nothing in it is a secret. A value follows its name after `:`, `=` or `=>`, or
    /// as the second part of a pair: `password: "x"`, `token=x`, `{"cookie":["a=b"]}`, `("authorization", "x")`.
    /// A quoted value keeps its quotes. Time is linear in the length of the text.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut redacted: Option<String> = None;
        let mut copied = 0;
        self.scan(text.as_bytes(), &mut |secret, replacement| {
            let redacted = redacted.get_or_insert_default();
            redacted.push_str(&text[copied..secret.start]);
            redacted.push_str(replacement);
            copied = secret.end;
        });
        match redacted {
            None => Cow::Borrowed(text),
            Some(mut redacted) => {
                redacted.push_str(&text[copied..]);
                Cow::Owned(redacted)
            }
        }
    }

    /// Reports each secret of a text and what replaces it.
    #[inline]
    pub(crate) fn scan(&self, text: &[u8], report: &mut dyn FnMut(Range<usize>, &'static str)) {
        if text::may_hold_secret(text) && !self.is_off() {
            text::scan(self, text, report);
        }
    }

    /// Returns whether this is [`Redaction::none`].
    pub fn is_off(&self) -> bool {
        matches!(&self.0, Rules::Custom(rules) if rules.is_off)
    }

    /// Returns whether URLs keep their query.
    pub fn shows_full_urls(&self) -> bool {
        self.is_off() || self.full_urls()
    }

    fn full_urls(&self) -> bool {
        matches!(&self.0, Rules::Custom(rules) if rules.full_urls)
    }

    fn with(self, change: impl FnOnce(&mut CustomRules)) -> Self {
        let mut rules = match self.0 {
            Rules::Default => Arc::default(),
            Rules::Custom(rules) => rules,
        };
        change(Arc::make_mut(&mut rules));
        Self(Rules::Custom(rules))
    }
}

impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Rules::Default => f.write_str("Redaction(default)"),
            Rules::Custom(rules) if rules.is_off => f.write_str("Redaction(none)"),
            Rules::Custom(rules) => f
                .debug_struct("Redaction")
                .field("with_names", &rules.sensitive)
                .field("without_names", &rules.harmless)
                .field("full_urls", &rules.full_urls)
                .finish(),
        }
    }
}

fn is_harmless(name: &str, harmless: &[impl AsRef<str>]) -> bool {
    let length = name.bytes().filter(|byte| !names::is_ignored(*byte)).count();
    harmless.iter().any(|harmless| {
        harmless.as_ref().len() == length && ends_with_name(name, harmless.as_ref())
    })
}

fn normalized(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sensitive_names_are_recognized_in_every_spelling() {
        let redaction = Redaction::default();
        for name in [
            "authorization",
            "Authorization",
            "proxy-authorization",
            "authorizationToken",
            "cookie",
            "cookies",
            "Set-Cookie",
            "x-api-key",
            "X_API_KEY",
            "xApiKey",
            "x-amz-security-token",
            "password",
            "DB_PASSWORD",
            "clientSecret",
            "token",
            "aws_secret_access_key",
        ] {
            assert!(redaction.is_sensitive(name), "{name}");
        }
        for name in ["", "-", "tokens", "nextToken", "page_token", "secretArn", "key", "author"] {
            assert!(!redaction.is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn every_listed_name_passes_the_quick_check() {
        for name in SENSITIVE {
            assert!(may_end_sensitive(name) && Redaction::default().is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn names_can_be_added_and_removed() {
        let redaction = Redaction::default().with_names(["iban", ""]).without_names(["Token"]);
        assert!(redaction.is_sensitive("creditor-iban") && redaction.is_sensitive("access_token"));
        assert!(!redaction.is_sensitive("token") && !redaction.is_sensitive("name"));
        assert!(redaction.with_names(["token"]).is_sensitive("token"), "the last call wins");
        assert!(!Redaction::none().is_sensitive("password"));
        assert_eq!(Redaction::none().text("password=x"), "password=x");
    }

    #[test]
    fn full_urls_keep_their_query_without_secrets() {
        let redaction = Redaction::default().with_full_urls();
        assert_eq!(
            redaction.text("https://me:pw@a.example/b?page=2&token=x#c"),
            "https://a.example/b?page=2&token=[redacted]#c"
        );
    }
}
