use std::{fmt, ops::Range};

use crate::SpanId;

/// An X-Ray trace header, as Lambda passes it with an invocation and HTTP requests carry it.
///
/// For example `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=25:a87bd80c:1`, in
/// any order. Unknown members, such as `Lineage`, are kept, except for `Self`, which load balancers add. Members are
/// separated only by `;`. Format: AWS X-Ray's developer guide, "Tracing header".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceHeader {
    root: String,
    parent: Option<SpanId>,
    sampled: Option<bool>,
    others: String,
}

impl TraceHeader {
    /// Parses a header; returns `None` if it has no valid `Root`, or two different ones.
    ///
    /// A trace id of zeros is not valid. If there are several `Parent` or `Sampled` members, the last one is used;
    /// invalid ones are ignored.
    pub fn parse(header: &str) -> Option<Self> {
        let root = Self::root_in(header)?;
        let (mut parent, mut sampled, mut others) = (None, None, String::new());
        for (_, member) in members(header) {
            match member.split_once('=').unwrap_or((member, "")) {
                ("Parent", id) => parent = parse_span_id(id.trim_ascii()),
                ("Sampled", decision) => sampled = parse_decision(decision.trim_ascii()),
                ("Root" | "Self", _) => {}
                _ => {
                    others.push(';');
                    others.push_str(member);
                }
            }
        }
        Some(Self { root: header[root].to_owned(), parent, sampled, others })
    }

    /// Returns the range of the trace id in a header that [`parse`](Self::parse) accepts, without parsing the rest.
    pub fn root_in(header: &str) -> Option<Range<usize>> {
        let mut root: Option<Range<usize>> = None;
        for (start, member) in members(header) {
            if let Some(("Root", id)) = member.split_once('=') {
                let start = start + member.len() - id.trim_ascii_start().len();
                let range = start..start + id.trim_ascii().len();
                let id = &header[range.clone()];
                // It is not possible to know which of two traces the sender means.
                if !is_trace_id(id) || root.is_some_and(|root| header[root] != *id) {
                    return None;
                }
                root = Some(range);
            }
        }
        root
    }

    /// Returns the trace id: `1-`, 8 hex digits of time, `-`, 24 hex digits.
    pub fn trace_id(&self) -> &str {
        &self.root
    }

    /// Returns the id of the sender's span.
    pub fn parent(&self) -> Option<SpanId> {
        self.parent
    }

    /// Returns the sampling decision, or `None` if it has not been made.
    pub fn sampled(&self) -> Option<bool> {
        self.sampled
    }

    /// Returns all other members, such as `Lineage`.
    pub fn others(&self) -> impl Iterator<Item = (&str, &str)> {
        let members = self.others.split(';').filter(|member| !member.is_empty());
        members.map(|member| member.split_once('=').unwrap_or((member, "")))
    }

    /// Returns the header with a different parent.
    #[must_use]
    pub fn with_parent(mut self, parent: SpanId) -> Self {
        self.parent = Some(parent);
        self
    }

    /// Returns the W3C `traceparent` for this header, or `None` if the header has no parent, which `traceparent`
    /// requires.
    ///
    /// The trace id keeps its 32 digits, as in OpenTelemetry's propagator for X-Ray. If the sampling decision has not
    /// been made, the result says that the trace is not sampled. Format: W3C Trace Context, version 00.
    pub fn traceparent(&self) -> Option<String> {
        let (time, rest) = (self.root.get(2..10)?, self.root.get(11..)?);
        let flags = if self.sampled == Some(true) { "01" } else { "00" };
        Some(format!("00-{time}{rest}-{}-{flags}", self.parent?).to_ascii_lowercase())
    }
}

impl fmt::Display for TraceHeader {
    /// Writes `Root`, `Parent`, `Sampled`, and then the other members, as far as they are present.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Root={}", self.root)?;
        if let Some(parent) = self.parent {
            write!(f, ";Parent={parent}")?;
        }
        if let Some(sampled) = self.sampled {
            write!(f, ";Sampled={}", u8::from(sampled))?;
        }
        f.write_str(&self.others)
    }
}

/// Returns the members of a header, each with its offset.
fn members(header: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    let members = header.split(';').map(move |member| {
        let start = next + member.len() - member.trim_ascii_start().len();
        next += member.len() + 1;
        (start, member.trim_ascii())
    });
    members.filter(|(_, member)| !member.is_empty())
}

/// Returns whether the text is `1-`, 8 hex digits, `-`, 24 hex digits, and the digits are not all zero.
fn is_trace_id(id: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        0 => byte == b'1',
        1 | 10 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    let is_zero = || id.bytes().skip(1).all(|byte| matches!(byte, b'0' | b'-'));
    id.len() == 35 && id.bytes().enumerate().all(fits) && !is_zero()
}

