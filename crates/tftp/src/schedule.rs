//! The times at which an unanswered packet is retransmitted and given up.

use std::sync::Arc;
use std::time::Duration;

/// The waits after each sending of the same packet. After the last wait the peer is given up.
///
/// tftpd-hpa waits 1, 2, 4, 8, 16 and 32 s: `Schedule::doubling(Duration::from_secs(1), 6)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule(Arc<[Duration]>);

impl Schedule {
    /// Creates a schedule of any waits.
    pub fn new(waits: impl IntoIterator<Item = Duration>) -> Self {
        Self(waits.into_iter().collect())
    }

    /// Creates a schedule of `sends` sendings, each followed by twice the wait of the one before.
    pub fn doubling(first: Duration, sends: u32) -> Self {
        Self::new((0..sends).map(|n| first.saturating_mul(2_u32.saturating_pow(n))))
    }

    /// Creates a schedule of `sends` sendings, each followed by the same wait.
    pub fn constant(wait: Duration, sends: u32) -> Self {
        Self::new((0..sends).map(|_| wait))
    }

    /// Returns the waits, in order.
    pub fn waits(&self) -> &[Duration] {
        &self.0
    }

    /// Returns the time from the first sending to giving up.
    pub fn total(&self) -> Duration {
        self.0.iter().fold(Duration::ZERO, |total, &wait| total.saturating_add(wait))
    }
}

/// Follows a schedule for one packet after another.
#[derive(Debug)]
pub(crate) struct Retransmission {
    schedule: Schedule,
    sendings: usize,
    deadline: Duration,
}

impl Retransmission {
    /// Starts with a packet sent at `now`.
    pub(crate) fn start(schedule: Schedule, now: Duration) -> Self {
        let mut this = Self { schedule, sendings: 1, deadline: now };
        this.wait(now);
        this
    }

    /// Starts again with a new packet sent at `now`.
    pub(crate) fn restart(&mut self, now: Duration) {
        self.sendings = 1;
        self.wait(now);
    }

    /// Restarts the current wait, as the same packet was sent once more for a reason other than time.
    pub(crate) fn wait(&mut self, now: Duration) {
        let wait = self.schedule.0.get(self.sendings - 1).copied().unwrap_or_default();
        self.deadline = now.saturating_add(wait);
    }

    pub(crate) fn deadline(&self) -> Duration {
        self.deadline
    }

    pub(crate) fn handle_timeout(&mut self, now: Duration) -> Due {
        if now < self.deadline {
            return Due::NotYet;
        }
        if self.sendings >= self.schedule.0.len() {
            return Due::GiveUp;
        }
        self.sendings += 1;
        self.wait(now);
        Due::SendAgain
    }
}

/// The action that a timeout requires.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Due {
    NotYet,
    SendAgain,
    GiveUp,
}
