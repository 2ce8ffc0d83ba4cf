//! A scenario as the rest of the program sees it: typed, names resolved, groups expanded, units read.

mod capwap;
mod devices;
mod drawn;
mod expect;
mod flash;
mod images;
mod invariant;
mod network;
mod pattern;
mod servers;
mod text_pattern;
mod timeline;

use std::net::IpAddr;
use std::time::Duration;

use catalogue::Catalogue;
use indexmap::IndexMap;
use jiff::Timestamp;

use crate::compose::{RangedParameter, Setting};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Sources, Span};
use crate::variation::{FaultChoice, Faults};

pub use capwap::{Capwap, ImageData};
pub use devices::{AccessPoint, ApType, ConfigText, Controller, Unsimulated};
pub use drawn::DrawnValue;
pub use expect::{
    Amount, ApState, Check, Expectation, LinePattern, LinkDirection, Properties, ShownField, Snapshot,
    Wanted, When,
};
pub use flash::{FlashFault, FlashPlace, FlashSetup, Partitions};
pub use images::{FileSource, ImageFile, ImageSet};
pub use invariant::{Invariant, MustViolate};
pub use network::{Firewall, Link, Members, SiteNat};
pub use pattern::{EventPattern, FieldPattern, Matcher};
pub use servers::{Directory, IdleClient, Mount, Ownership, Password, Server, Software, User};
pub use text_pattern::TextPattern;
pub use timeline::{
    Action, After, Exec, FileChange, LinkChange, LinkState, Pace, Refusal, Repeat, TimelineEntry, Trigger,
    Web, WebButton, WebMode,
};

/// The way of packets that repeat themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Express {
    /// They are computed as steps of an exchange, where nobody sees them.
    #[default]
    On,
    /// Each is sent.
    Off,
}

/// A scenario that can run, with its ranges settled for one seed.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The path it was loaded from, as given.
    pub path: String,
    /// Its title.
    pub title: String,
    /// The title of the lab or scenario that it extends; of the first one, if there are several.
    pub base_title: Option<String>,
    /// The wall clock when the run starts.
    pub start: Timestamp,
    /// The latest end of the run.
    pub until: Duration,
    /// The seed of every random choice: the requested one, the scenario's own, or 1.
    pub seed: u64,
    /// The variant: the choice of its faults and ranges.
    pub variant: Faults,
    /// Each fault of the timeline, in the order of writing, and whether it is in the variant.
    pub fault_choices: Vec<FaultChoice>,
    /// The length of a tick, for engines whose clock moves in ticks; never zero.
    pub tick: Duration,
    /// The way of packets that repeat themselves.
    pub express: Express,
    /// The values drawn from ranges under this seed.
    pub drawn: Vec<DrawnValue>,
    /// Parameters that the caller set; passwords are starred.
    pub set: Vec<Setting>,
    /// Parameters that are used and are ranges, sorted by name.
    pub ranged_parameters: Vec<RangedParameter>,
    /// Sets of image files by name.
    pub images: IndexMap<String, ImageSet>,
    /// The links; the first one that joins two hosts applies to them, or else [`Impairments::default`](::network::Impairments).
    pub links: Vec<Link>,
    /// The firewalls; a packet must pass each one that stands between its ends.
    pub firewalls: Vec<Firewall>,
    /// The translations of addresses at the edges of sites.
    pub nats: Vec<SiteNat>,
    /// Image servers.
    pub servers: Vec<Server>,
    /// Hosts that keep connections of servers occupied.
    pub idle_clients: Vec<IdleClient>,
    /// Every controller. The language has one so far.
    pub controllers: Vec<Controller>,
    /// Every access point; counted groups are expanded. Those on which the controllers run come last, in the order of the controllers.
    pub access_points: Vec<AccessPoint>,
    /// Access points that the scenario has and the run leaves out, as it accepts.
    pub unsimulated: Vec<Unsimulated>,
    /// Hosts that have power from the start: those that the timeline does not power on before it powers them off. The controller
    /// and servers among them are warmed up.
    pub powered: Vec<String>,
    /// The CAPWAP settings of the controller and its access points.
    pub capwap: Capwap,
    /// The actions of the run, in the order in which they are written.
    pub timeline: Vec<TimelineEntry>,
    /// The expectations.
    pub expect: Vec<Expectation>,
    /// The invariants that must be violated or waived.
    pub must_violate: Vec<MustViolate>,
    /// The output that is compared with the stored snapshot.
    pub snapshot: Vec<Snapshot>,
    /// The names of what is not modelled, and accepted.
    pub accept_unmodelled: Vec<Accepted>,
    /// The built-in catalogue with the scenario's overrides.
    pub catalogue: Catalogue,
    /// The texts it was read from, for diagnostics about it.
    pub sources: Sources,
    /// The problems that do not prevent a run.
    pub warnings: Vec<Diagnostic>,
}

