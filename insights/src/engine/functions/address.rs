//! Functions of IP addresses.

use std::net::IpAddr;

use super::Function;
use crate::engine::Datum;

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "isvalidip" => Function::One(|x| valid(&x, |_| true)),
        "isvalidipv4" => Function::One(|x| valid(&x, IpAddr::is_ipv4)),
        "isvalidipv6" => Function::One(|x| valid(&x, IpAddr::is_ipv6)),
        "isipinsubnet" | "isvalidipinsubnet" => Function::Two(|x, net| inside(&x, &net, |_| true)),
        "isipv4insubnet" | "isvalidipv4insubnet" => {
            Function::Two(|x, net| inside(&x, &net, IpAddr::is_ipv4))
        }
        "isipv6insubnet" | "isvalidipv6insubnet" => {
            Function::Two(|x, net| inside(&x, &net, IpAddr::is_ipv6))
        }
        _ => return None,
    })
}

fn valid(x: &Datum<'_>, kind: fn(&IpAddr) -> bool) -> Datum<'static> {
    Datum::Flag(address(x).is_some_and(|address| kind(&address)))
}

fn inside(x: &Datum<'_>, subnet: &Datum<'_>, kind: fn(&IpAddr) -> bool) -> Datum<'static> {
    let address = address(x).filter(kind);
    let subnet = subnet.text().and_then(|text| Subnet::read(&text));
    Datum::Flag(address.zip(subnet).is_some_and(|(address, subnet)| subnet.has(address)))
}

fn address(x: &Datum<'_>) -> Option<IpAddr> {
    x.text()?.parse().ok()
}

/// A network in CIDR notation: its address and how many of its bits count.
struct Subnet {
    network: IpAddr,
    bits: u32,
}

impl Subnet {
    fn read(text: &str) -> Option<Self> {
        let (network, bits) = text.split_once('/')?;
        let (network, bits): (IpAddr, u32) = (network.parse().ok()?, bits.parse().ok()?);
        let most = if network.is_ipv4() { 32 } else { 128 };
        (bits <= most).then_some(Self { network, bits })
    }

    fn has(&self, address: IpAddr) -> bool {
        match (self.network, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differ = network.to_bits() ^ address.to_bits();
                differ.checked_shr(32 - self.bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differ = network.to_bits() ^ address.to_bits();
                differ.checked_shr(128 - self.bits).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}
