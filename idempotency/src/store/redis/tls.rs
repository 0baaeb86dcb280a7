//! TLS by *ring*.

use rustls::crypto::{CryptoProvider, ring};

/// Makes *ring* the process's TLS library, unless the program has chosen one.
///
/// The `redis` crate takes the process's, and would panic without one where the dependencies bring two.
pub(super) fn install_ring() {
    if CryptoProvider::get_default().is_none() {
        // Fails if another thread was faster, which is just as well.
        let _ = ring::default_provider().install_default();
    }
}
