//! The addresses of hosts: each is that of a single host, and recorded for the check for duplicates.

use std::net::IpAddr;

use super::{ACCESS_POINTS_MAX, range};
use crate::address::{can_be_a_host, plus};
use crate::diagnostic::Diagnostic;
use crate::language::Written;
use crate::resolve::Loader;
use crate::resolve::addresses::AddressRange;
use crate::source::Span;

impl Loader<'_> {
    /// Returns the address of a host, or the first of a group's `count`; records each for the check for duplicates.
    pub(in crate::resolve) fn address(
        &mut self,
        name: &Written<String>,
        address: &Written<IpAddr>,
        count: Option<u64>,
    ) -> Option<IpAddr> {
        self.take_addresses(name, address.value?, address.span()?, count)
    }

    pub(super) fn take_addresses(
        &mut self,
        name: &Written<String>,
        first: IpAddr,
        span: Span,
        count: Option<u64>,
    ) -> Option<IpAddr> {
        let name = name.value.as_deref().unwrap_or("an unnamed host");
        let number = count.unwrap_or(1);
        if plus(first, number.saturating_sub(1)).is_none() {
            let message = format!("there are fewer than {number} addresses starting at {first}");
            self.reader.report(Diagnostic::error(message).at(span, ""));
            return None;
        }
        for index in 0..number {
            let address = plus(first, index)?;
            if !self.can_be_a_host(address, span) {
                return None;
            }
            let name = if count.is_some() { format!("{name}-{}", index + 1) } else { name.to_owned() };
            self.addresses.push((address, name, span));
        }
        Some(first)
    }

    /// Returns true if an address is that of a single host, and reports it otherwise.
    pub(super) fn can_be_a_host(&mut self, address: IpAddr, span: Span) -> bool {
        let can = can_be_a_host(address);
        if !can {
            let problem = Diagnostic::error(format!("{address} is not the address of a single host"));
            self.reader.report(problem.at(span, ""));
        }
        can
    }

    /// Resolves `addresses` of a group.
    pub(super) fn address_range(
        &mut self,
        addresses: &Written<String>,
        counted: bool,
    ) -> Option<AddressRange> {
        let (text, span) = (addresses.value.as_ref()?, addresses.span()?);
        let Some(range) = range(addresses) else {
            let expected = "addresses such as 172.16.8.10-172.16.8.29, or a prefix such as 172.16.8.0/27";
            self.reader.wrong_value(text, span, expected);
            return None;
        };
        if range.count() > ACCESS_POINTS_MAX && !counted {
            let problem = Diagnostic::error(format!("a range of {} addresses", range.count()));
            let problem =
                problem.at(span, format!("at most {ACCESS_POINTS_MAX} access points are simulated"));
            self.reader.report(problem.help("add `count:` to use only the first ones"));
            return None;
        }
        Some(range)
    }
}
