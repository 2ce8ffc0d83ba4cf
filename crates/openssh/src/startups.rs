//! `MaxStartups` and `PerSourcePenalties`: which connections are dropped at once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use host::Entropy;
use rand::RngExt;

use super::config::{MaxStartups, Offence, Penalties, SshdConfig};
use super::event::Kind;
use super::patterns::{Matched, fits_address, masked};

/// The time after which throttling is reported again.
const LOG_INTERVAL: Duration = Duration::from_secs(5 * 60);

/// The connections that have not logged in.
#[derive(Debug)]
pub(super) struct Startups {
    limits: MaxStartups,
    per_source: Option<u32>,
    bits: (u32, u32),
    penalties: Penalties,
    /// The penalties in force or adding up, by network.
    penalized: Penalized,
    entropy: Entropy,
    /// The networks that they come from.
    waiting: Rc<RefCell<Vec<Source>>>,
    throttling: Option<Throttling>,
}

/// A network, with its family.
type Source = (bool, u128);

/// The penalties of networks.
type Penalized = Rc<RefCell<BTreeMap<Source, Penalty>>>;

/// One of them. It is dropped when the client has logged in, or has left.
#[derive(Debug)]
pub(super) struct Startup {
    source: Source,
    waiting: Rc<RefCell<Vec<Source>>>,
    /// The penalties and their table, unless its network is exempt.
    penalties: Option<(Penalties, Penalized)>,
}

impl Startup {
    /// Adds the penalty for an offence to those of its network.
    pub(super) fn penalize(&self, now: Duration, offence: Offence) {
        let Some((penalties, penalized)) = &self.penalties else { return };
        let penalized = &mut *penalized.borrow_mut();
        let penalty =
            penalized.entry(self.source).or_insert(Penalty { until: now, offence, is_active: false });
        if penalty.until <= now {
            *penalty = Penalty { until: now, offence, is_active: false };
        }
        penalty.until = (penalty.until + penalties.of_offence(offence)).min(now + penalties.max);
        penalty.offence = offence;
        penalty.is_active |= penalty.until - now >= penalties.min;
    }
}

/// The penalty of a network.
#[derive(Clone, Copy, Debug)]
struct Penalty {
    until: Duration,
    /// The offence that was last added.
    offence: Offence,
    /// True once it has reached the least sum that is enforced.
    is_active: bool,
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
    /// It is dropped because of a penalty, with this many other connections without a login.
    Penalized { startups: u32, offence: Offence },
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
            penalties: config.penalties.clone(),
            penalized: Rc::default(),
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
        if let Some(offence) = self.penalty_of(now, source) {
            return Admission::Penalized { startups, offence };
        }
        if self.is_too_many(startups) || self.is_too_many_of(source) {
            return Admission::Dropped { startups, announced: self.throttle(now) };
        }
        let ended = (startups + 1 < self.limits.start).then(|| self.throttling.take()).flatten();
        let ended = ended.map(|Throttling { since, dropped, .. }| Kind::ThrottlingEnds {
            seconds: (now - since).as_secs(),
            dropped,
        });
        self.waiting.borrow_mut().push(source);
        let exempt = self.penalties.exempt.as_deref();
        let is_exempt = exempt.is_some_and(|list| fits_address(Some(peer), list) == Ok(Matched::Yes));
        let penalties = (self.penalties.enabled && !is_exempt)
            .then(|| (self.penalties.clone(), Rc::clone(&self.penalized)));
        Admission::Served(Startup { source, waiting: Rc::clone(&self.waiting), penalties }, ended)
    }

    /// Returns the offence for which a network is refused now, and forgets penalties that are over.
    fn penalty_of(&self, now: Duration, source: Source) -> Option<Offence> {
        let penalized = &mut *self.penalized.borrow_mut();
        penalized.retain(|_, penalty| penalty.until > now);
        penalized.get(&source).filter(|penalty| penalty.is_active).map(|penalty| penalty.offence)
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
    use crate::config::{Included, Release};

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
                Admission::Dropped { startups, .. } | Admission::Penalized { startups, .. } => {
                    dropped.push(startups);
                }
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
                Admission::Dropped { .. } | Admission::Penalized { .. } => {}
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
                Admission::Served(..) | Admission::Penalized { .. } => panic!("it is full"),
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

    #[test]
    fn penalties_add_up_are_enforced_from_the_minimum_on_and_end() {
        let release = Release::parse("9.8").expect("a release");
        let parse = |text| {
            let parsed = SshdConfig::parse_files(text, release, Included::Unknown).expect("a configuration");
            Startups::new(&parsed.config, Entropy::seed_from_u64(1))
        };
        let peer = |number| IpAddr::from([10, 0, 0, number]);
        // A client fails at these times; the answer is whether its next connection, at once, is refused.
        let refused_after = |startups: &mut Startups, from: IpAddr, times: &[u64]| {
            for second in times {
                let now = Duration::from_secs(*second);
                match startups.admit(now, from) {
                    Admission::Served(startup, _) => startup.penalize(now, Offence::AuthFail),
                    Admission::Dropped { .. } | Admission::Penalized { .. } => return true,
                }
            }
            let last = Duration::from_secs(*times.last().expect("there is one"));
            matches!(startups.admit(last, from), Admission::Penalized { offence: Offence::AuthFail, .. })
        };
        let mut default = parse("");
        assert!(!refused_after(&mut default, peer(1), &[0, 35, 70, 105]), "5 s are over by then");
        assert!(refused_after(&mut default, peer(2), &[200, 200, 200]), "15 s are enforced");
        let mut strict = parse("PerSourcePenalties authfail:30s\nPerSourcePenaltyExemptList 10.0.0.9/32\n");
        assert!(refused_after(&mut strict, peer(1), &[0]));
        assert!(!refused_after(&mut strict, peer(9), &[0, 0, 0]), "it is exempt");
        assert!(matches!(strict.admit(Duration::from_secs(29), peer(1)), Admission::Penalized { .. }));
        assert!(matches!(strict.admit(Duration::from_secs(30), peer(1)), Admission::Served(..)));
        assert!(!refused_after(&mut parse("PerSourcePenalties no\n"), peer(1), &[0; 9]));
        let mut long = parse("PerSourcePenalties authfail:1000s max:60s\n");
        assert!(refused_after(&mut long, peer(1), &[0]));
        assert!(matches!(long.admit(Duration::from_secs(60), peer(1)), Admission::Served(..)));
    }
}
