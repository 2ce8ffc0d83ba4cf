//! IP fragments (RFC 791; RFC 8200, 4.5): the cutting of a datagram, and what its receiver makes of the fragments.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::ids::HostId;

/// The unit of offsets, in bytes.
const UNIT: u32 = 8;

/// The time for which the fragments of an incomplete datagram are kept, from the first on: Linux's `ipfrag_time`.
const KEPT_FOR: Duration = Duration::from_secs(30);

/// The memory for fragments of incomplete datagrams of a host, in bytes: Linux's `ipfrag_high_thresh`. Beyond it, no new datagram
/// is reassembled.
const MEMORY_MAX: u64 = 4 << 20;

/// The memory that a fragment takes beside its bytes, in bytes: that of an sk_buff, roughly.
const FRAGMENT_MEMORY: u64 = 768;

/// A fragment of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// The place of its first byte in the datagram, counted behind the IP header, in bytes: a multiple of 8.
    pub offset: u32,
    /// The number of its bytes behind the IP header.
    pub length: u32,
    /// True if others follow.
    pub more: bool,
}

/// The part of a datagram that is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// The first fragment, which has the ports.
    First,
    /// Another fragment.
    Later,
}

/// Cuts `length` bytes into fragments of at most `room` bytes each. All but the last have a multiple of 8, and at least that.
pub(crate) fn cut(length: u32, room: u32) -> Vec<Fragment> {
    let full = (room - room % UNIT).max(UNIT);
    let mut fragments = Vec::new();
    let mut offset = 0;
    while length - offset > room.max(UNIT) {
        fragments.push(Fragment { offset, length: full, more: true });
        offset += full;
    }
    fragments.push(Fragment { offset, length: length - offset, more: false });
    fragments
}

/// Cuts fragments that are longer than `room` again, as a router in front of a narrower link does (RFC 791, 3.2).
pub(crate) fn cut_again(fragments: Vec<Fragment>, room: u32) -> Vec<Fragment> {
    let again = |whole: Fragment| {
        let pieces = cut(whole.length, room).into_iter();
        pieces.map(move |piece| Fragment {
            offset: whole.offset + piece.offset,
            more: whole.more || piece.more,
            ..piece
        })
    };
    fragments.into_iter().flat_map(again).collect()
}

/// A fragment that reaches its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    pub(crate) at_ns: u64,
    /// Its index in the datagram.
    pub(crate) index: usize,
}

/// What a receiver makes of fragments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Assembly {
    /// The times at which datagrams become whole, each with its last fragment: none, one, or a second from copies of fragments.
    pub(crate) whole: Vec<u64>,
    /// The time of the first of the fragments that wait for the rest in vain, and their indices.
    pub(crate) rest: Option<(u64, Vec<usize>)>,
}

/// Reassembles a datagram of `count` fragments from those that arrive, which may come in any order and more than once.
pub(crate) fn assemble(count: usize, mut arrivals: Vec<Arrival>) -> Assembly {
    arrivals.sort_by_key(|arrival| arrival.at_ns);
    let mut whole = Vec::new();
    let mut held: BTreeSet<usize> = BTreeSet::new();
    let mut first_ns = None;
    for Arrival { at_ns, index } in arrivals {
        if first_ns.is_some_and(|first_ns| u128::from(at_ns - first_ns) > KEPT_FOR.as_nanos()) {
            held.clear();
            first_ns = None;
        }
        held.insert(index);
        first_ns = first_ns.or(Some(at_ns));
        if held.len() == count {
            whole.push(at_ns);
            held.clear();
            first_ns = None;
        }
    }
    Assembly { whole, rest: first_ns.map(|first_ns| (first_ns, held.into_iter().collect())) }
}

/// The fragments of incomplete datagrams that hosts keep, by host: the time at which they are forgotten, and their memory in bytes.
#[derive(Debug, Default)]
pub(crate) struct Kept(BTreeMap<HostId, Vec<(u64, u64)>>);

impl Kept {
    /// Returns true if a host begins to reassemble another datagram at `now_ns`.
    pub(crate) fn has_room(&mut self, host: HostId, now_ns: u64) -> bool {
        let Some(kept) = self.0.get_mut(&host) else { return true };
        kept.retain(|(until_ns, _)| *until_ns > now_ns);
        kept.iter().map(|(_, memory)| memory).sum::<u64>() <= MEMORY_MAX
    }

