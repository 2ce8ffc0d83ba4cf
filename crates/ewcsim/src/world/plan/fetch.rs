//! The time that the controller's images take from their server.

use std::collections::BTreeMap;
use std::time::Duration;

use ewc::config::Mode;
use scenario::{Diagnostic, Link};
use text::durations::short;
use text::numbers::count;

use super::Plan;
use super::relay::{LONG, link_to, on_wire, round_trip};

/// The block size without the option (RFC 1350), and the bytes of TFTP, UDP, IP and Ethernet that a block and its acknowledgement have
/// beside the data (RFC 1350, RFC 768, RFC 791; 38 bytes of IEEE 802.3 each).
const BLOCK: u64 = 512;
const HEADERS: u64 = 4 + 8 + 20 + 38;
/// The bytes of a segment of SFTP with a full MTU, and the image bytes in it, roughly.
const SEGMENT: u64 = 1_538;
const SEGMENT_DATA: u64 = 1_400;

/// Warns of a link over which the images take hours to the controller.
pub(super) fn check(plan: &Plan<'_>, found: &mut Vec<Diagnostic>) {
    let Some((profile, server)) = plan.source() else { return };
    let Some((link, is_forward)) = link_to(plan, (&server.name, server.address)) else { return };
    let Some(set) = plan.scenario.images.get(&plan.controller.running) else { return };
    let has = |image: &str| {
        image == plan.controller.image_type || plan.controller.images.iter().any(|it| it == image)
    };
    let fetched: BTreeMap<&str, u64> = plan
        .downloading()
        .filter(|point| !has(&point.image_type))
        .filter_map(|point| Some((point.image_type.as_str(), set.file(&point.image_type)?.size)))
        .collect();
    // One after another.
    let time: Duration = fetched
        .values()
        .map(|size| match profile.mode {
            Mode::Tftp => {
                let block = plan.config.tftp_block_size.map_or(BLOCK, u64::from);
                over_tftp(link, is_forward, *size, block)
            }
            _ => on_wire(towards(link, is_forward), size.div_ceil(SEGMENT_DATA).saturating_mul(SEGMENT)),
        })
        .sum();
    if time < LONG {
        return;
    }
    let rounded = Duration::from_secs(time.as_secs() / 60 * 60);
    let problem = format!(
        "{} from {} {} {} or more over the link {}",
        count(fetched.len(), "image"),
        server.name,
        if fetched.len() == 1 { "takes" } else { "take" },
        short(rounded),
        link.name
    );
    let label = format!("a round trip of {}", short(round_trip(link)));
    found.push(
        Diagnostic::warning(problem)
            .at(link.span, label)
            .note("without losses, and beside nothing else on the link"),
    );
}

/// Returns the time of an image over TFTP, which waits for the acknowledgement of each block.
fn over_tftp(link: &Link, is_forward: bool, size: u64, block: u64) -> Duration {
    let each = round_trip(link)
        + on_wire(towards(link, is_forward), block + HEADERS)
        + on_wire(towards(link, !is_forward), HEADERS);
    each.saturating_mul(u32::try_from(size / block.max(1) + 1).unwrap_or(u32::MAX))
}

/// Returns the bandwidth of a link in one direction.
fn towards(link: &Link, is_forward: bool) -> Option<u64> {
    if is_forward { link.forward.bandwidth } else { link.reverse.bandwidth }
}
