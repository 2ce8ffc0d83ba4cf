//! No address twice.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::diagnostic::Diagnostic;
use crate::resolve::Loader;
use crate::source::Span;

impl Loader<'_> {
    /// Reports each address that two hosts have; of two groups only the first clash.
    pub(super) fn check_addresses(&mut self) {
        let mut owners: BTreeMap<IpAddr, (&str, Span)> = BTreeMap::new();
        let mut told: Vec<(Span, Span)> = Vec::new();
        for (address, name, span) in &self.addresses {
            let Some((owner, first)) = owners.insert(*address, (name, *span)) else { continue };
            if told.contains(&(first, *span)) {
                continue;
            }
            told.push((first, *span));
            let problem =
                Diagnostic::error(format!("`{owner}` and `{name}` have the same address {address}"))
                    .at(*span, format!("of `{name}`"))
                    .at(first, format!("of `{owner}`"));
            self.reader.report(problem);
        }
    }
}
