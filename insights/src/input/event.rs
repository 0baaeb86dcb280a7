/// An event of a log stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogEvent<'a> {
    /// When it was written, in milliseconds since 1970.
    pub timestamp: Option<i64>,
    /// When CloudWatch took it, in milliseconds since 1970.
    pub ingestion_time: Option<i64>,
    /// The log stream.
    pub log_stream: Option<&'a str>,
    /// The log group, as `account:name` or the name alone.
    pub log: Option<&'a str>,
    /// The line.
    pub message: &'a str,
}
