//! Reassembles fragments, and checks them against RFC 5415, 3.4.

use std::collections::VecDeque;

use super::rules::Rule;
use super::wire::Fragment;

/// The number of sets remembered, to recognize retransmissions.
const REMEMBERED: usize = 8;

/// The fragments of one sender to one receiver.
#[derive(Default)]
pub(super) struct Fragments {
    current: Option<Set>,
    complete: VecDeque<(u16, Vec<u8>)>,
}

struct Set {
    id: u16,
    parts: Vec<(usize, Vec<u8>)>,
    end: Option<usize>,
    arrives: bool,
}

impl Fragments {
    /// Takes a fragment; returns the message once it is complete, and whether all of it arrives.
    pub(super) fn take(
        &mut self,
        place: Fragment,
        payload: &[u8],
        arrives: bool,
        broken: &mut dyn FnMut(Rule, String),
    ) -> Option<(Vec<u8>, bool)> {
        if !place.last && (payload.is_empty() || !payload.len().is_multiple_of(8)) {
            broken(Rule::Fragments, format!("{} bytes with more behind them", payload.len()));
        }
        if self.current.as_ref().is_some_and(|set| set.id != place.id) {
            self.end(broken);
        }
        let set = self.current.get_or_insert_with(|| Set {
            id: place.id,
            parts: Vec::new(),
            end: None,
            arrives: true,
        });
        let end = place.offset + payload.len();
        if set.parts.iter().any(|(start, part)| *start < end && place.offset < start + part.len()) {
            broken(Rule::Fragments, format!("{}..{end} overlaps another", place.offset));
            return None;
        }
        set.arrives &= arrives;
        set.parts.push((place.offset, payload.to_vec()));
        if place.last {
            set.end = Some(end);
        }
        let total: usize = set.parts.iter().map(|(_, part)| part.len()).sum();
        if set.end != Some(total) {
            return None;
        }
        let mut set = self.current.take()?;
        set.parts.sort();
        let whole: Vec<u8> = set.parts.into_iter().flat_map(|(_, part)| part).collect();
        self.identify(set.id, &whole, broken);
        Some((whole, set.arrives))
    }

    /// Checks, when the sender goes on to the next message or the capture ends, that no fragment is missing.
    pub(super) fn end(&mut self, broken: &mut dyn FnMut(Rule, String)) {
        if let Some(set) = self.current.take() {
            broken(Rule::Fragments, format!("set {} is never whole", set.id));
        }
    }

    /// Checks 4.3: each set has the identifier after the last one's, except a retransmitted set.
    fn identify(&mut self, id: u16, whole: &[u8], broken: &mut dyn FnMut(Rule, String)) {
        if self.complete.contains(&(id, whole.to_vec())) {
            return;
        }
        if self.complete.back().is_some_and(|last| last.0.wrapping_add(1) != id) {
            broken(
                Rule::Fragments,
                format!("identifier {id} after {:?}", self.complete.back().map(|last| last.0)),
            );
        }
        self.complete.push_back((id, whole.to_vec()));
        if self.complete.len() > REMEMBERED {
            self.complete.pop_front();
        }
    }
}
