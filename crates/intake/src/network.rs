//! A network as its outputs show it: everything that was read, merged, each value with its place.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use text::secrets::starred;
use text::{MacAddress, Version, printable};

use crate::place::{Found, Place};

/// The maximum number of access points.
pub(crate) const ACCESS_POINTS_MAX: usize = 20_000;
/// The maximum number of warnings, and of lines that were not understood, that are kept.
pub(crate) const LISTED_MAX: usize = 100_000;

/// Everything that is known of a network.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// The names of the files, by the index that places have.
    pub files: Vec<String>,
    /// The access points, in the order in which they were met.
    pub access_points: Vec<AccessPoint>,
    /// The controller.
    pub controller: Controller,
    /// Configurations of servers.
    pub servers: Vec<Server>,
    /// Directories of images.
    pub listed: Vec<Listed>,
    /// What may be wrong, in the order of the files.
    pub warnings: Vec<Warning>,
    /// The lines that no reader understood.
    pub not_understood: Vec<Unread>,
    /// The number of outputs that were understood.
    pub outputs: usize,
    by_mac: BTreeMap<MacAddress, usize>,
    by_name: BTreeMap<String, usize>,
    is_full: bool,
    /// True once there are more lines than are listed.
    is_cut: bool,
}

/// An access point. What no file states is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessPoint {
    /// Its name.
    pub name: Option<Found<String>>,
    /// Its model, as printed.
    pub model: Option<Found<String>>,
    /// The number of its radios.
    pub slots: Option<Found<u8>>,
    /// Its Ethernet address.
    pub mac: Option<Found<MacAddress>>,
    /// Its base radio address.
    pub radio_mac: Option<Found<MacAddress>>,
    /// Its address, IPv4 or IPv6.
    pub address: Option<Found<IpAddr>>,
    /// The state of its session: `Registered`.
    pub state: Option<Found<String>>,
    /// Its country code.
    pub country: Option<Found<String>>,
    /// Its location.
    pub location: Option<Found<String>>,
    /// Its serial number.
    pub serial: Option<Found<String>>,
    /// The version that it runs.
    pub software: Option<Found<Version>>,
    /// The version that it boots next: `Primary Image`.
    pub primary: Option<Found<Version>>,
    /// The version in its other partition; `0.0.0.0` is none.
    pub backup: Option<Found<Version>>,
    /// The version of its predownload.
    pub predownload: Option<Found<Version>>,
    /// The status of its predownload.
    pub predownload_status: Option<Found<String>>,
    /// The time since its boot.
    pub uptime: Option<Found<Duration>>,
    /// Its site tag.
    pub site_tag: Option<Found<String>>,
    /// The switch and the port that it hangs on.
    pub neighbor: Option<Found<String>>,
    /// False if it has no session; not known without `show wireless stats ap join summary`.
    pub is_joined: Option<Found<bool>>,
    /// Its last failure, as printed.
    pub last_failure: Option<Found<String>>,
    /// True if a list of the access points that have a session, or its own output, has it.
    pub is_listed: bool,
}

impl AccessPoint {
    /// Returns the version that it runs: what it says itself, else the one that it boots.
    pub fn running(&self) -> Option<&Found<Version>> {
        self.software.as_ref().or(self.primary.as_ref()).filter(|found| found.value != Version::NONE)
    }
}

/// The controller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Controller {
    /// Its host name.
    pub name: Option<Found<String>>,
    /// Its model.
    pub model: Option<Found<String>>,
    /// Its serial number, which its access point has, too.
    pub serial: Option<Found<String>>,
    /// Its Ethernet address, which its access point has, too.
    pub mac: Option<Found<MacAddress>>,
    /// Its address.
    pub address: Option<Found<Ipv4Addr>>,
    /// Its release: `17.09.04a`.
    pub release: Option<Found<String>>,
    /// The releases of `show install summary`, each with its letter.
    pub installed: Vec<Installed>,
    /// The time since its boot.
    pub uptime: Option<Found<Duration>>,
    /// The time on its clock, as RFC 3339 has it.
    pub clock: Option<Found<String>>,
    /// The lines of its configuration that bear on images, and where they stand.
    pub config: Vec<ConfigLine>,
    /// The settings of its image-download profile as `show wireless profile image-download detailed` prints them.
    pub profile: Vec<ConfigLine>,
    /// The images in `ap_images:`, with their sizes.
    pub staged: Vec<Found<(String, u64)>>,
    /// The name of its standby.
    pub standby: Option<Found<String>>,
    /// The name of the access point on which it runs, if it says so.
    pub active: Option<Found<String>>,
}

/// A release that the controller holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// Its letter: `C`, `U`, `I`, `D`.
    pub state: char,
    /// Its version: `17.09.04a.0.6`.
    pub version: Found<String>,
}

/// A line of the controller's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigLine {
    /// The line.
    pub text: String,
    /// True if it belongs to the last line above it that is not indented.
    pub is_indented: bool,
    /// True if the reader of configurations does not take it.
    pub is_wrong: bool,
    /// The place where it stands.
    pub at: Place,
}

/// The software of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Software {
    /// in.tftpd, by `/etc/default/tftpd-hpa`.
    TftpdHpa,
    /// Tftpd64, by `tftpd32.ini`.
    Tftpd64,
    /// sshd, by `sshd_config`.
    OpenSsh,
}

