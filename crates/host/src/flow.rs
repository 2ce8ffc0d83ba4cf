//! Exchanges that repeat themselves: what a simulated network carries out for two devices as long as nothing else happens to them.
//!
//! An image is fifty thousand times the same: a datagram one way, its answer at once, a wait, the next datagram. The sender lends such an
//! [`Exchange`] to the network, the receiver [accepts](Receiver::accept) it, and both hold the [`Lease`] on it. They read from it how far
//! the exchange has come, and [recall](Lease::recall) it before they do anything else. The times are those of datagrams that are sent and
//! received one by one; the network makes a datagram only where something reads its bytes.
//!
//! A network need not take a lease, and real ones never do.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use datagram::Datagram;

/// Datagrams that are answered at once, one after another.
#[derive(Clone)]
pub struct Exchange {
    /// The address that they go to.
    pub peer: SocketAddr,
    /// Their number.
    pub rounds: u64,
    /// The time at which the first one is sent.
    pub first: Due,
    /// The wait from an answer to the next datagram.
    pub wait: Duration,
    /// The limit under which the sender sends them, together with all else that it sends under it.
    pub limit: Option<RateLimit>,
    /// Their bytes. All have one length.
    pub script: Rc<dyn Script>,
    /// The bytes that a security protocol adds to each.
    pub overhead: u16,
    /// The sender's name for the exchange.
    pub tag: usize,
    /// Receives the tag when the lease ends.
    pub ended: Ended,
}

/// The time at which a datagram is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The wait is over then; under a limit, its turn is still to be taken.
    Wait(Duration),
    /// It has this turn under the limit.
    Turn(Duration),
}

/// The bytes of the datagrams of an exchange.
pub trait Script {
    /// Returns a datagram, counted from 0.
    fn datagram(&self, round: u64) -> Datagram;

    /// Returns what the datagrams carry, one part after another, for a receiver that shares its memory.
    fn subject(&self) -> &dyn Any;
}

/// The sender's end of a network that takes leases.
pub trait Lender {
    /// Lets the network carry out an exchange, if it can.
    fn lend(&self, exchange: Exchange) -> Option<Lease>;
}

/// The device that receives at a socket.
pub trait Receiver {
    /// Accepts an exchange from `from`, if the device does nothing else with its datagrams than to take and answer them. The device then
    /// holds the lease.
    fn accept(&self, from: SocketAddr, exchange: &Exchange, lease: &Lease) -> Option<Acceptance>;
}

/// The receiver's part of an exchange.
pub struct Acceptance {
    /// The number of datagrams that it takes.
    pub rounds: u64,
    /// Returns the answer to a datagram, counted from 0. All have one length.
    pub answer: Rc<dyn Fn(u64) -> Datagram>,
    /// The bytes that a security protocol adds to each answer.
    pub overhead: u16,
}

/// A lease on an exchange. Both ends hold it; clones are the same lease.
#[derive(Clone)]
pub struct Lease(Rc<Leased>);

struct Leased {
    progress: Rc<Progress>,
    recall: Box<dyn Fn()>,
}

/// How far an exchange has come. The network writes it. Times are nanoseconds since the start of the run.
#[derive(Debug, Default)]
pub struct Progress {
    /// The number of datagrams sent, and the time of the last one.
    pub sent: Cell<(u64, u64)>,
    /// The number of those that were received and answered, and the time of the last one.
    pub received: Cell<(u64, u64)>,
    /// The number of answers that came, and the time of the last one.
    pub answered: Cell<(u64, u64)>,
    /// The time of the next datagram, if the exchange ended during a wait.
    pub next: Cell<Option<Due>>,
    /// True once the exchange has ended.
    pub is_over: Cell<bool>,
}

impl Lease {
    /// Makes a lease. `recall` ends the exchange.
    pub fn new(progress: Rc<Progress>, recall: impl Fn() + 'static) -> Self {
        Self(Rc::new(Leased { progress, recall: Box::new(recall) }))
    }

    /// Ends the exchange, unless it has ended: what is on its way continues as a datagram.
    pub fn recall(&self) {
        if !self.is_over() {
            (self.0.recall)();
        }
    }

    /// Returns true once the exchange has ended.
    pub fn is_over(&self) -> bool {
        self.0.progress.is_over.get()
    }

    /// Returns the number of datagrams sent so far, and the time of the last one.
    pub fn sent(&self) -> (u64, Duration) {
        read(&self.0.progress.sent)
    }

    /// Returns the number of datagrams received and answered so far, and the time of the last one.
    pub fn received(&self) -> (u64, Duration) {
        read(&self.0.progress.received)
    }

    /// Returns the number of answers received so far, and the time of the last one.
    pub fn answered(&self) -> (u64, Duration) {
        read(&self.0.progress.answered)
    }

    /// Returns the time of the next datagram, if the exchange ended during a wait.
    pub fn next(&self) -> Option<Due> {
        self.0.progress.next.get()
    }
}

