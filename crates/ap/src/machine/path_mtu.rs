//! Path MTU discovery, as Cisco D225437 describes it: three sizes, tried when joining and in Run.
//!
//! ```text
//!   Join:  Join Request padded to 1,485 ──3 s──▶ to 1,005 ──6 s──▶ not padded
//!   Run:   Echo Request padded to the size above the one in use ──3 s──▶ to the next smaller ──▶ … ──▶ not padded
//! ```
//!
//! A packet that is not answered was too long. The controller repeats in its answer the size that arrived, so that both agree
//! even if the answer to a larger one comes late. Echo Requests as the carriers of the probes in Run are inferred: both have the
//! same interval.

use std::time::Duration;

use capwap::{Element, MessageType, cisco};

use super::Machine;
use crate::{ApEvent, State};

impl Machine {
    /// Sends the request that probes the path, first as long as `largest`. Returns true if it was sent: it is not while another
    /// request is outstanding at the window's limit.
    pub(super) fn send_probe(
        &mut self,
        now: Duration,
        request: MessageType,
        elements: Vec<Element>,
        largest: u16,
    ) -> bool {
        let smallest = self.access_point.settings.path_mtu_discovery;
        let padded = |size: &u16| {
            let padding = cisco::path_mtu_probe(&elements, *size)?;
            Some([elements.as_slice(), &[padding]].concat())
        };
        let sizes = self.path_mtus();
        let larger = sizes.iter().rev().filter(|size| (smallest + 1..=largest).contains(size));
        let mut attempts: Vec<_> = larger.filter_map(padded).collect();
        attempts.push([elements.as_slice(), &[cisco::path_mtu(smallest, 0)]].concat());
        self.channel.as_mut().is_some_and(|channel| channel.send_probe(now, request, &attempts))
    }

    /// Returns the size to try in Run: the one above the one in use, or the largest again, to notice when it no longer fits.
    pub(super) fn next_path_mtu(&self) -> u16 {
        let sizes = self.path_mtus();
        sizes
            .into_iter()
            .find(|size| *size > self.path_mtu)
            .unwrap_or(self.access_point.settings.channel.path_mtu)
    }

    /// Adopts the size of the probe that these elements answer.
    pub(super) fn learn_path_mtu(&mut self, elements: &[Element]) {
        let settings = &self.access_point.settings;
        let Some(path_mtu) = cisco::find_path_mtu(elements) else { return };
        let path_mtu = path_mtu.min(settings.channel.path_mtu).max(settings.path_mtu_discovery);
        let from = if self.state == State::Join { self.last_path_mtu } else { self.path_mtu };
        self.path_mtu = path_mtu;
        self.last_path_mtu = path_mtu;
        if let Some(channel) = &mut self.channel {
            channel.set_path_mtu(path_mtu);
        }
        if path_mtu != from {
            self.sink.emit(ApEvent::PathMtuChanged { from, to: path_mtu });
        }
    }

    /// Returns the sizes to try, ascending. If all are the same, there is nothing to discover.
    fn path_mtus(&self) -> Vec<u16> {
        let settings = &self.access_point.settings;
        let all = [settings.path_mtu_discovery, settings.path_mtu_middle, settings.channel.path_mtu];
        let mut sizes: Vec<_> = all.into_iter().filter(|size| *size <= settings.channel.path_mtu).collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }
}
