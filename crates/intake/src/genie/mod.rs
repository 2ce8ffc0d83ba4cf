//! JSON that Genie makes of outputs: the object of one parser, or several below names of commands or devices.
//!
//! The keys are those of genieparser's schemas. What is not about the network is passed over.

mod places;

use std::net::IpAddr;

use ::text::{MacAddress, Version};
use serde_json::{Map, Value};

use self::places::Places;
use crate::durations;
use crate::network::{AccessPoint, Installed, Network, conflict, set};
use crate::place::{Found, Place};

/// The deepest nesting of commands and devices around an object of a parser.
const DEPTH_MAX: usize = 6;
/// The most releases that are kept.
const RELEASES_MAX: usize = 64;

/// The maximum length of a JSON text, in bytes: its tree takes many times as much.
const JSON_MAX: usize = 4 << 20;

/// Reads a file. Returns false if it is not JSON, or not Genie's.
pub(crate) fn read(network: &mut Network, file: usize, text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    if text.len() > JSON_MAX {
        network.warn(
            Some(Place { file, line: 1 }),
            format!("JSON of more than {} MiB is not read as such", JSON_MAX >> 20),
        );
        return false;
    }
    let Ok(Value::Object(object)) = serde_json::from_str(text) else { return false };
    let mut reading = Reading { network, file, places: Places::of(text), understood: 0 };
    reading.object(&object, 0, DEPTH_MAX);
    let understood = reading.understood;
    network.outputs += understood;
    understood > 0
}

struct Reading<'a> {
    network: &'a mut Network,
    file: usize,
    places: Places<'a>,
    understood: usize,
}

type Object = Map<String, Value>;
type Clash = Option<(Place, String, String)>;

impl Reading<'_> {
    /// Reads an object that begins behind the byte `from`.
    fn object(&mut self, object: &Object, from: usize, depth: usize) {
        let before = self.understood;
        for (key, value) in object {
            let Value::Object(inner) = value else { continue };
            let from = self.places.behind(key, from);
            match key.as_str() {
                "ap_name" => self.access_points(inner, from),
                "base_mac" => self.joins(inner, from),
                "version" if inner.contains_key("chassis") || inner.contains_key("xe_version") => {
                    self.version(inner, from);
                }
                "location" => self.install(inner, from),
                "main" => self.inventory(inner, from),
                _ => {}
            }
        }
        if self.understood > before || depth == 0 {
            return self.counts(object, from);
        }
        for (key, value) in object {
            if let Value::Object(inner) = value {
                let from = self.places.behind(key, from);
                self.object(inner, from, depth - 1);
            }
        }
    }

    fn at(&self, from: usize) -> Place {
        Place { file: self.file, line: self.places.line(from) }
    }

    /// Checks the count beside the access points.
    fn counts(&mut self, object: &Object, from: usize) {
        let rows = ["ap_name", "base_mac"].iter().find_map(|key| object.get(*key)?.as_object()).map(Map::len);
        for key in ["ap_count", "ap_neighbor_count", "ap_cdp_neighbor_count", "number_of_aps"] {
            if let (Some(rows), Some(count)) = (rows, object.get(key).and_then(Value::as_u64))
                && count != rows as u64
            {
                let at = self.at(self.places.behind(key, from));
                self.network
                    .warn(Some(at), format!("`{key}` is {count}, and there are {rows} access points"));
            }
        }
    }

    fn access_points(&mut self, rows: &Object, from: usize) {
        for (name, row) in rows {
            let Value::Object(row) = row else { continue };
            let at = self.at(self.places.behind(name, from));
            self.understood |= 1;
            let mac = ["ethernet_mac", "mac_address", "ap_mac"].iter().find_map(|key| mac(row, key));
            let Some(access_point) = self.network.access_point(Some(name), mac, at) else { continue };
            access_point.is_listed = true;
            for (what, clash) in fields(access_point, row, at) {
                conflict(self.network, name, what, at, clash);
            }
        }
        self.understood |= usize::from(rows.is_empty());
    }

    fn joins(&mut self, rows: &Object, from: usize) {
        for (base, row) in rows {
            let Value::Object(row) = row else { continue };
            let at = self.at(self.places.behind(base, from));
            self.understood |= 1;
            // Its key follows the second heading, which the golden output has changed.
            let mac = row.iter().filter(|(key, _)| key.ends_with("_mac")).find_map(|(key, _)| mac(row, key));
            let name = text(row, "ap_name").unwrap_or_default().to_owned();
            let joined = text(row, "status") == Some("Joined");
            let Some(access_point) =
                self.network.access_point(Some(&*name).filter(|name| !name.is_empty()), mac, at)
            else {
                continue;
            };
            access_point.is_listed |= joined;
            access_point.is_joined.get_or_insert(Found::new(joined, at));
            if let Some(radio) = MacAddress::parse(base) {
                let _ = set(&mut access_point.radio_mac, radio, at);
            }
            if access_point.address.is_none() {
                access_point.address = address(row, "ip_address").map(|address| Found::new(address, at));
            }
            let failure = ["failure_phase", "disconnect_reason"]
                .map(|key| text(row, key).unwrap_or_default())
                .join(" ");
            if !failure.trim().is_empty() && !failure.starts_with("NA") {
                access_point.last_failure.get_or_insert(Found::new(failure.trim().to_owned(), at));
            }
        }
    }

    fn version(&mut self, version: &Object, from: usize) {
        self.understood |= 1;
        let mut clashes: Vec<(&str, Place, Clash)> = Vec::new();
        for (key, what) in [
            ("hostname", "the name"),
            ("chassis", "the model"),
            ("chassis_sn", "the serial number"),
            ("xe_version", "the release"),
        ] {
            let Some(value) = text(version, key).map(str::to_owned) else { continue };
            let at = self.at(self.places.behind(key, from));
            let controller = &mut self.network.controller;
            let slot = match key {
                "hostname" => &mut controller.name,
                "chassis" => &mut controller.model,
                "chassis_sn" => &mut controller.serial,
                _ => &mut controller.release,
            };
            clashes.push((what, at, set(slot, value, at)));
        }
        if let Some(uptime) = text(version, "uptime").and_then(durations::whole) {
            let at = self.at(self.places.behind("uptime", from));
            self.network.controller.uptime.get_or_insert(Found::new(uptime, at));
        }
        for (what, at, clash) in clashes {
            conflict(self.network, "the controller", what, at, clash);
        }
    }

    fn install(&mut self, locations: &Object, from: usize) {
        for location in locations.values() {
            let Some(packages) = location.get("pkg_state").and_then(Value::as_object) else { continue };
            self.understood |= 1;
            for package in packages.values().filter_map(Value::as_object) {
                let (Some("IMG"), Some(state), Some(version)) =
                    (text(package, "type"), text(package, "state"), text(package, "filename_version"))
                else {
                    continue;
                };
                let at = self.at(self.places.of_value(version, from));
                let installed = &mut self.network.controller.installed;
                if let Some(state) = state.chars().next().filter(|_| installed.len() < RELEASES_MAX) {
                    installed.push(Installed { state, version: Found::new(version.to_owned(), at) });
                }
            }
        }
    }

    fn inventory(&mut self, main: &Object, from: usize) {
        let Some(chassis) = main.get("chassis").and_then(Value::as_object) else { return };
        let Some((key, Value::Object(chassis))) = chassis.iter().next() else { return };
        self.understood |= 1;
        let at = self.at(self.places.behind(key, from));
        let controller = &mut self.network.controller;
        let model = text(chassis, "pid").and_then(|pid| set(&mut controller.model, pid.to_owned(), at));
        let serial =
            text(chassis, "sn").and_then(|serial| set(&mut controller.serial, serial.to_owned(), at));
        conflict(self.network, "the controller", "the model", at, model);
        conflict(self.network, "the controller", "the serial number", at, serial);
    }
}