/// A name that a scenario accepts as not modelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The name, in any letter case.
    pub name: String,
    /// The place where the scenario accepts it.
    pub span: Span,
}

/// The name under which events of the network are recorded. No host has it.
pub const NETWORK: &str = "network";

/// The kind of a host, with its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostKind {
    /// An index into [`Scenario::controllers`].
    Controller(usize),
    /// An index into [`Scenario::access_points`].
    AccessPoint(usize),
    /// An index into [`Scenario::servers`].
    Server(usize),
    /// An index into [`Scenario::idle_clients`].
    IdleClient(usize),
}

/// A name on the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host<'a> {
    /// Its unique name.
    pub name: &'a str,
    /// Its unique address.
    pub address: IpAddr,
    /// Its kind.
    pub kind: HostKind,
}

impl Scenario {
    /// Returns the link that carries packets between two hosts, and true if the first of them is at its first end; nothing if they share a
    /// LAN. A host is a name and an address.
    pub fn link_between(&self, [here, there]: [(&str, IpAddr); 2]) -> Option<(&Link, bool)> {
        let contains =
            |members: &Members, (name, address): (&str, IpAddr)| members.contains(Some(name), address);
        self.links.iter().find_map(|link| {
            let [a, b] = &link.between;
            if contains(a, here) && contains(b, there) {
                return Some((link, true));
            }
            (contains(b, here) && contains(a, there)).then_some((link, false))
        })
    }

    /// Returns true if nothing says how long an access point has been up when the run starts. One that is off until the timeline powers it
    /// on has not been up at all.
    pub fn lacks_uptime(&self, point: &AccessPoint) -> bool {
        point.uptime.is_none() && self.powered.contains(&point.name)
    }

    /// Returns the access point on which a controller runs, given the controller's index.
    pub fn access_point_of(&self, controller: usize) -> Option<&AccessPoint> {
        self.access_points.iter().find(|point| point.runs_controller && point.controller == controller)
    }

    /// Returns the access points that are no controllers.
    pub fn listed_access_points(&self) -> impl Iterator<Item = &AccessPoint> {
        self.access_points.iter().filter(|point| !point.runs_controller)
    }

    /// Returns the address by which an access point knows its controller: that of a translation in front of the controller, if the
    /// access point is not behind the same.
    pub fn controller_address(&self, access_point: &AccessPoint) -> IpAddr {
        let controller = &self.controllers[access_point.controller];
        if access_point.runs_controller {
            return controller.address;
        }
        let site = self.nats.iter().find(|site| site.hosts.contains(&controller.name));
        match site.filter(|site| !site.hosts.contains(&access_point.name)) {
            Some(site) => site.nat.outside,
            None => controller.address,
        }
    }

    /// Returns every host: the controllers, the servers, the access points, the idle clients.
    pub fn hosts(&self) -> impl Iterator<Item = Host<'_>> {
        let controllers = self.controllers.iter().enumerate().map(|(index, controller)| Host {
            name: &controller.name,
            address: controller.address,
            kind: HostKind::Controller(index),
        });
        let servers = self.servers.iter().enumerate().map(|(index, server)| Host {
            name: &server.name,
            address: server.address,
            kind: HostKind::Server(index),
        });
        let access_points = self.access_points.iter().enumerate().map(|(index, ap)| Host {
            name: &ap.name,
            address: ap.address,
            kind: HostKind::AccessPoint(index),
        });
        let idle_clients = self.idle_clients.iter().enumerate().map(|(index, idle_client)| Host {
            name: &idle_client.name,
            address: idle_client.address,
            kind: HostKind::IdleClient(index),
        });
        controllers.chain(servers).chain(access_points).chain(idle_clients)
    }

    /// Returns the host of that name.
    pub fn host(&self, name: &str) -> Option<Host<'_>> {
        self.hosts().find(|host| host.name == name)
    }

    /// Returns problems found later, for example in a config, as diagnostics that point into this scenario's texts.
    pub fn diagnostics(&self, items: Vec<Diagnostic>) -> Diagnostics {
        Diagnostics::new(self.sources.clone(), items)
    }
}
