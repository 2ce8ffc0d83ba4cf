//! The controller and the access points, and the names of all hosts.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use catalogue::{Confidence, Dialect, Model};
use image::Version;
use indexmap::IndexMap;
use text::MacAddress;

use crate::address::{can_be_a_host, plus};
use crate::diagnostic::{Diagnostic, Severity};
use crate::language::{self, Named, Written};
use crate::model::{AccessPoint, ApType, Controller, FlashSetup, ImageSet, Unsimulated};
use crate::reader;
use crate::resolve::Loader;
use crate::resolve::addresses::AddressRange;
use crate::resolve::names::Role;
use crate::source::Span;
use crate::yaml::Node;

/// The maximum number of access points in total.
const ACCESS_POINTS_MAX: u64 = reader::ACCESS_POINTS_MAX as u64;

/// The name under which access points with IPv6 addresses are accepted as not modelled.
const IPV6: &str = "IPv6";

pub(super) type Images = IndexMap<String, ImageSet>;

/// The address by which a controller reaches the access point on which it runs; that of a second controller's is one more (Cisco,
/// unicon's mock of an EWC: `wireless ewc-ap ap shell` is a login to it).
const INSIDE: Ipv4Addr = Ipv4Addr::new(192, 168, 129, 1);

/// The resolved values of `language::ApUnit`, but for the flash.
struct Unit {
    backup: Option<Version>,
    console: Option<Dialect>,
    hardware: Option<String>,
    made: Option<String>,
    uptime: Option<Duration>,
}

