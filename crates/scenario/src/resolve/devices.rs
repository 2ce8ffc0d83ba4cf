//! The controller and access points; the names of all hosts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use catalogue::{Dialect, Model};
use indexmap::IndexMap;

use crate::address::can_be_a_host;
use crate::diagnostic::Diagnostic;
use crate::language::{ACCESS_POINT, CONTROLLER, SERVER, STRANGER};
use crate::model::{AccessPoint, Controller, FlashSetup, ImageSet, MacAddress};
use crate::reader::{self, Fields, Reader};
use crate::resolve::Loader;
use crate::resolve::addresses::AddressRange;
use crate::resolve::names::Role;
use crate::source::Span;
use crate::yaml::Node;

/// Access points in all.
const ACCESS_POINTS_MAX: u64 = reader::ACCESS_POINTS_MAX as u64;

pub(super) type Images = IndexMap<String, ImageSet>;

/// What one access point has for itself.
struct Member {
    flash: FlashSetup,
    /// Whether the next member of the group may have something else.
    drawn: bool,
}

impl Loader<'_> {
    /// Registers every name before anything that could mention one is read.
    pub(super) fn take_names(&mut self, root: &Fields<'_>) {
        // What is wrong with the entries themselves is reported when they are read; here only names and counts count.
        let mut quiet = Reader::default();
        let named = |node: &Node, quiet: &mut Reader, table| {
            let fields = quiet.fields(node, table)?;
            let name_node = fields.node("name")?;
            Some((quiet.text(name_node)?.to_owned(), name_node.span))
        };
        if let Some((name, span)) =
            root.node("controller").and_then(|node| named(node, &mut quiet, &CONTROLLER))
        {
            self.names.add_host(&mut self.reader, &name, Role::Controller, span);
        }
        for node in root.node("servers").map(|node| quiet.list(node)).unwrap_or_default() {
            match named(node, &mut quiet, &SERVER) {
                Some((name, span)) => self.names.add_host(&mut self.reader, &name, Role::Server, span),
                None => self.names.miss(),
            }
        }
        for node in root.node("strangers").map(|node| quiet.list(node)).unwrap_or_default() {
            if let Some((name, span)) = named(node, &mut quiet, &STRANGER) {
                self.names.add_host(&mut self.reader, &name, Role::Stranger, span);
            }
        }
        let mut left = ACCESS_POINTS_MAX;
        let nodes = root.node("access_points").map(|node| quiet.list_of(&ACCESS_POINT, node));
        if nodes.is_none() {
            self.names.miss();
        }
        for node in nodes.unwrap_or_default() {
            let Some((name, span)) = named(node, &mut quiet, &ACCESS_POINT) else {
                self.names.miss();
                continue;
            };
            let Some(fields) = quiet.fields(node, &ACCESS_POINT) else { continue };
            let written = fields.node("count").map(|count| quiet.number(count).unwrap_or(0));
            let of_range = || Some(range(fields.node("addresses")?).map_or(0, AddressRange::count));
            match written.or_else(of_range) {
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

    pub(super) fn controller(&mut self, root: &Fields<'_>, images: &Images) -> Option<Controller> {
        let fields = self.reader.fields(root.node("controller")?, &CONTROLLER)?;
        let name = self.name(&fields);
        let model = fields.node("model").and_then(|node| Some((self.model(node)?, node)));
        if let Some(((written, model), node)) = &model
            && !model.ewc
        {
            let problem =
                Diagnostic::error(format!("model {written} cannot be an embedded wireless controller"));
            let can: Vec<&str> =
                self.catalogue.models().filter(|model| model.ewc).map(|model| &*model.names[0]).collect();
            self.reader
                .report(problem.at(node.span, "").help(format!("models that can: {}", can.join(", "))));
        }
        let address = self.address(&fields, None);
        let running = fields.node("running").and_then(|node| Some((self.set_name(node, images)?, node)));
        if let (Some(((written, model), _)), Some((set, node))) = (&model, &running)
            && images.get(set).is_some_and(|set| set.file(&model.image_type).is_none())
        {
            let message =
                format!("image set `{set}` has no `{}`, which model {written} runs", model.image_type);
            self.reader.report(Diagnostic::error(message).at(node.span, ""));
        }
        let mac = fields.node("mac").map(|node| self.mac(node));
        let config = fields.node("config").map(|node| self.config(node));
        let staged =
            fields.node("images").map(|node| self.staged(node, running.as_ref(), images)).unwrap_or_default();
        let ((written, model), _) = model?;
        let address = address?;
        let (name, span) = name?;
        let mac = mac.unwrap_or_else(|| Some(MacAddress::from_address(address)))?;
        self.macs.push((mac, name.clone(), fields.node("mac").map(|node| node.span)));
        Some(Controller {
            name,
            model: written,
            image_type: model.image_type,
            address,
            running: running?.0,
            mac,
            config: config.flatten(),
            images: staged,
            span,
        })
    }

    fn staged(&mut self, node: &Node, running: Option<&(String, &Node)>, images: &Images) -> Vec<String> {
        let set = running.and_then(|(name, _)| images.get(name));
        let mut staged = Vec::new();
        for (name, span) in self.reader.names(node) {
            let known = set.is_none_or(|set| set.file(name).is_some_and(|file| file.ap_image));
            if known {
                staged.push(name.to_owned());
            } else {
                let names: Vec<&str> =
                    set.iter().flat_map(|set| &set.files).map(|file| file.name.as_str()).collect();
                let problem =
                    Diagnostic::error(format!("the running image set has no AP image `{name}`")).at(span, "");
                self.reader.report_near(problem, name, names);
            }
        }
        staged
    }

    pub(super) fn access_points(&mut self, root: &Fields<'_>, images: &Images) -> Vec<AccessPoint> {
        let nodes = root.node("access_points").map(|node| self.reader.list_of(&ACCESS_POINT, node));
        let nodes = nodes.unwrap_or_default();
        let mut out: Vec<AccessPoint> = Vec::new();
        for node in nodes {
            if let Some(access_points) = self.access_point(node, images) {
                out.extend(access_points);
            }
            if out.len() as u64 > ACCESS_POINTS_MAX {
                let problem = Diagnostic::error(format!("more than {ACCESS_POINTS_MAX} access points"));
                self.reader.report(problem.at(node.span, "too many with these"));
                break;
            }
        }
        out
    }

    /// One, or as many as `count` says.
    fn access_point(&mut self, node: &Node, images: &Images) -> Option<Vec<AccessPoint>> {
        let fields = self.reader.fields(node, &ACCESS_POINT)?;
        let name = self.name(&fields);
        let counted = fields.node("count").is_some();
        let range = fields.node("addresses").map(|node| (self.address_range(node, counted), node.span));
        let written = fields.node("count").map(|node| self.reader.number_within(node, 1..=ACCESS_POINTS_MAX));
        let of_range = range.map(|(range, _)| range.map(AddressRange::count));
        let count = written.or(of_range);
        if let (Some((Some(range), span)), Some(Some(count))) = (range, written)
            && count > range.count()
        {
            let problem = Diagnostic::error(format!("{count} access points and {} addresses", range.count()));
            self.reader.report(problem.at(span, "too few of them"));
            return None;
        }
        let model = fields.node("model").and_then(|node| self.model(node));
        let first = match range {
            None => self.address(&fields, count.flatten()),
            Some((range, span)) => {
                let first = range.map(|range| range.first.into());
                first.and_then(|first| self.take_addresses(&fields, first, span, count.flatten()))
            }
        };
        let running = fields.node("running").and_then(|node| self.version(node, images));
        let backup = fields.node("backup").map(|node| self.version(node, images));
        let mac = fields.node("mac").map(|node| self.mac(node));
        let consoles = [("older", Dialect::Older), ("newer", Dialect::Newer)];
        let console = fields.node("console").map(|node| self.reader.choice(node, &consoles));
        let group = count.map(|_| fields.node("name").and_then(Node::as_text).unwrap_or_default());
        let member = self.member(node, group, 0);
        let hardware = fields.node("hardware").map(|node| self.hardware(node));
        let made = fields.node("made").map(|node| self.day(node));
        if let Some(node) = fields.node("controller") {
            self.names.host(&mut self.reader, node, Some(Role::Controller));
        }

        let ((name, span), (written, model), first, running) = (name?, model?, first?, running?);
        let console = console.unwrap_or_else(|| Some(self.catalogue.dialect(&running.to_string())))?;
        let number = count.unwrap_or(Some(1))?;
        let mut member = member?;
        let (hardware, made) = (optional(hardware)?, optional(made)?);
        let mac_span = fields.node("mac").map(|node| node.span);
        let mut access_points = Vec::new();
        for index in 0..number {
            if index > 0 && member.drawn {
                member = self.member(node, group, index)?;
            }
            let address = offset(first, index)?;
            let name_of_one = if count.is_some() { format!("{name}-{}", index + 1) } else { name.clone() };
            let mac =
                mac.map_or_else(|| Some(MacAddress::from_address(address)), |mac| Some(mac?.plus(index)))?;
            self.macs.push((mac, name_of_one.clone(), mac_span));
            access_points.push(AccessPoint {
                name: name_of_one,
                group: count.map(|_| name.clone()),
                model: written.clone(),
                image_type: model.image_type.clone(),
                platform: model.platform.clone(),
                address,
                mac,
                running,
                backup: backup.flatten(),
                hardware: hardware.clone(),
                made: made.clone(),
                console,
                controller: 0,
                flash: member.flash.clone(),
                span,
            });
        }
        Some(access_points)
    }

    /// What can be drawn for each access point by itself, of the member of a group with this index, or of a single one.
    fn member(&mut self, node: &Node, group: Option<&str>, index: u64) -> Option<Member> {
        let known = self.settler.settled.len();
        let settled = group.map(|group| {
            let mut settled = node.clone();
            let path = format!("access_points.{group}-{}", index + 1);
            self.settler.member(&mut self.reader, &mut settled, &path);
            settled
        });
        let drawn = self.settler.settled.len() > known;
        let node = settled.as_ref().unwrap_or(node);
        let flash = node.value("flash").map(|node| self.flash(node));
        Some(Member { flash: flash.unwrap_or_else(|| Some(FlashSetup::default()))?, drawn })
    }

    /// The address of a host, or the first of a group's `count`; each is noted for the check that none is used twice.
    pub(super) fn address(&mut self, fields: &Fields<'_>, count: Option<u64>) -> Option<IpAddr> {
        let node = fields.node("address")?;
        let first = self.reader.host_address(node)?;
        self.take_addresses(fields, first, node.span, count)
    }

    fn take_addresses(
        &mut self,
        fields: &Fields<'_>,
        first: IpAddr,
        span: Span,
        count: Option<u64>,
    ) -> Option<IpAddr> {
        let name = fields.node("name").and_then(|node| node.as_text()).unwrap_or("a host without name");
        let number = count.unwrap_or(1);
        if offset(first, number.saturating_sub(1)).is_none() {
            let message = format!("there are fewer than {number} addresses from {first} on");
            self.reader.report(Diagnostic::error(message).at(span, ""));
            return None;
        }
        for index in 0..number {
            let address = offset(first, index)?;
            if !can_be_a_host(address) {
                let problem = Diagnostic::error(format!("{address} is no address of one host"));
                self.reader.report(problem.at(span, ""));
                return None;
            }
            let name = if count.is_some() { format!("{name}-{}", index + 1) } else { name.to_owned() };
            self.addresses.push((address, name, span));
        }
        Some(first)
    }

    /// `addresses` of a group.
    fn address_range(&mut self, node: &Node, counted: bool) -> Option<AddressRange> {
        let text = self.reader.text(node)?;
        let Some(range) = range(node) else {
            let expected = "addresses such as 172.16.8.10-172.16.8.29, or a prefix such as 172.16.8.0/27";
            self.reader.wrong_value(text, node.span, expected);
            return None;
        };
        if range.count() > ACCESS_POINTS_MAX && !counted {
            let problem = Diagnostic::error(format!("{} addresses", range.count()));
            let problem =
                problem.at(node.span, format!("at most {ACCESS_POINTS_MAX} access points are simulated"));
            self.reader.report(problem.help("with `count:` beside it the first ones are taken"));
            return None;
        }
        Some(range)
    }

    pub(super) fn name(&mut self, fields: &Fields<'_>) -> Option<(String, Span)> {
        let node = fields.node("name")?;
        Some((self.reader.text(node)?.to_owned(), node.span))
    }

    /// A model of the catalogue, and how it is written.
    fn model(&mut self, node: &Node) -> Option<(String, Model)> {
        let text = self.reader.text(node)?;
        if let Some(model) = self.catalogue.model(text) {
            return Some((text.to_owned(), model.clone()));
        }
        let problem =
            Diagnostic::error(format!("no access point model is called `{text}`")).at(node.span, "not found");
        let problem = match self.catalogue.closest_models(text)[..] {
            [] => problem.help("names are as in C9105AXI or AIR-AP3802I, with or without regulatory domain"),
            ref near => problem.help(format!("did you mean `{}`?", near.join("` or `"))),
        };
        self.reader.report(problem);
        None
    }

    fn mac(&mut self, node: &Node) -> Option<MacAddress> {
        let text = self.reader.text(node)?;
        let mac = MacAddress::parse(text);
        if mac.is_none() {
            self.reader.wrong_value(text, node.span, "an Ethernet address such as 6c41.0e16.e79c");
        }
        mac
    }
}

fn range(node: &Node) -> Option<AddressRange> {
    node.as_text().and_then(AddressRange::hosts)
}

/// What is not written, or what could be read; nothing when it could not.
fn optional<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    read.map_or(Some(None), |value| value.map(Some))
}

/// The address `index` after `first`.
fn offset(first: IpAddr, index: u64) -> Option<IpAddr> {
    match first {
        IpAddr::V4(v4) => {
            let index = u32::try_from(index).ok()?;
            Some(Ipv4Addr::from(u32::from(v4).checked_add(index)?).into())
        }
        IpAddr::V6(v6) => Some(Ipv6Addr::from(u128::from(v6).checked_add(u128::from(index))?).into()),
    }
}
