//! Path MTU discovery (RFC 1191): the router that says that a packet is too long, and the hosts that remember it.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use tracing::debug;

use super::Network;
use crate::decision::{Answer, Decision, DropReason};
use crate::drops::Observer;
use crate::fragments::Part;
use crate::ids::HostId;
use crate::impairments::{INTERFACE_MTU, Pmtud};
use crate::packet::{EMSGSIZE, Packet, Unreachable};
use crate::rule::Header;
use crate::topology::Path;

/// The time for which a host remembers the MTU of a path: Linux's `mtu_expires`.
const EXPIRES: Duration = Duration::from_secs(600);

/// The least MTU that a host believes: Linux's `min_pmtu`.
const LEAST: u32 = 552;

/// The MTUs that hosts have learned, each with the time at which it is forgotten. Only hosts of the network are answered about others,
/// so that there are no more than pairs of them.
#[derive(Debug, Default)]
pub(super) struct PathMtus(BTreeMap<(HostId, IpAddr), (u32, u64)>);

impl Network {
    /// Notes that `host` has received ICMP "fragmentation needed" about a packet to `to`.
    pub fn learn_path_mtu(&mut self, now_ns: u64, host: HostId, to: IpAddr, mtu: u16) {
        let mtu = u32::from(mtu).max(LEAST);
        debug!(%to, mtu, "learned the MTU of a path");
        self.path_mtus.0.insert((host, to), (mtu, now_ns + EXPIRES.as_nanos() as u64));
    }

    /// Forgets what a host has learned, as one that boots does.
    pub fn forget_path_mtus(&mut self, host: HostId) {
        self.path_mtus.0.retain(|(of, _), _| *of != host);
    }

    /// Returns the length of the longest packet that a host sends to an address, as far as it knows.
    pub fn longest_packet(&self, now_ns: u64, host: HostId, to: IpAddr) -> u32 {
        let mut longest = INTERFACE_MTU;
        if !self.path_mtus.0.is_empty()
            && let Some((mtu, until_ns)) = self.path_mtus.0.get(&(host, to))
            && now_ns < *until_ns
        {
            longest = longest.min(*mtu);
        }
        if self.has_local_mtus
            && let Some(other) = self.host_at(to).filter(|other| *other != host)
        {
            let Path { link, way, .. } = Path::new(&self.links, &self.firewalls, host, other);
            let impairments = &self.links[link].direction_of(way).impairments;
            if impairments.pmtud == Pmtud::Local && to.is_ipv4() {
                longest = longest.min(impairments.mtu);
            }
        }
        longest
    }

    /// Checks a packet that a program sends.
    ///
    /// # Errors
    /// EMSGSIZE for one with DF that is longer than its host knows to fit (ip(7), `IP_PMTUDISC_DO`).
    pub fn check_length(&self, now_ns: u64, host: HostId, packet: &Packet) -> io::Result<()> {
        let is_free = !packet.dont_fragment || (self.path_mtus.0.is_empty() && !self.has_local_mtus);
        if is_free || packet.size() <= self.longest_packet(now_ns, host, packet.dst) {
            return Ok(());
        }
        Err(io::Error::from_raw_os_error(EMSGSIZE))
    }

    /// Drops a packet that is too long for the link. The router in front of it says so, if it does, if no firewall on the path drops
    /// that, and if it is not about an ICMP error.
    pub(super) fn drop_too_long(
        &mut self,
        now_ns: u64,
        (src, to): (HostId, HostId),
        sent: &Packet,
        packet: &Packet,
    ) -> Decision {
        let answer = self.fragmentation_needed(now_ns, (src, to), sent, packet);
        match self.drop_packet(packet, DropReason::TooLong) {
            Decision::Drop { reason, .. } => Decision::Drop { reason, answer },
            other => other,
        }
    }

    fn fragmentation_needed(
        &mut self,
        now_ns: u64,
        (src, to): (HostId, HostId),
        sent: &Packet,
        packet: &Packet,
    ) -> Option<Box<Answer>> {
        let path = self.paths[src.index() * self.shapers.len() + to.index()].as_ref()?;
        let link = &self.links[path.link];
        let impairments = &link.direction_of(path.way).impairments;
        if impairments.pmtud != Pmtud::Icmp || !packet.dst.is_ipv4() {
            return None;
        }
        let code = Unreachable::FragmentationNeeded(u16::try_from(impairments.mtu).unwrap_or(u16::MAX));
        // Firewalls see the addresses outside.
        let error = packet.unreachable(code)?;
        for &(index, way) in &path.firewalls {
            let firewall = &mut self.firewalls[index].1;
            let Err(blocked) = firewall.filter(now_ns, &error, way.back(), Part::Whole) else { continue };
            let header = Header::of(&error, way.back(), Part::Whole);
            debug!(packet = %error, firewall = firewall.name, rule = blocked.rule, "dropped by a firewall");
            let told = self.drops.note(now_ns, &firewall.name, &blocked.rule, &header);
            if let (Some(drops), Some(Observer(tell))) = (told, &self.observer) {
                tell(drops);
            }
            return None;
        }
        let at_ns = now_ns + link.forward.impairments.latency.as_nanos() as u64;
        let by = "the router in front of the link".to_owned();
        Some(Box::new(Answer { from: to, packet: sent.unreachable(code)?, at_ns, by }))
    }
}
