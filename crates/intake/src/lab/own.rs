//! The access point on which the controller runs: one of the rows, never one more.

use catalogue::Catalogue;
use text::MacAddress;

use super::Notes;
use crate::network::{AccessPoint, Network};

/// The controller's Ethernet address in its default name is that of its access point and this much (unicon's mock of an EWC).
const NAME_OFFSET: u64 = 0x80;

/// Returns the index of the controller's own access point, and the reason; a hole if nothing tells it. Nothing if no row can be it.
pub(super) fn find(network: &Network, notes: &Notes) -> Option<(usize, String)> {
    let controller = &network.controller;
    let position = |is_it: &dyn Fn(&AccessPoint) -> bool| network.access_points.iter().position(is_it);
    if let Some(serial) = &controller.serial {
        let same = |ap: &AccessPoint| ap.serial.as_ref().is_some_and(|own| own.value == serial.value);
        if let Some(index) = position(&same) {
            return Some((index, format!("the serial number is the controller's, {}", notes.at(serial.at))));
        }
    }
    if let Some(mac) = &controller.mac {
        let same = |ap: &AccessPoint| ap.mac.as_ref().is_some_and(|own| own.value == mac.value);
        if let Some(index) = position(&same) {
            return Some((index, format!("the Ethernet address is the controller's, {}", notes.at(mac.at))));
        }
    }
    if let Some(active) = &controller.active {
        let same = |ap: &AccessPoint| ap.name.as_ref().is_some_and(|name| name.value == active.value);
        if let Some(index) = position(&same) {
            return Some((index, format!("the controller names it, {}", notes.at(active.at))));
        }
    }
    if let Some(name) = &controller.name
        && let Some(mac) = mac_in(&name.value)
        && let Some(index) = position(&|ap: &AccessPoint| {
            ap.mac.as_ref().is_some_and(|own| own.value.plus(NAME_OFFSET) == mac)
        })
    {
        return Some((index, format!("its address is in the controller's name, {}", notes.at(name.at))));
    }
    let catalogue = Catalogue::builtin();
    let can_be = |ap: &AccessPoint| {
        let model = ap.model.as_ref().and_then(|model| catalogue.model(&model.value));
        let wanted = controller.model.as_ref().and_then(|model| catalogue.model(&model.value));
        ap.is_listed
            && ap.address.as_ref().is_none_or(|address| address.value.is_ipv4())
            && model.is_some_and(|model| model.ewc && wanted.is_none_or(|wanted| wanted.names == model.names))
    };
    // One whose model no output says, or no catalogue knows, may be it, too.
    let may_be = |ap: &AccessPoint| {
        ap.is_listed
            && ap.address.as_ref().is_none_or(|address| address.value.is_ipv4())
            && ap.model.as_ref().is_none_or(|model| catalogue.model(&model.value).is_none())
    };
    let index = position(&can_be).or_else(|| position(&may_be))?;
    Some((
        index,
        "hole: no output tells which access point the controller runs on; this is the first that can be"
            .to_owned(),
    ))
}

/// Reads `WLC3C57.31C5.7BC8`.
fn mac_in(name: &str) -> Option<MacAddress> {
    MacAddress::parse(name.strip_prefix("WLC")?)
}
