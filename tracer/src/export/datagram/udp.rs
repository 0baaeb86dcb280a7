use std::{
    fmt, io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket},
    sync::{Mutex, PoisonError},
};

use super::DatagramSink;

/// Sends datagrams over UDP, and never waits for anything.
///
/// The socket is made with the first datagram and made anew after an error, since an environment that was
/// frozen or restored from a snapshot may have lost it.
pub struct UdpSink {
    address: String,
    socket: Mutex<Option<UdpSocket>>,
}

impl UdpSink {
    /// Creates a sink that sends to `address`, such as `127.0.0.1:2000`.
    pub fn new(address: impl Into<String>) -> Self {
        Self { address: address.into(), socket: Mutex::default() }
    }

    fn connect(&self) -> io::Result<UdpSocket> {
        let address = self.address.to_socket_addrs()?.next();
        let address = address.ok_or_else(|| io::Error::other("the name has no address"))?;
        let any: SocketAddr = match address {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = UdpSocket::bind(any)?;
        socket.set_nonblocking(true)?;
        socket.connect(address)?;
        Ok(socket)
    }
}

impl DatagramSink for UdpSink {
    fn send(&self, datagram: &[u8]) -> io::Result<()> {
        let mut socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = match &*socket {
            // An error that is told now may be that of the datagram before: it is told on, and this one
            // gets its chance all the same.
            Some(open) => open.send(datagram).inspect_err(|_| {
                let _ = open.send(datagram);
            }),
            None => self.connect().and_then(|new| {
                let sent = new.send(datagram);
                *socket = Some(new);
                sent
            }),
        };
        sent.map(drop).map_err(|error| {
            *socket = None;
            io::Error::new(error.kind(), Unsent { address: self.address.clone(), error })
        })
    }
}

impl fmt::Debug for UdpSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UdpSink").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Says what could not be sent where.
#[derive(Debug)]
struct Unsent {
    address: String,
    error: io::Error,
}

impl fmt::Display for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, error } = self;
        write!(f, "sending to {address} over UDP failed: {error}; is the X-Ray daemon there?")
    }
}

impl std::error::Error for Unsent {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
