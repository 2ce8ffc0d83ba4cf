//! The conditions of `Match`.

use std::net::IpAddr;

use super::line::{Line, Word};
use super::settings::Connection;
use super::values::port;
use super::{ConfigProblem, Reader};
use crate::patterns::{Matched, fits_address, fits_host, fits_list};

/// What a connection must be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    All,
    User(String),
    Group(String),
    Host(String),
    Address(String),
    LocalAddress(String),
    LocalPort(u16),
    /// Of a routing domain: connections are in none.
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

/// The conditions of a line.
pub(super) fn read(reader: &mut Reader<'_>, line: &Line) -> Vec<Condition> {
    let mut words = line.conditions().into_iter();
    let mut conditions = Vec::new();
    while let Some(attribute) = words.next() {
        let name = attribute.text.to_lowercase();
        if name == "all" {
            if !conditions.is_empty() || words.next().is_some() {
                reader.error(attribute.range, ConfigProblem::MatchAll);
            }
            return vec![Condition::All];
        }
        let Some(argument) = words.next().filter(|argument| !argument.text.is_empty()) else {
            reader.error(attribute.range, ConfigProblem::MatchMissing(attribute.text));
            return conditions;
        };
        let range = argument.range.clone();
        match condition(&name, attribute, argument) {
            Ok(condition) => conditions.push(condition),
            Err((at, problem)) => reader.error(at.unwrap_or(range), problem),
        }
    }
    if conditions.is_empty() && !line.conditions().iter().any(|word| !word.text.is_empty()) {
        reader.error(line.keyword.range.clone(), ConfigProblem::MatchEmpty);
    }
    conditions
}

type Bad = (Option<std::ops::Range<usize>>, ConfigProblem);

fn condition(name: &str, attribute: Word, argument: Word) -> Result<Condition, Bad> {
    let list = argument.text;
    let addresses = |attribute, list: String| match fits_address(None, &list) {
        Ok(_) => Ok(list),
        Err(_) => Err((None, ConfigProblem::MatchAddress { attribute, argument: list })),
    };
    Ok(match name {
        "user" => Condition::User(list),
        "group" => Condition::Group(list),
        "host" => Condition::Host(list),
        "address" => Condition::Address(addresses("address", list)?),
        "localaddress" => Condition::LocalAddress(addresses("localaddress", list)?),
        "localport" => match port(&list) {
            Some(port) => Condition::LocalPort(port),
            None => return Err((None, ConfigProblem::MatchPort(list))),
        },
        "rdomain" => Condition::RDomain(list),
        _ => return Err((Some(attribute.range), ConfigProblem::MatchUnknown(attribute.text))),
    })
}
