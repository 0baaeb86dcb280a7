//! Datagrams for the port that the X-Ray daemon listens on.

mod rate_limit;
mod udp;

use std::io;

pub(crate) use rate_limit::RateLimit;
pub use udp::UdpSink;

/// The largest datagram that UDP over IPv4 takes, in bytes.
pub(crate) const LARGEST: usize = 65_507;

/// What every datagram begins with. Format: AWS X-Ray's developer guide, "Sending trace data to AWS X-Ray".
pub(crate) const HEADER: &[u8] = b"{\"format\":\"json\",\"version\":1}\n";

/// Takes datagrams.
pub trait DatagramSink: Send + Sync + 'static {
    /// Sends one datagram, without waiting.
    ///
    /// # Errors
    ///
    /// As far as the sender can know.
    fn send(&self, datagram: &[u8]) -> io::Result<()>;
}
