//! The frames that receiving interfaces have dropped for a wrong FCS: counted by direction of a link, and there by pair of hosts.

use std::net::IpAddr;

use crate::tally::{Tally, is_told};
use crate::topology::Way;

/// The maximum number of pairs of hosts that are told apart. Frames between others count for their link only.
const PAIRS_MAX: usize = 1_024;

/// The frames that crossed one direction of a link and were dropped at its end for a wrong FCS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FcsErrors {
    /// The name of the link.
    pub link: String,
    /// The direction.
    pub way: Way,
    /// The number of frames.
    pub frames: u64,
    /// The time of the first, in nanoseconds since the start of the run.
    pub first_ns: u64,
    /// The time of the last.
    pub last_ns: u64,
}

impl FcsErrors {
    fn none(link: &str, way: Way, now_ns: u64) -> Self {
        Self { link: link.to_owned(), way, frames: 0, first_ns: now_ns, last_ns: now_ns }
    }

    fn add(&mut self, now_ns: u64) {
        self.frames += 1;
        self.last_ns = now_ns;
    }
}

/// Those of them that one host sent to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairFcsErrors {
    /// The direction of the link, and the frames.
    pub on: FcsErrors,
    /// The source, as the packets have it on the link.
    pub src: IpAddr,
    /// The destination.
    pub dst: IpAddr,
}

/// All counts. Their number is limited by that of the links, and by [`PAIRS_MAX`].
#[derive(Debug, Default)]
pub(crate) struct FcsCounts {
    by_link: Tally<(usize, Way), FcsErrors>,
    by_pair: Tally<(usize, Way, IpAddr, IpAddr), PairFcsErrors>,
}

impl FcsCounts {
    /// Counts a frame on the link of this index and name. Returns the count of its pair if that is to be told: the first frame, then the
    /// 10th, the 100th and so on.
    pub(crate) fn note(
        &mut self,
        now_ns: u64,
        (link, name): (usize, &str),
        way: Way,
        (src, dst): (IpAddr, IpAddr),
    ) -> Option<&PairFcsErrors> {
        let none = || FcsErrors::none(name, way, now_ns);
        if let Some(of_link) = self.by_link.of((link, way), usize::MAX, none) {
            of_link.add(now_ns);
        }
        let first = || PairFcsErrors { on: none(), src, dst };
        let of_pair = self.by_pair.of((link, way, src, dst), PAIRS_MAX, first)?;
        of_pair.on.add(now_ns);
        is_told(of_pair.on.frames).then_some(of_pair)
    }

    /// Returns the counts by direction of a link, in the order of the first frame.
    pub(crate) fn by_link(&self) -> &[FcsErrors] {
        self.by_link.values()
    }

    /// Returns the counts by pair of hosts, in the order of the first frame.
    pub(crate) fn by_pair(&self) -> &[PairFcsErrors] {
        self.by_pair.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(last: u32) -> (IpAddr, IpAddr) {
        (std::net::Ipv4Addr::from(last).into(), [10, 0, 0, 2].into())
    }

    #[test]
    fn the_first_is_told_then_each_power_of_ten() {
        let mut counts = FcsCounts::default();
        let told: Vec<u64> = (0..2_500)
            .filter_map(|now_ns| Some(counts.note(now_ns, (1, "wan"), Way::Forward, pair(1))?.on.frames))
            .collect();
        assert_eq!(told, [1, 10, 100, 1_000]);
        let [errors] = counts.by_pair() else { panic!("{counts:?}") };
        assert_eq!((errors.on.first_ns, errors.on.last_ns, errors.on.frames), (0, 2_499, 2_500));
        assert_eq!(counts.by_link(), std::slice::from_ref(&errors.on));
    }

    #[test]
    fn links_directions_and_pairs_are_told_apart() {
        let mut counts = FcsCounts::default();
        for (link, way, from) in
            [(1, Way::Forward, 1), (1, Way::Reverse, 1), (2, Way::Forward, 1), (1, Way::Forward, 3)]
        {
            assert!(counts.note(5, (link, "wan"), way, pair(from)).is_some(), "{link} {way} {from}");
        }
        assert_eq!((counts.by_link().len(), counts.by_pair().len()), (3, 4));
        assert_eq!(counts.by_link()[0].frames, 2);
    }

    #[test]
    fn pairs_without_number_do_not_take_memory_without_limit() {
        let mut counts = FcsCounts::default();
        let told = (0..5_000).filter(|from| counts.note(0, (1, "wan"), Way::Forward, pair(*from)).is_some());
        assert_eq!(told.count(), PAIRS_MAX);
        assert_eq!((counts.by_pair().len(), counts.by_link()[0].frames), (PAIRS_MAX, 5_000));
    }
}