fn read(count: &Cell<(u64, u64)>) -> (u64, Duration) {
    let (count, last_ns) = count.get();
    (count, Duration::from_nanos(last_ns))
}

/// The tags of the leases that ended, in the order in which a sender is to continue. Clones are the same queue.
#[derive(Clone, Debug, Default)]
pub struct Ended(Rc<RefCell<VecDeque<usize>>>);

impl Ended {
    /// Adds a tag.
    pub fn push(&self, tag: usize) {
        self.0.borrow_mut().push_back(tag);
    }

    /// Takes the first tag.
    pub fn pop(&self) -> Option<usize> {
        self.0.borrow_mut().pop_front()
    }
}

/// A limit of messages per second, to all peers together. Clones are the same limit.
///
/// Each message takes the sender a time of its own, and the sender sends one message at a time. The next message that is due takes the next turn.
#[derive(Clone, Debug)]
pub struct RateLimit(Rc<Turns>);

#[derive(Debug)]
struct Turns {
    /// The time that a message takes, in nanoseconds.
    each_ns: u64,
    free_at_ns: Cell<u64>,
    /// The time that messages have waited for others, altogether.
    waited_ns: Cell<u64>,
    /// The sum of waits that is to be noticed, until it was.
    noticed_ns: Cell<Option<u64>>,
}

impl RateLimit {
    /// Makes a limit of `per_second` messages, at least one. Its sender notices when they have waited for others for so long, altogether.
    pub fn new(per_second: u64, noticed: Duration) -> Self {
        Self(Rc::new(Turns {
            each_ns: 1_000_000_000 / per_second.max(1),
            free_at_ns: Cell::default(),
            waited_ns: Cell::default(),
            noticed_ns: Cell::new(Some(noticed.as_nanos() as u64)),
        }))
    }

    /// Returns true if a message that is due at this time has to wait for earlier ones.
    pub fn is_busy(&self, due: Duration) -> bool {
        self.is_busy_ns(due.as_nanos() as u64)
    }

    /// Does the same in nanoseconds.
    pub fn is_busy_ns(&self, due_ns: u64) -> bool {
        self.0.free_at_ns.get() > due_ns
    }

    /// Takes the next turn for a message that is due at this time, and returns the time of the turn.
    pub fn take_turn(&self, due: Duration) -> Duration {
        Duration::from_nanos(self.take_turn_ns(due.as_nanos() as u64))
    }

    /// Does the same in nanoseconds.
    pub fn take_turn_ns(&self, due_ns: u64) -> u64 {
        let turn_ns = self.0.free_at_ns.get().max(due_ns);
        self.0.free_at_ns.set(turn_ns + self.0.each_ns);
        self.0.waited_ns.set(self.0.waited_ns.get() + (turn_ns - due_ns));
        turn_ns
    }

    /// Returns true if the sender has to notice the waits now. An exchange is not carried on before it has.
    pub fn is_to_notice(&self) -> bool {
        self.0.noticed_ns.get().is_some_and(|noticed_ns| self.0.waited_ns.get() >= noticed_ns)
    }

    /// Does the same; true once.
    pub fn take_notice(&self) -> bool {
        let is_to_notice = self.is_to_notice();
        if is_to_notice {
            self.0.noticed_ns.set(None);
        }
        is_to_notice
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { peer, rounds, first, wait, tag, .. } = self;
        let mut it = f.debug_struct("Exchange");
        it.field("peer", peer).field("rounds", rounds).field("first", first).field("wait", wait);
        it.field("tag", tag).finish_non_exhaustive()
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lease").field(&self.0.progress).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn turns_come_one_after_another() {
        let limit = RateLimit::new(1_000, Duration::MAX);
        assert_eq!([5, 5, 5].map(|due| limit.take_turn(due * MS)), [5 * MS, 6 * MS, 7 * MS]);
        assert!(limit.is_busy(7 * MS) && !limit.is_busy(8 * MS));
        assert_eq!(limit.take_turn(20 * MS), 20 * MS);
    }

    #[test]
    fn waits_are_noticed_once_and_only_if_they_matter() {
        let limit = RateLimit::new(1_000, 100 * MS);
        (0..1_000).for_each(|turn| _ = limit.take_turn(turn * MS));
        assert!(!limit.take_notice());
        // The third waits for 2 ms, the fourth for 3.
        (0..15).for_each(|_| _ = limit.take_turn(1_000 * MS));
        assert!(limit.take_notice() && !limit.take_notice());
    }

    #[test]
    fn a_lease_is_recalled_once() {
        let (progress, recalled) = (Rc::new(Progress::default()), Rc::new(Cell::new(0)));
        let (over, count) = (Rc::clone(&progress), Rc::clone(&recalled));
        let lease = Lease::new(progress, move || {
            over.is_over.set(true);
            count.set(count.get() + 1);
        });
        lease.recall();
        lease.clone().recall();
        assert_eq!((lease.is_over(), recalled.get()), (true, 1));
    }
}
