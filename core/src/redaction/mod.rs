//! Redacts the values of names such as `password`, and the query of URLs.

mod fields;
mod names;
mod text;

use std::{borrow::Cow, fmt, ops::Range, sync::Arc};

pub use fields::{FieldRules, Visibility};
use names::{ends_with_name, may_end_sensitive};

/// The text that replaces a redacted value.
pub const REDACTED: &str = "[redacted]";

/// Names whose values are secrets, normalized as [`Redaction::is_sensitive`] expects.
const SENSITIVE: [&str; 16] = [
    "apikey",
    "authorization",
    "challengeanswer",
    "cookie",
    "cookies",
    // The identity source of an API Gateway authorizer, which is usually the token.
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

/// Names that end with a sensitive name but are not secrets: tokens for pagination.
const HARMLESS: [&str; 5] =
    ["continuationtoken", "nextpagetoken", "nexttoken", "pagetoken", "startingtoken"];

/// Decides what is redacted in logs, traces, and error messages.
///
/// A value is redacted because of its name: the name of a header, a field, a member of an event, or a parameter, or the
/// name before a value in text. A name is sensitive if it ends with one of
///
/// > `api-key`, `authorization`, `challenge-answer`, `cookie`, `cookies`, `identity-source`, `jwt`, `passphrase`,
/// > `passwd`, `password`, `private-key`, `secret`, `secret-access-key`, `secret-key`, `token`, `x-amz-signature`
///
/// in any case, with or without `-` and `_`: `X-Amz-Security-Token`, `db_password`, and `clientSecret` are sensitive.
/// `next-token`, `next-page-token`, `page-token`, `continuation-token`, and `starting-token` are not. URLs in text lose
/// their user, query, and fragment. The names in an ARN, such as `arn:aws:secretsmanager:…:secret:db`, are shown.
///
/// A secret is recognized only by the name next to it. A token without a name, or a card number in a field named
/// `number`, is not recognized; leave such values out, for example with `#[instrument(skip_all)]`.
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
    /// Creates a redaction that redacts nothing.
    pub fn none() -> Self {
        Self::default().with(|rules| rules.is_off = true)
    }

    /// Also redacts the values of names that end with one of `names`; `-`, `_`, and case are ignored.
    #[must_use]
    pub fn with_names(self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.with(|rules| {
            for name in names {
                let name = normalized(&name.into());
                rules.harmless.retain(|harmless| *harmless != name);
                // Every name ends with an empty one.
                if !name.is_empty() {
                    rules.sensitive.push(name);
                }
            }
        })
    }

    /// Shows the values of exactly these names; `-`, `_`, and case are ignored.
    ///
    /// After removing `token`, for example, a value named `token` is shown, but one named `access_token` is not.
    #[must_use]
    pub fn without_names(self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.with(|rules| {
            rules.harmless.extend(names.into_iter().map(|name| normalized(name.as_ref())));
        })
    }

    /// Shows the query and the fragment of URLs, except for the values of sensitive parameters.
    #[must_use]
    pub fn with_full_urls(self) -> Self {
        self.with(|rules| rules.full_urls = true)
    }

    /// Returns whether the values of this name are redacted.
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

    /// Redacts any text: a message, the `Debug` output of a value, JSON, or header lines. Quotes in it may be escaped.
    ///
    /// Returns the text unchanged if it contains no secret. A value follows its name after `:`, `=`, or `=>`, or as the
    /// second part of a pair: `password: "x"`, `token=x`, `{"cookie":["a=b"]}`, `("authorization", "x")`. A quoted
    /// value keeps its quotes. The time is linear in the length of the text.
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

    /// Reports each secret in the text and its replacement.
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