/// Reads the values of an access point, whatever output they are of.
fn fields(access_point: &mut AccessPoint, row: &Object, at: Place) -> Vec<(&'static str, Clash)> {
    let mut clashes = Vec::new();
    let words = |key| text(row, key).filter(|text| !text.is_empty()).map(str::to_owned);
    let version = |key| text(row, key).and_then(|text| text.parse::<Version>().ok());
    for key in ["radio_mac", "cisco_ap_identifier"] {
        if let Some(radio) = mac(row, key) {
            clashes.push(("the radio's address", set(&mut access_point.radio_mac, radio, at)));
        }
    }
    for key in ["ap_ip_address", "ip_address", "ap_ip"] {
        if let Some(address) = address(row, key) {
            clashes.push(("the address", set(&mut access_point.address, address, at)));
        }
    }
    let neighbor =
        words("neighbor_name").map(|name| format!("{name} {}", words("neighbor_port").unwrap_or_default()));
    let slots = row.get("slots_count").or_else(|| row.get("number_of_slots")).and_then(Value::as_u64);
    if let Some(slots) = slots.and_then(|slots| u8::try_from(slots).ok()) {
        clashes.push(("the number of radios", set(&mut access_point.slots, slots, at)));
    }
    // `state` of `show ap summary`, and the other one of `show ap config general`.
    for (what, slot, value) in [
        ("the model", &mut access_point.model, words("ap_model")),
        ("the state", &mut access_point.state, words("state").or_else(|| words("operation_state"))),
        ("the country", &mut access_point.country, words("country").or_else(|| words("country_code"))),
        (
            "the location",
            &mut access_point.location,
            words("location").or_else(|| words("cisco_ap_location")),
        ),
        ("the serial number", &mut access_point.serial, words("ap_serial_number")),
        ("the site tag", &mut access_point.site_tag, words("site_tag_name")),
        ("the neighbor", &mut access_point.neighbor, neighbor.map(|text| text.trim().to_owned())),
        ("the status of the predownload", &mut access_point.predownload_status, words("predownload_status")),
    ] {
        if let Some(value) = value {
            clashes.push((what, set(slot, value, at)));
        }
    }
    for (what, slot, value) in [
        (
            "the running version",
            &mut access_point.software,
            version("software_version").filter(|v| *v != Version::NONE),
        ),
        ("the primary image", &mut access_point.primary, version("primary_image")),
        ("the backup image", &mut access_point.backup, version("backup_image")),
        ("the predownload's version", &mut access_point.predownload, version("predownload_version")),
    ] {
        if let Some(value) = value {
            clashes.push((what, set(slot, value, at)));
        }
    }
    if let Some(uptime) = text(row, "ap_up_time").and_then(durations::whole) {
        access_point.uptime.get_or_insert(Found::new(uptime, at));
    }
    clashes
}

fn text<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str()
}

fn mac(object: &Object, key: &str) -> Option<MacAddress> {
    MacAddress::parse(text(object, key)?)
}

fn address(object: &Object, key: &str) -> Option<IpAddr> {
    text(object, key)?.parse().ok()
}