/// A configuration of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its software.
    pub software: Software,
    /// Its host name, if a prompt shows it.
    pub host: Option<String>,
    /// The name of the file that sshd's `Include` reads, if it is one.
    pub drop_in: Option<String>,
    /// Its lines that say something.
    pub lines: Vec<String>,
    /// Its first line.
    pub at: Place,
}

/// A directory of images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The name of its release: `17.9.4a`; nothing if no path says it.
    pub release: Option<String>,
    /// Its path or that of its archive, if the log shows it.
    pub path: Option<String>,
    /// Names and sizes of the files that a release consists of.
    pub files: Vec<(String, u64)>,
    /// The images that not everyone may read.
    pub unreadable: Vec<String>,
    /// Its first line.
    pub at: Place,
}

/// Something that may be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The line that it is about, if it is about one.
    pub at: Option<Place>,
    /// A lower-case fragment.
    pub message: String,
}

/// A line that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The line.
    pub at: Place,
    /// Its text, without secrets, and safe to print.
    pub text: String,
}

impl Network {
    pub(crate) fn new(files: Vec<String>) -> Self {
        Self { files, ..Self::default() }
    }

    /// Returns true if nothing at all was understood.
    pub fn is_empty(&self) -> bool {
        self.outputs == 0
    }

    /// Returns a place as messages show it: `summary.txt:12`.
    pub fn place(&self, at: Place) -> String {
        format!("{}:{}", self.files.get(at.file).map_or("?", String::as_str), at.line)
    }

    pub(crate) fn warn(&mut self, at: Option<Place>, message: impl Into<String>) {
        if self.warnings.len() < LISTED_MAX {
            self.warnings.push(Warning { at, message: printable(&message.into()) });
        }
    }

    pub(crate) fn unread(&mut self, at: Place, text: &str) {
        if self.not_understood.len() == LISTED_MAX && !std::mem::replace(&mut self.is_cut, true) {
            self.warn(
                Some(at),
                format!("more than {LISTED_MAX} lines were not understood: the rest is not listed"),
            );
        }
        if self.not_understood.len() < LISTED_MAX {
            self.not_understood.push(Unread { at, text: printable(&starred(text.trim())) });
        }
    }

    /// Returns the access point with this Ethernet address or, without one, with this name; a new one if there is none. Nothing if there
    /// are too many, or if it has neither.
    pub(crate) fn access_point(
        &mut self,
        name: Option<&str>,
        mac: Option<MacAddress>,
        at: Place,
    ) -> Option<&mut AccessPoint> {
        // An address of zeros is none.
        let mac = mac.filter(|mac| mac.0 != [0; 6]);
        if name.is_none() && mac.is_none() {
            return None;
        }
        let by_name = name.and_then(|name| self.by_name.get(name)).copied().filter(|index| {
            let known = self.access_points[*index].mac.as_ref().map(|known| known.value);
            mac.is_none() || known.is_none() || known == mac
        });
        let index = mac.and_then(|mac| self.by_mac.get(&mac)).copied().or(by_name);
        let index = match index {
            Some(index) => index,
            None if self.access_points.len() == ACCESS_POINTS_MAX => {
                if !std::mem::replace(&mut self.is_full, true) {
                    self.warn(
                        Some(at),
                        format!("more than {ACCESS_POINTS_MAX} access points: the rest is left out"),
                    );
                }
                return None;
            }
            None => {
                self.access_points.push(AccessPoint::default());
                self.access_points.len() - 1
            }
        };
        if let Some(mac) = mac {
            self.by_mac.entry(mac).or_insert(index);
            self.access_points[index].mac.get_or_insert(Found::new(mac, at));
        }
        if let Some(name) = name {
            self.by_name.entry(name.to_owned()).or_insert(index);
            let known = self.access_points[index].name.get_or_insert(Found::new(name.to_owned(), at));
            if known.value != name {
                let (known, place) = (known.value.clone(), known.at);
                let message =
                    format!("the access point `{known}` of {} is called `{name}` here", self.place(place));
                self.warn(Some(at), message);
            }
        }
        self.access_points.get_mut(index)
    }

    /// Does what is left once all files are read.
    pub(crate) fn finish(&mut self) {
        let mut names: BTreeMap<&str, Place> = BTreeMap::new();
        let mut twice = Vec::new();
        for access_point in &self.access_points {
            let Some(name) = &access_point.name else { continue };
            if let Some(first) = names.insert(&name.value, name.at) {
                twice.push((name.at, name.value.clone(), first));
            }
        }
        for (at, name, first) in twice {
            let message = format!("another access point of {} is called `{name}`, too", self.place(first));
            self.warn(Some(at), message);
        }
        self.not_understood.sort_by_key(|unread| unread.at);
    }
}

/// Sets a value unless it is known. Returns a warning if the known one is another.
pub(crate) fn set<T: Display + PartialEq>(
    slot: &mut Option<Found<T>>,
    value: T,
    at: Place,
) -> Option<(Place, String, String)> {
    match slot {
        Some(known) if known.value != value => Some((known.at, known.value.to_string(), value.to_string())),
        Some(_) => None,
        None => {
            *slot = Some(Found::new(value, at));
            None
        }
    }
}

/// Sets a value of the access point or the controller `whose`, and warns if a file said something else before.
pub(crate) fn conflict(
    network: &mut Network,
    whose: &str,
    what: &str,
    at: Place,
    found: Option<(Place, String, String)>,
) {
    let Some((first, known, other)) = found else { return };
    let message = format!(
        "{what} of `{whose}` is {other} here, and {known} in {}: the latter counts",
        network.place(first)
    );
    network.warn(Some(at), message);
}
