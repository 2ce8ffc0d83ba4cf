//! Access points, single ones and groups.

use std::time::Duration;

use catalogue::{Dialect, Model};
use image::Version;
use text::MacAddress;

use super::{ACCESS_POINTS_MAX, Images, ipv6};
use crate::address::plus;
use crate::diagnostic::Diagnostic;
use crate::language::{self, Written};
use crate::model::{AccessPoint, ApType, Controller, FlashSetup, Unsimulated};
use crate::resolve::Loader;
use crate::resolve::addresses::AddressRange;
use crate::resolve::names::Role;
use crate::source::Span;
use crate::yaml::Node;

/// The name under which access points with IPv6 addresses are accepted as not modelled.
const IPV6: &str = "IPv6";

/// The resolved values of `language::ApUnit`, but for the flash.
pub(super) struct Unit {
    pub(super) backup: Option<Version>,
    pub(super) console: Option<Dialect>,
    pub(super) hardware: Option<String>,
    pub(super) made: Option<String>,
    pub(super) uptime: Option<Duration>,
}

/// The settings of a single access point.
pub(super) struct Member {
    pub(super) flash: FlashSetup,
    /// True if the next member of the group may differ.
    drawn: bool,
}

impl Loader<'_> {
    pub(in crate::resolve) fn access_points(
        &mut self,
        raw: Vec<Option<language::AccessPoint>>,
        controllers: &[Controller],
        images: &Images,
    ) -> Vec<AccessPoint> {
        let mut out: Vec<AccessPoint> = Vec::new();
        for raw in raw.into_iter().flatten() {
            let span = raw.span;
            if let Some(access_points) = self.access_point(raw, controllers, images) {
                out.extend(access_points);
            }
            if out.len() as u64 > ACCESS_POINTS_MAX {
                let problem = Diagnostic::error(format!("more than {ACCESS_POINTS_MAX} access points"));
                self.reader.report(problem.at(span, "these exceed the limit"));
                break;
            }
        }
        out
    }

    /// Resolves one access point, or as many as `count` says.
    fn access_point(
        &mut self,
        raw: language::AccessPoint,
        controllers: &[Controller],
        images: &Images,
    ) -> Option<Vec<AccessPoint>> {
        if let Some((address, span)) = ipv6(&raw) {
            let name = raw.name.value.as_deref().unwrap_or("an unnamed access point");
            let message = format!(
                "`{name}` has the IPv6 address {address}, and access points with one are not simulated"
            );
            let problem = Diagnostic::not_modelled(IPV6, message);
            self.reader.report(problem.at(span, "what happens to it cannot be told"));
            let model = raw.model.value.unwrap_or_default();
            self.unsimulated.push(Unsimulated { name: name.to_owned(), model, address });
            return None;
        }
        let range = self.address_range(&raw.addresses, raw.count.is_written());
        let is_group = raw.count.is_written() || raw.addresses.is_written();
        let count = if raw.count.is_written() { raw.count.value } else { range.map(AddressRange::count) };
        if let (Some(range), Some(count), Some(span)) = (range, raw.count.value, raw.addresses.span())
            && count > range.count()
        {
            let problem = Diagnostic::error(format!("{count} access points and {} addresses", range.count()));
            self.reader.report(problem.at(span, "too few addresses"));
            return None;
        }
        let model = raw.model.and_then(|model, span| self.model(model, span)).value;
        let first = match raw.addresses.span() {
            None => self.address(&raw.name, &raw.address, count),
            Some(span) => {
                range.and_then(|range| self.take_addresses(&raw.name, range.first.into(), span, count))
            }
        };
        let running = raw.running.and_then(|text, span| self.version(&text, span, images)).value;
        let unit = self.unit(&raw.unit, images);
        let mac_span = raw.mac.span();
        let mac = raw.mac.and_then(|mac, span| self.mac(&mac, span));
        let flash = raw.unit.flash.value;
        let group = is_group.then(|| raw.name.value.clone().unwrap_or_default());
        let member = self.member(flash.as_ref(), group.as_deref(), 0);
        let controller = self.joined(raw.controller, raw.head, controllers);
        let type_span = raw.ap_type.span();
        let states_ap_type = raw.ap_type.is_written();
        let ap_type = raw.ap_type.optional();
        if let (Some(Some(ApType::EwcAp)), Some(span)) = (ap_type, type_span) {
            self.check_ewc_type(model.as_ref(), controllers.get(controller), span);
        }

        let ((name, span), (written, model), first, running) = (raw.name.placed()?, model?, first?, running?);
        let unit = unit?;
        let console = unit.console.unwrap_or_else(|| self.catalogue.dialect(running));
        let number = if is_group { count? } else { 1 };
        let mut member = member?;
        let mac = mac.optional()?;
        let ap_type = ap_type?;
        let mut access_points = Vec::new();
        for index in 0..number {
            if index > 0 && member.drawn {
                member = self.member(flash.as_ref(), group.as_deref(), index)?;
            }
            let address = plus(first, index)?;
            let name_of_one = if is_group { format!("{name}-{}", index + 1) } else { name.clone() };
            let mac = mac.map_or_else(|| MacAddress::from_address(address), |mac| mac.plus(index));
            self.macs.push((mac, name_of_one.clone(), mac_span));
            access_points.push(AccessPoint {
                name: name_of_one,
                group: is_group.then(|| name.clone()),
                model: written.clone(),
                image_type: model.image_type.clone(),
                platform: model.platform.clone(),
                address,
                mac,
                running,
                backup: unit.backup,
                hardware: unit.hardware.clone(),
                made: unit.made.clone(),
                uptime: unit.uptime,
                console,
                controller,
                runs_controller: false,
                ap_type: ap_type.unwrap_or(ApType::Capwap),
                states_ap_type,
                flash: member.flash.clone(),
                span,
            });
        }
        Some(access_points)
    }

    /// Reports type `ewc-ap` where it cannot be, or cannot be simulated.
    fn check_ewc_type(
        &mut self,
        model: Option<&(String, Model)>,
        controller: Option<&Controller>,
        span: Span,
    ) {
        if let Some((written, _)) = model.filter(|(_, model)| !model.ewc) {
            let problem =
                Diagnostic::error(format!("model {written} cannot be an embedded wireless controller"));
            self.reader.report(problem.at(span, "so it cannot be of this type"));
        }
        if let Some(controller) = controller.filter(|controller| !controller.states_own_address) {
            let name = &controller.name;
            let problem =
                Diagnostic::error(format!("the address of the access point of `{name}` is not stated"));
            let problem = problem.at(span, format!("this one can take over from `{name}`"));
            let why = "its own access point then joins by an address of the LAN";
            self.reader
                .report(problem.note(why).help(format!("add `access_point: {{ address: … }}` to `{name}`")));
        }
    }

    pub(super) fn unit(&mut self, raw: &language::ApUnit, images: &Images) -> Option<Unit> {
        let backup = raw.backup.clone().and_then(|text, span| self.version(&text, span, images));
        let hardware = raw.hardware.clone().and_then(|text, span| self.hardware(text, span));
        let made = raw.made.clone().and_then(|text, span| self.day(&text, span));
        Some(Unit {
            // A wrong version was reported.
            backup: backup.value,
            console: raw.console.clone().optional()?,
            hardware: hardware.optional()?,
            made: made.optional()?,
            uptime: raw.uptime.clone().optional()?,
        })
    }

    /// Returns the index of the controller that an access point joins: the one that it names, or the only one. After a problem,
    /// which is reported, it is any.
    fn joined(&mut self, name: Written<String>, head: Span, controllers: &[Controller]) -> usize {
        if !name.is_written() && controllers.len() > 1 {
            self.names_no_controller("access point", head, "add `controller:` with the one that it joins:");
        }
        let name = self.host(name, Some(Role::Controller));
        let found = name.and_then(|name| controllers.iter().position(|controller| controller.name == name));
        found.unwrap_or_default()
    }

    /// Resolves the settings drawn separately for each access point: the member of a group with this index, or a single one.
    pub(super) fn member(&mut self, flash: Option<&Node>, group: Option<&str>, index: u64) -> Option<Member> {
        let Some(flash) = flash else { return Some(Member { flash: FlashSetup::default(), drawn: false }) };
        let known = self.settler.settled.len();
        let settled = group.map(|group| {
            let mut settled = flash.clone();
            let path = format!("access_points.{group}-{}", index + 1);
            self.settler.member(&mut self.reader, "flash", &mut settled, &path);
            settled
        });
        let drawn = self.settler.settled.len() > known;
        Some(Member { flash: self.flash(settled.as_ref().unwrap_or(flash))?, drawn })
    }
}
