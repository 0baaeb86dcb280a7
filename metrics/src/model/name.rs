//! What CloudWatch accepts as a name; checked when compiling where the name is a constant.

/// The longest name of a namespace, a metric or a dimension, in characters.
const LONGEST: usize = 255;

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    Blank,
    TooLong,
    NotAscii,
    Control,
    Colon,
    Reserved,
    Amazon,
}

impl Flaw {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Blank => "it is blank",
            Self::TooLong => "it is longer than 255 characters",
            Self::NotAscii => "it has a character that is not ASCII",
            Self::Control => "it has a control character",
            Self::Colon => "it begins with a colon",
            Self::Reserved => "CloudWatch reads that member itself",
            Self::Amazon => "namespaces that begin with AWS/ are Amazon's own",
        }
    }
}

/// Finds what is wrong with the name of a metric or of metadata.
pub(crate) const fn flaw(name: &str) -> Option<Flaw> {
    match name.as_bytes() {
        b"_aws" => Some(Flaw::Reserved),
        _ => text_flaw(name),
    }
}

/// Finds what is wrong with the name of a namespace.
pub(crate) const fn namespace_flaw(name: &str) -> Option<Flaw> {
    match name.as_bytes() {
        [b':', ..] => Some(Flaw::Colon),
        [b'A', b'W', b'S', b'/', ..] => Some(Flaw::Amazon),
        _ => text_flaw(name),
    }
}

const fn text_flaw(name: &str) -> Option<Flaw> {
    let bytes = name.as_bytes();
    if bytes.len() > LONGEST {
        return Some(Flaw::TooLong);
    }
    let (mut at, mut blank) = (0, true);
    while at < bytes.len() {
        match bytes[at] {
            0x80.. => return Some(Flaw::NotAscii),
            0..0x20 | 0x7f => return Some(Flaw::Control),
            b' ' => {}
            _ => blank = false,
        }
        at += 1;
    }
    if blank { Some(Flaw::Blank) } else { None }
}

/// Finds what is wrong with the name of a dimension.
pub(crate) const fn dimension_flaw(name: &str) -> Option<Flaw> {
    match name.as_bytes() {
        [b':', ..] => Some(Flaw::Colon),
        _ => flaw(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_held() {
        let long = "x".repeat(256);
        for (name, expected) in [
            ("OrdersPlaced", None),
            ("a b/c.d#e:f", None),
            (&long[..255], None),
            (&long[..], Some(Flaw::TooLong)),
            ("", Some(Flaw::Blank)),
            ("   ", Some(Flaw::Blank)),
            ("größe", Some(Flaw::NotAscii)),
            ("a\nb", Some(Flaw::Control)),
            ("a\u{7f}", Some(Flaw::Control)),
            ("_aws", Some(Flaw::Reserved)),
        ] {
            assert_eq!(flaw(name), expected, "{name:?}");
        }
        assert_eq!(namespace_flaw("AWS/Lambda"), Some(Flaw::Amazon));
        assert_eq!((namespace_flaw(":Shop"), namespace_flaw("Shop")), (Some(Flaw::Colon), None));
        assert_eq!((dimension_flaw(":a"), dimension_flaw("a:")), (Some(Flaw::Colon), None));
    }
}
