//! The conditions of `Match`.

use std::net::IpAddr;

use super::settings::Connection;
use crate::patterns::{Matched, fits_address, fits_host, fits_list};

/// A condition on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    All,
    User(String),
    Group(String),
    Host(String),
    Address(String),
    LocalAddress(String),
    LocalPort(u16),
    /// The routing domain: connections are in none.
    RDomain(String),
}

impl Condition {
    pub(super) fn holds(&self, connection: &Connection<'_>) -> bool {
        let address = |address: IpAddr, list: &str| fits_address(Some(address), list) == Ok(Matched::Yes);
        match self {
            Self::All => true,
            Self::User(list) => fits_list(connection.user, list) == Matched::Yes,
            Self::Group(list) => connection.is_in(list),
            Self::Host(list) => fits_host(connection.host, list) == Matched::Yes,
            Self::Address(list) => address(connection.address, list),
            Self::LocalAddress(list) => address(connection.local.ip(), list),
            Self::LocalPort(port) => connection.local.port() == *port,
            Self::RDomain(list) => fits_list("", list) == Matched::Yes,
        }
    }
}
