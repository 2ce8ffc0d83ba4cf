//! A host that is slow to send.

use std::time::Duration;

/// Delays and paces everything that a host sends.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shaper {
    delay_ns: u64,
    /// The rate in bytes per second.
    rate: Option<u64>,
    /// The time at which the host will have sent everything.
    idle_at_ns: u64,
}

impl Shaper {
    /// Makes a shaper; `None` if it would change nothing.
    pub(crate) fn new(delay: Duration, rate: Option<u64>) -> Option<Self> {
        let delay_ns = delay.as_nanos() as u64;
        (delay_ns > 0 || rate.is_some()).then_some(Self { delay_ns, rate, idle_at_ns: 0 })
    }

    /// Returns the time that a packet of `size` bytes waits before it leaves.
    pub(crate) fn hold(&mut self, now_ns: u64, size: u32) -> u64 {
        let Some(rate) = self.rate else { return self.delay_ns };
        let takes_ns = u64::from(size).saturating_mul(1_000_000_000) / rate.max(1);
        self.idle_at_ns = self.idle_at_ns.max(now_ns) + takes_ns;
        self.idle_at_ns - now_ns + self.delay_ns
    }
}
