use std::{
    fmt, io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::DatagramSink;

/// How long nothing is tried after an address could not be found: looking a name up may take seconds.
const PAUSE: Duration = Duration::from_secs(10);

/// Sends datagrams over UDP, and waits for nothing but the address of a host that is given by its name.
///
/// The socket is made with the first datagram and made anew after an error, since an environment that was
/// frozen or restored from a snapshot may have lost it. A name that has no address is looked up again after ten
/// seconds.
pub struct UdpSink {
    address: String,
    socket: Mutex<Socket>,
}

#[derive(Default)]
struct Socket {
    open: Option<UdpSocket>,
    not_found: Option<Instant>,
}

impl UdpSink {
    /// Creates a sink that sends to `address`, such as `127.0.0.1:2000`.
    pub fn new(address: impl Into<String>) -> Self {
        Self { address: address.into(), socket: Mutex::default() }
    }

    /// Looks the address up, unless that has failed just now.
    fn find(&self, not_found: &mut Option<Instant>) -> io::Result<SocketAddr> {
        if not_found.is_some_and(|at| at.elapsed() < PAUSE) {
            return Err(io::Error::other("the name had no address a moment ago"));
        }
        let found = self.address.to_socket_addrs().and_then(|mut found| {
            found.next().ok_or_else(|| io::Error::other("the name has no address"))
        });
        *not_found = found.is_err().then(Instant::now);
        found
    }

    #[cold]
    fn connect(address: SocketAddr) -> io::Result<UdpSocket> {
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
        let Socket { open, not_found } = &mut *socket;
        let sent = match open {
            // An error that is told now may be that of the datagram before: it is told on, and this one
            // gets its chance all the same.
            Some(open) => open.send(datagram).inspect_err(|_| {
                let _ = open.send(datagram);
            }),
            None => self.find(not_found).and_then(Self::connect).and_then(|new| {
                let sent = new.send(datagram);
                *open = Some(new);
                sent
            }),
        };
        sent.map(drop).map_err(|error| {
            *open = None;
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
