/// What a span is in a conversation between programs, as OpenTelemetry's `SpanKind` has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A step within the program.
    #[default]
    Internal,
    /// The handling of a request.
    Server,
    /// A request to another program that is waited for.
    Client,
    /// A message sent.
    Producer,
    /// A message received.
    Consumer,
}

impl Kind {
    /// Reads the value of a field `otel.kind`, in any case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let named = [
            ("internal", Self::Internal),
            ("server", Self::Server),
            ("client", Self::Client),
            ("producer", Self::Producer),
            ("consumer", Self::Consumer),
        ];
        named.into_iter().find(|(name, _)| text.eq_ignore_ascii_case(name)).map(|(_, kind)| kind)
    }
}
