//! `MaxStartups`: the limit of connections without a login.

use std::cell::RefCell;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use host::Entropy;
use rand::RngExt;

use super::config::{MaxStartups, SshdConfig};
use super::event::Kind;
use super::patterns::masked;

/// The time after which throttling is reported again.
const LOG_INTERVAL: Duration = Duration::from_secs(5 * 60);

/// The connections that have not logged in.
#[derive(Debug)]
pub(super) struct Startups {
    limits: MaxStartups,
    per_source: Option<u32>,
    bits: (u32, u32),
    entropy: Entropy,
    /// The networks that they come from.
    waiting: Rc<RefCell<Vec<Source>>>,
    throttling: Option<Throttling>,
}

/// A network, with its family.
type Source = (bool, u128);

/// One of them. It is dropped when the client has logged in, or has left.
#[derive(Debug)]
pub(super) struct Startup {
    source: Source,
    waiting: Rc<RefCell<Vec<Source>>>,
}

#[derive(Debug)]
struct Throttling {
    since: Duration,
    last: Duration,
    dropped: u64,
}

/// The decision about a connection.
#[derive(Debug)]
pub(super) enum Admission {
    /// It is served. Throttling may have ended.
    Served(Startup, Option<Kind>),
    /// It is dropped, as one of this many. Throttling may have begun, or goes on.
    Dropped {
        startups: u32,
        /// The line that is logged first.
        announced: Option<Kind>,
    },
}

impl Startups {
    pub(super) fn new(config: &SshdConfig, entropy: Entropy) -> Self {
        Self {
            limits: config.max_startups,
            per_source: config.per_source_max_startups,
            bits: config.per_source_bits,
            entropy,
            waiting: Rc::default(),
            throttling: None,
        }
    }

    /// Decides about a new connection.
    pub(super) fn admit(&mut self, now: Duration, peer: IpAddr) -> Admission {
        let startups = self.waiting.borrow().len() as u32; // There are never more than `full`.
        let bits = if peer.is_ipv4() { self.bits.0 } else { self.bits.1 };
        let source = (peer.is_ipv4(), masked(peer, bits));
        if self.is_too_many(startups) || self.is_too_many_of(source) {
            return Admission::Dropped { startups, announced: self.throttle(now) };
        }
        let ended = (startups + 1 < self.limits.start).then(|| self.throttling.take()).flatten();
        let ended = ended.map(|Throttling { since, dropped, .. }| Kind::ThrottlingEnds {
            seconds: (now - since).as_secs(),
            dropped,
        });
        self.waiting.borrow_mut().push(source);
        Admission::Served(Startup { source, waiting: Rc::clone(&self.waiting) }, ended)
    }

    fn is_too_many(&mut self, startups: u32) -> bool {
        let MaxStartups { start, rate, full } = self.limits;
        if startups < start {
            return false;
        }
        if startups >= full || rate == 100 {
            return true;
        }
        let more = (100 - rate) * (startups - start) / (full - start);
        self.entropy.random_range(0..100) < rate + more
    }

    fn is_too_many_of(&self, source: Source) -> bool {
        let of_source = self.waiting.borrow().iter().filter(|waiting| **waiting == source).count();
        self.per_source.is_some_and(|most| of_source >= most as usize)
    }

    fn throttle(&mut self, now: Duration) -> Option<Kind> {
        let Some(throttling) = &mut self.throttling else {
            self.throttling = Some(Throttling { since: now, last: now, dropped: 1 });
            return Some(Kind::ThrottlingBegins);
        };
        throttling.dropped += 1;
        let last = std::mem::replace(&mut throttling.last, now);
        let seconds = (now - throttling.since).as_secs();
        (last + LOG_INTERVAL < now).then_some(Kind::ThrottlingGoesOn { seconds, dropped: throttling.dropped })
    }
}

impl Drop for Startup {
    fn drop(&mut self) {
        let waiting = &mut *self.waiting.borrow_mut();
        if let Some(at) = waiting.iter().position(|source| *source == self.source) {
            waiting.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn startups(text: &str) -> Startups {
        let config = SshdConfig::parse(text).expect("a configuration").config;
        Startups::new(&config, Entropy::seed_from_u64(1))
    }

    /// Returns the decisions about `count` connections from different addresses, none of which logs in.
    fn flood(startups: &mut Startups, count: u8) -> (Vec<Startup>, Vec<u32>) {
        let (mut served, mut dropped) = (Vec::new(), Vec::new());
        for number in 0..count {
            match startups.admit(Duration::ZERO, [10, 0, 0, number].into()) {
                Admission::Served(startup, _) => served.push(startup),
                Admission::Dropped { startups, .. } => dropped.push(startups),
            }
        }
        (served, dropped)
    }

    #[test]
    fn all_are_dropped_beyond_a_plain_limit() {
        let mut startups = startups("MaxStartups 3\n");
        let (served, dropped) = flood(&mut startups, 10);
        assert_eq!((served.len(), dropped), (3, vec![3; 7]));
        drop(served);
        assert_eq!(flood(&mut startups, 2).0.len(), 2);
    }

    #[test]
    fn some_are_dropped_from_the_start_on_and_all_when_full() {
        let (served, dropped) = flood(&mut startups("MaxStartups 10:30:60\n"), 255);
        assert_eq!(served.len(), 60);
        let early = dropped.iter().filter(|startups| **startups < 60).count();
        assert!(early > 15, "{early}");
        assert!(dropped.iter().all(|startups| *startups >= 10));
    }

    #[test]
    fn one_source_cannot_take_all_places() {
        let mut startups = startups("PerSourceMaxStartups 2\nPerSourceNetBlockSize 24\n");
        assert_eq!(flood(&mut startups, 10).0.len(), 2);
        let mut held = Vec::new();
        for network in 0..5 {
            match startups.admit(Duration::ZERO, [10, 0, network, 1].into()) {
                Admission::Served(startup, _) => held.push(startup),
                Admission::Dropped { .. } => {}
            }
        }
        assert_eq!(held.len(), 5, "the others have left by now");
    }

    #[test]
    fn throttling_is_told_when_it_begins_every_five_minutes_and_when_it_ends() {
        let mut startups = startups("MaxStartups 2\n");
        let (served, _) = flood(&mut startups, 2);
        let mut told = Vec::new();
        for second in [0, 10, 301, 700] {
            match startups.admit(Duration::from_secs(second), [10, 0, 0, 9].into()) {
                Admission::Dropped { announced, .. } => told.push(announced),
                Admission::Served(..) => panic!("it is full"),
            }
        }
        let goes_on = Some(Kind::ThrottlingGoesOn { seconds: 700, dropped: 4 });
        assert_eq!(told, [Some(Kind::ThrottlingBegins), None, None, goes_on]);
        drop(served);
        let Admission::Served(_, ended) = startups.admit(Duration::from_secs(760), [10, 0, 0, 9].into())
        else {
            panic!("there is room");
        };
        assert_eq!(ended, Some(Kind::ThrottlingEnds { seconds: 760, dropped: 4 }));
    }
}
