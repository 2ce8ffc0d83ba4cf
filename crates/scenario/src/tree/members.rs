//! The members of a counted group of access points, each as an entry of its own.

use std::net::IpAddr;

use text::MacAddress;

use super::Tree;
use crate::address::plus;
use crate::reader::ACCESS_POINTS_MAX;
use crate::resolve::hosts_of;

/// Returns the members of an entry of `access_points` that is a counted group, as single access points, in order; nothing if it is not a
/// group, or one that cannot be counted. The rest of the entry is the same for all of them.
pub fn members(group: &Tree) -> Option<Vec<Tree>> {
    let name = group.get("name")?.as_text()?;
    let written =
        group.get("count").map(|count| count.as_text().and_then(|count| text::units::number(count).ok()));
    let range = group.get("addresses").and_then(Tree::as_text).and_then(hosts_of);
    let (first, count) = match (range, written) {
        (Some((first, hosts)), count) => (first, count.unwrap_or(Some(hosts))?),
        (None, count) => (group.get("address")?.as_text()?.parse().ok()?, count??),
    };
    let mac = group.get("mac").and_then(Tree::as_text).map(MacAddress::parse);
    let member = |index: u64| {
        let mut member = group.clone();
        member.remove("count");
        member.set("name", Tree::text(format!("{name}-{}", index + 1)));
        let address: IpAddr = plus(first, index)?;
        // The place of the address is that of the range.
        match member.remove("addresses") {
            Some(_) => member.set("address", Tree::text(address.to_string())),
            None => *member.get_mut("address")? = Tree::text(address.to_string()),
        }
        if let Some(mac) = mac {
            *member.get_mut("mac")? = Tree::text(mac?.plus(index).to_string());
        }
        Some(member)
    };
    let count = usize::try_from(count).ok().filter(|count| *count <= ACCESS_POINTS_MAX)?;
    (0..count as u64).map(member).collect()
}