/// The settings of a single access point.
struct Member {
    flash: FlashSetup,
    /// True if the next member of the group may differ.
    drawn: bool,
}

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

    /// Resolves a controller, the one with this index, and the access point on which it runs.
    pub(super) fn controller(
        &mut self,
        raw: language::Controller,
        index: usize,
        images: &Images,
    ) -> Option<(Controller, AccessPoint)> {
        let address = self.address(&raw.name, &raw.address, None);
        let model_span = raw.model.span();
        let model = raw.model.and_then(|model, span| self.model(model, span)).value;
        if let (Some((written, model)), Some(span)) = (&model, model_span)
            && !model.ewc
        {
            let problem =
                Diagnostic::error(format!("model {written} cannot be an embedded wireless controller"));
            let can: Vec<&str> =
                self.catalogue.models().filter(|model| model.ewc).map(|model| &*model.names[0]).collect();
            self.reader.report(problem.at(span, "").help(format!("models that can: {}", can.join(", "))));
        }
        let running =
            raw.running.and_then(|set, span| Some((self.set_name(&set, span, images)?, span))).value;
        if let (Some((written, model)), Some((set, span))) = (&model, &running)
            && images.get(set).is_some_and(|set| set.file(&model.image_type).is_none())
        {
            let message =
                format!("image set `{set}` has no `{}`, which model {written} runs", model.image_type);
            self.reader.report(Diagnostic::error(message).at(*span, ""));
        }
        let mac_span = raw.mac.span();
        let mac = raw.mac.and_then(|mac, span| self.mac(&mac, span));
        let config = raw.config.value.and_then(|node| self.config(&node));
        let set = running.as_ref().and_then(|(name, _)| images.get(name));
        let staged = self.staged(raw.images.value.unwrap_or_default(), set);
        let (written, model) = model?;
        let address = address?;
        let (name, span) = raw.name.placed()?;
        let mac = mac.optional()?.unwrap_or_else(|| MacAddress::from_address(address));
        self.macs.push((mac, name.clone(), mac_span));
        let states_own_address = raw.access_point.value.as_ref().is_some_and(|own| own.address.is_written());
        let controller = Controller {
            name,
            model: written,
            image_type: model.image_type.clone(),
            address,
            running: running?.0,
            mac,
            config,
            images: staged,
            states_own_address,
            span,
        };
        let own = self.own_access_point(&controller, raw.access_point, (index, &model), images)?;
        Some((controller, own))
    }

    /// Resolves the access point on which `controller`, the one with this index, runs.
    fn own_access_point(
        &mut self,
        controller: &Controller,
        raw: Written<language::OwnAccessPoint>,
        (index, model): (usize, &Model),
        images: &Images,
    ) -> Option<AccessPoint> {
        let (name, address, span, unit, flash) = match raw.optional()? {
            None => (Written { place: None, value: None }, None, controller.span, None, None),
            Some(raw) => {
                let unit = self.unit(&raw.unit, images)?;
                let place = raw.address.span();
                let address = raw.address.optional()?.zip(place);
                (raw.name, address, raw.span, Some(unit), raw.unit.flash.value)
            }
        };
        let name: String = name.optional()?.unwrap_or_else(|| own_name(&controller.name));
        let inside = || Some((plus(INSIDE.into(), index as u64)?, span));
        let (address, place) = address.or_else(inside)?;
        if !self.can_be_a_host(address, place) {
            return None;
        }
        self.addresses.push((address, name.clone(), place));
        let running = images.get(&controller.running)?.ap;
        let flash = self.member(flash.as_ref(), None, 0)?.flash;
        Some(AccessPoint {
            name,
            group: None,
            model: controller.model.clone(),
            image_type: model.image_type.clone(),
            platform: model.platform.clone(),
            address,
            mac: controller.mac,
            running,
            backup: unit.as_ref().and_then(|unit| unit.backup),
            hardware: unit.as_ref().and_then(|unit| unit.hardware.clone()),
            made: unit.as_ref().and_then(|unit| unit.made.clone()),
            uptime: unit.as_ref().and_then(|unit| unit.uptime),
            console: unit.and_then(|unit| unit.console).unwrap_or_else(|| self.catalogue.dialect(running)),
            controller: index,
            runs_controller: true,
            ap_type: ApType::EwcAp,
            states_ap_type: false,
            flash,
            span: controller.span,
        })
    }

    /// Returns the image types of the set that the controller runs.
    fn staged(&mut self, raw: Vec<Named>, set: Option<&ImageSet>) -> Vec<String> {
        let mut staged = Vec::new();
        for Named { text: name, span } in raw {
            if set.is_none_or(|set| set.file(&name).is_some_and(|file| file.ap_image)) {
                staged.push(name);
                continue;
            }
            let names: Vec<&str> =
                set.iter().flat_map(|set| &set.files).map(|file| file.name.as_str()).collect();
            let problem =
                Diagnostic::error(format!("the running image set has no AP image `{name}`")).at(span, "");
            self.reader.report_near(problem, &name, names);
        }
        staged
    }

    pub(super) fn access_points(
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

    fn unit(&mut self, raw: &language::ApUnit, images: &Images) -> Option<Unit> {
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

    /// Reports that one of several controllers has to be named.
    pub(super) fn names_no_controller(&mut self, what: &str, head: Span, help: &str) {
        let names = self.names.controllers().collect::<Vec<_>>().join(", ");
        let problem = Diagnostic::error(format!("there are several controllers, and this {what} names none"));
        let problem = problem.at(head, "in the map that starts here");
        self.reader.report(problem.help(format!("{help} {names}")));
    }

    /// Resolves the settings drawn separately for each access point: the member of a group with this index, or a single one.
    fn member(&mut self, flash: Option<&Node>, group: Option<&str>, index: u64) -> Option<Member> {
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

    /// Returns the address of a host, or the first of a group's `count`; records each for the check for duplicates.
    pub(super) fn address(
        &mut self,
        name: &Written<String>,
        address: &Written<IpAddr>,
        count: Option<u64>,
    ) -> Option<IpAddr> {
        self.take_addresses(name, address.value?, address.span()?, count)
    }

    fn take_addresses(
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
    fn can_be_a_host(&mut self, address: IpAddr, span: Span) -> bool {
        let can = can_be_a_host(address);
        if !can {
            let problem = Diagnostic::error(format!("{address} is not the address of a single host"));
            self.reader.report(problem.at(span, ""));
        }
        can
    }

    /// Resolves `addresses` of a group.
    fn address_range(&mut self, addresses: &Written<String>, counted: bool) -> Option<AddressRange> {
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