fn parse_span_id(id: &str) -> Option<SpanId> {
    // `from_str_radix` would accept a sign.
    let is_hex = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let id = u64::from_str_radix(id, 16).ok().filter(|id| is_hex && *id != 0)?;
    Some(SpanId::new(id))
}

fn parse_decision(decision: &str) -> Option<bool> {
    match decision {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "1-5759e988-bd862e3fe1be46a994272793";

    #[test]
    fn members_can_be_in_any_order_or_missing() {
        let parse = |text: &str| TraceHeader::parse(text).unwrap();
        let full = parse(&format!(" Sampled=1 ;Parent=53995c3f42cd8ad8; Root={ROOT}"));
        assert_eq!(full.parent().unwrap().to_string(), "53995c3f42cd8ad8");
        assert_eq!((full.trace_id(), full.sampled()), (ROOT, Some(true)));
        let bare = parse(&format!("Root={ROOT};Sampled=?"));
        assert_eq!((bare.parent(), bare.sampled()), (None, None));
        assert_eq!(bare.to_string(), format!("Root={ROOT}"));
    }

    #[test]
    fn unknown_members_are_forwarded_and_self_is_not() {
        let header = format!("Self=1-a-b;Root={ROOT};Lineage=25:a87bd80c:1;Sampled=0;New=x=y");
        let header = TraceHeader::parse(&header).unwrap().with_parent(SpanId::new(1));
        assert_eq!(
            header.to_string(),
            format!("Root={ROOT};Parent=0000000000000001;Sampled=0;Lineage=25:a87bd80c:1;New=x=y")
        );
    }

    #[test]
    fn header_without_a_valid_trace_id_is_none() {
        for header in [
            "",
            "Parent=53995c3f42cd8ad8",
            "Root=",
            "Root=;",
            "Root=;Parent=53995c3f42cd8ad8;Sampled=1",
            "Root",
            "root=1-5759e988-bd862e3fe1be46a994272793",
            "Root=1-5759e988",
            "Root=2-5759e988-bd862e3fe1be46a994272793",
            "Root=1-5759e98é-bd862e3fe1be46a99427279",
            "Root=1-00000000-000000000000000000000000",
            "Root=1-5759e988-bd862e3fe1be46a994272793,Parent=53995c3f42cd8ad8,Sampled=1",
            "Root=1-5759e988-bd862e3fe1be46a994272793, Root=1-5759e988-bd862e3fe1be46a994272793",
        ] {
            assert_eq!(TraceHeader::parse(header), None, "{header}");
            assert_eq!(TraceHeader::root_in(header), None, "{header}");
        }
    }

    #[test]
    fn two_trace_ids_are_none_unless_they_are_the_same() {
        let parse =
            |other: &str| TraceHeader::parse(&format!("Root={ROOT};Sampled=1;Root={other}"));
        assert_eq!(parse(ROOT).unwrap().to_string(), format!("Root={ROOT};Sampled=1"));
        for other in ["1-5759e988-bd862e3fe1be46a994272794", "", "1-5759e988"] {
            assert_eq!(parse(other), None, "{other}");
        }
    }

    #[test]
    fn trace_id_is_found_at_any_position() {
        for header in [format!("Root={ROOT}"), format!(" Self=1-é ; Root= {ROOT} ;Sampled=1")] {
            assert_eq!(&header[TraceHeader::root_in(&header).unwrap()], ROOT);
            assert_eq!(TraceHeader::parse(&header).unwrap().trace_id(), ROOT);
        }
    }

    #[test]
    fn parent_that_is_none_is_none() {
        for parent in ["", "0000000000000000", "+3995c3f42cd8ad8", "53995c3f42cd8ad"] {
            let header = TraceHeader::parse(&format!("Root={ROOT};Parent={parent}")).unwrap();
            assert_eq!(header.parent(), None, "{parent}");
        }
    }

    #[test]
    fn traceparent_has_the_same_ids() {
        let header = format!("Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1");
        assert_eq!(
            TraceHeader::parse(&header).unwrap().traceparent().unwrap(),
            "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"
        );
        assert_eq!(TraceHeader::parse(&format!("Root={ROOT}")).unwrap().traceparent(), None);
    }

    proptest::proptest! {
        #[test]
        fn random_headers_do_not_panic(
            header in "(Root|Parent|Sampled|Self|=|;|,| |é|0|53995c3f42cd8ad8|1-5759e988-bd862e3fe1be46a994272793){0,12}"
        ) {
            let root = TraceHeader::root_in(&header).map(|root| header[root].to_owned());
            proptest::prop_assert_eq!(root, TraceHeader::parse(&header).map(|it| it.trace_id().to_owned()));
        }
    }
}
