//! Controllers and access points, and the names of all hosts.

mod access_points;
mod addresses;
mod controllers;

use std::net::IpAddr;

use catalogue::{Confidence, Model};
use indexmap::IndexMap;
use text::MacAddress;

use crate::diagnostic::{Diagnostic, Severity};
use crate::language::{self, Named, Written};
use crate::model::ImageSet;
use crate::reader;
use crate::resolve::Loader;
use crate::resolve::addresses::AddressRange;
use crate::resolve::names::Role;
use crate::source::Span;

/// The maximum number of access points in total.
const ACCESS_POINTS_MAX: u64 = reader::ACCESS_POINTS_MAX as u64;

pub(super) type Images = IndexMap<String, ImageSet>;

impl Loader<'_> {
    /// Registers every name before any entry that could refer to one is read.
    pub(super) fn take_names(&mut self, raw: &language::Scenario) {
        for raw in raw.controller.value.iter().chain(raw.controllers.value.iter().flatten().flatten()) {
            self.take_name(&raw.name, Role::Controller);
            self.take_own_name(raw);
        }
        for raw in raw.servers.value.iter().flatten() {
            if raw.as_ref().is_none_or(|raw| !self.take_name(&raw.name, Role::Server)) {
                self.names.miss();
            }
        }
        for raw in raw.idle_clients.value.iter().flatten().flatten() {
            self.take_name(&raw.name, Role::IdleClient);
        }
        if !raw.access_points.is_written() {
            self.names.miss();
        }
        let mut left = ACCESS_POINTS_MAX;
        for raw in raw.access_points.value.iter().flatten() {
            let Some((raw, (name, span))) =
                raw.as_ref().and_then(|raw| Some((raw, raw.name.clone().placed()?)))
            else {
                self.names.miss();
                continue;
            };
            // It is no host of the simulation.
            if ipv6(raw).is_some() {
                continue;
            }
            let of_range =
                raw.addresses.is_written().then(|| range(&raw.addresses).map_or(0, AddressRange::count));
            let written = raw.count.is_written().then(|| raw.count.value.unwrap_or(0));
            match written.or(of_range) {
                None => self.names.add_host(&mut self.reader, &name, Role::AccessPoint, span),
                Some(count) => {
                    let count = count.min(left);
                    left -= count;
                    self.names.add_group(&mut self.reader, &name, count, span);
                }
            }
        }
        self.names.complete();
    }

    /// Registers the name of a controller's own access point.
    fn take_own_name(&mut self, raw: &language::Controller) {
        let Some((controller, span)) = raw.name.clone().placed() else { return };
        let stated = raw.access_point.value.as_ref().and_then(|own| own.name.clone().placed());
        let (name, span) = stated.unwrap_or_else(|| (own_name(&controller), span));
        self.names.add_own(&mut self.reader, &name, &controller, span);
    }

    /// Registers a name; returns true if there is one.
    fn take_name(&mut self, name: &Written<String>, role: Role) -> bool {
        let Some((name, span)) = name.clone().placed() else { return false };
        self.names.add_host(&mut self.reader, &name, role, span);
        true
    }

    /// Returns a host by its name.
    pub(super) fn host(&mut self, name: Written<String>, role: Option<Role>) -> Option<String> {
        let (name, span) = name.placed()?;
        self.names.host(&mut self.reader, &name, span, role)
    }

    /// Returns hosts and groups by their names; an empty result is a problem of severity `nobody`.
    pub(super) fn hosts(
        &mut self,
        names: Written<Vec<Named>>,
        role: Option<Role>,
        nobody: Severity,
    ) -> Option<Vec<String>> {
        let (names, span) = names.placed()?;
        Some(self.names.hosts(&mut self.reader, &names, span, role, nobody))
    }

    /// Reports that one of several controllers has to be named.
    pub(super) fn names_no_controller(&mut self, what: &str, head: Span, help: &str) {
        let names = self.names.controllers().collect::<Vec<_>>().join(", ");
        let problem = Diagnostic::error(format!("there are several controllers, and this {what} names none"));
        let problem = problem.at(head, "in the map that starts here");
        self.reader.report(problem.help(format!("{help} {names}")));
    }

    /// Returns a model of the catalogue, and the name that the device prints.
    fn model(&mut self, text: String, span: Span) -> Option<(String, Model)> {
        if let Some(model) = self.catalogue.model(&text) {
            let model = model.clone();
            if model.confidence == Confidence::Unverified && self.unverified_models.insert(text.clone()) {
                let message = format!("the image of model {text} is not verified");
                let label = format!("`{}` is assumed", model.image_type);
                self.reader.report(Diagnostic::warning(message).at(span, label).note(&model.source));
            }
            return Some((catalogue::device_name(&text), model));
        }
        let problem =
            Diagnostic::error(format!("no access point model is called `{text}`")).at(span, "not found");
        let problem = match self.catalogue.closest_models(&text)[..] {
            [] => problem.help("names are like C9105AXI or AIR-AP3802I, with or without a regulatory domain"),
            ref near => problem.help(format!("did you mean `{}`?", near.join("` or `"))),
        };
        self.reader.report(problem);
        None
    }

    fn mac(&mut self, text: &str, span: Span) -> Option<MacAddress> {
        let mac = MacAddress::parse(text);
        if mac.is_none() {
            self.reader.wrong_value(text, span, "an Ethernet address such as 6c41.0e16.e79c");
        }
        mac
    }
}

/// Returns the address of an access point, and its place, if it is one of IPv6.
fn ipv6(raw: &language::AccessPoint) -> Option<(IpAddr, Span)> {
    let address = raw.address.value.filter(IpAddr::is_ipv6)?;
    Some((address, raw.address.span()?))
}

/// Returns the name of the access point of a controller with this name, unless the scenario gives it another.
fn own_name(controller: &str) -> String {
    format!("{controller}-ap")
}

fn range(addresses: &Written<String>) -> Option<AddressRange> {
    addresses.value.as_deref().and_then(AddressRange::hosts)
}