    /// Keeps fragments of these lengths at a host from `first_ns` on.
    pub(crate) fn keep(&mut self, host: HostId, first_ns: u64, lengths: impl Iterator<Item = u32>) {
        let memory = lengths.map(|length| u64::from(length) + FRAGMENT_MEMORY).sum();
        self.0.entry(host).or_default().push((first_ns + KEPT_FOR.as_nanos() as u64, memory));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(length: u32, room: u32) -> Vec<u32> {
        without_gaps(length, cut(length, room))
    }

    /// Returns the lengths of fragments, after a check that they follow one another to the end.
    fn without_gaps(length: u32, fragments: Vec<Fragment>) -> Vec<u32> {
        let mut at = 0;
        for (index, fragment) in fragments.iter().enumerate() {
            assert_eq!((fragment.offset, fragment.offset % 8), (at, 0));
            assert_eq!(fragment.more, index + 1 < fragments.len());
            at += fragment.length;
        }
        assert_eq!(at, length);
        fragments.into_iter().map(|fragment| fragment.length).collect()
    }

    /// Blocks of TFTP, with 4 bytes of its header and 8 of UDP's, on interfaces of these MTUs.
    #[test]
    fn a_datagram_is_cut_in_units_of_8_bytes() {
        assert_eq!(lengths(1_469 + 12, 1_480), [1_480, 1]);
        assert_eq!(lengths(1_468 + 12, 1_480), [1_480]);
        assert_eq!(lengths(8_192 + 12, 1_480), [1_480, 1_480, 1_480, 1_480, 1_480, 804]);
        assert_eq!(lengths(4_096 + 12, 1_380), [1_376, 1_376, 1_356]);
        // The last one may be longer than the others.
        assert_eq!(lengths(1_376 + 1_380, 1_380), [1_376, 1_380]);
        assert_eq!(lengths(1_428 + 12, 556), [552, 552, 336]);
        assert_eq!(lengths(100, 3), [[8; 12].as_slice(), &[4]].concat());
    }

    #[test]
    fn a_router_cuts_fragments_again() {
        let again =
            |length, rooms: [u32; 2]| without_gaps(length, cut_again(cut(length, rooms[0]), rooms[1]));
        // 4,096 bytes of TFTP on 1,500, then on 1,400: five, and not the three of a sender that knows.
        assert_eq!(again(4_096 + 12, [1_480, 1_380]), [1_376, 104, 1_376, 104, 1_148]);
        assert_eq!(again(4_096 + 12, [1_480, 1_480]), [1_480, 1_480, 1_148]);
        assert_eq!(again(1_400, [1_480, 556]), [552, 552, 296]);
    }

    fn arrival(at_s: u64, index: usize) -> Arrival {
        Arrival { at_ns: at_s * 1_000_000_000, index }
    }

    fn whole_at(count: usize, arrivals: &[(u64, usize)]) -> Vec<u64> {
        let arrivals = arrivals.iter().map(|(at_s, index)| arrival(*at_s, *index)).collect();
        assemble(count, arrivals).whole.into_iter().map(|at_ns| at_ns / 1_000_000_000).collect()
    }

    #[test]
    fn it_is_whole_with_the_last_fragment_in_any_order() {
        assert_eq!(whole_at(3, &[(1, 2), (5, 0), (3, 1)]), [5]);
        assert_eq!(whole_at(3, &[(1, 2), (5, 0), (3, 2)]), []);
        assert_eq!(whole_at(2, &[(1, 0), (2, 1), (3, 1), (4, 0)]), [2, 4]);
    }

    #[test]
    fn it_is_given_up_after_30_s() {
        assert_eq!(whole_at(2, &[(1, 0), (31, 1)]), [31]);
        assert_eq!(whole_at(2, &[(1, 0), (32, 1)]), []);
        assert_eq!(whole_at(2, &[(1, 0), (32, 1), (33, 0)]), [33]);
        let late = assemble(2, vec![arrival(1, 0), arrival(32, 1)]);
        assert_eq!(late.rest, Some((32_000_000_000, vec![1])));
    }

    #[test]
    fn incomplete_datagrams_do_not_take_memory_without_limit() {
        let mut kept = Kept::default();
        let [host, other] = [HostId(0), HostId(1)];
        let mut datagrams = 0;
        while kept.has_room(host, 0) {
            kept.keep(host, 0, [1_480; 5].into_iter());
            datagrams += 1;
        }
        assert_eq!(datagrams, MEMORY_MAX / (5 * (1_480 + 768)) + 1);
        assert!(kept.has_room(other, 0));
        assert!(!kept.has_room(host, 29_999_999_999));
        assert!(kept.has_room(host, 30_000_000_000));
        assert!(kept.0[&host].is_empty());
    }
}
