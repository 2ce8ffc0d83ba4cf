//! What is fetched through which faults, drawn from a number.

use std::time::Duration;

use host::Entropy;
use rand::{RngExt, SeedableRng};
use tftp::{ReceiverConfig, Schedule};

use crate::faulty::faults::Faults;
use crate::support::FILE;

/// One transfer and what happens to it.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub size: usize,
    pub missing: bool,
    pub blksize: Option<u16>,
    pub windowsize: Option<u16>,
    pub timeout: Option<u8>,
    pub tsize: bool,
    pub faults: Faults,
}

impl Plan {
    /// For the simulated network. One in 100 has more blocks than numbers.
    pub(super) fn simulated(number: u64) -> Self {
        let mut dice = Entropy::seed_from_u64(number);
        let mut plan = Self::draw(&mut dice);
        plan.faults =
            Faults { delay_max: Duration::from_millis(dice.random_range(1..3_000)), ..weather(&mut dice) };
        if dice.random_bool(0.3) {
            let mut from = Duration::ZERO;
            for _ in 0..dice.random_range(1..4) {
                from += Duration::from_millis(dice.random_range(0..5_000));
                let until = from + Duration::from_millis(dice.random_range(100..60_000));
                plan.faults.blackouts.push(from..until);
                from = until;
            }
        }
        if number.is_multiple_of(100) {
            plan.missing = false;
            plan.size = 8 * 65_536 + dice.random_range(0..5_000);
            plan.blksize = Some(8);
            plan.faults.loss = plan.faults.loss.min(0.002);
            plan.faults.delay = plan.faults.delay.min(0.002);
        }
        plan
    }

    /// For sockets of this machine, where time is real: small files, short waits.
    pub(super) fn loopback(number: u64) -> Self {
        let mut dice = Entropy::seed_from_u64(number);
        let mut plan = Self::draw(&mut dice);
        plan.blksize = plan.blksize.map(|blksize| blksize.max(256));
        plan.size = plan.size.min(20_000);
        plan.timeout = None;
        plan.faults = weather(&mut dice);
        plan.faults.loss = plan.faults.loss.min(0.05);
        plan.faults.delay_max = Duration::from_millis(150);
        if dice.random_bool(0.2) {
            let from = Duration::from_millis(dice.random_range(0..100));
            plan.faults.blackouts.push(from..from + Duration::from_millis(dice.random_range(10..1_000)));
        }
        plan
    }

    fn draw(dice: &mut Entropy) -> Self {
        let blksize = match dice.random_range(0..6) {
            0 | 1 => None,
            2 => Some(1428),
            3 => Some(dice.random_range(8..64)),
            _ => Some(dice.random_range(64..1_469)),
        };
        let block = usize::from(blksize.unwrap_or(512));
        let size = match dice.random_range(0..10) {
            0 => 0,
            1 => 1,
            2 => block - 1,
            3 => block,
            4 => block + 1,
            5 => 2 * block,
            6 | 7 => dice.random_range(0..20 * block),
            _ => dice.random_range(0..200_000_usize.min(2_000 * block)),
        };
        Self {
            size,
            missing: dice.random_bool(0.05),
            blksize,
            windowsize: dice.random_bool(0.5).then(|| dice.random_range(1..=64)),
            timeout: dice.random_bool(0.3).then(|| dice.random_range(1..=5)),
            tsize: dice.random(),
            faults: Faults::default(),
        }
    }

    /// What the client asks for, waiting `wait` ten times before it gives up: the controller waits 4 s and gives up after 40.
    pub(super) fn request(&self, wait: Duration) -> ReceiverConfig {
        ReceiverConfig {
            blksize: self.blksize,
            windowsize: self.windowsize,
            timeout: self.timeout,
            tsize: self.tsize,
            schedule: Schedule::constant(wait, 10),
            ..ReceiverConfig::new(if self.missing { "nosuch" } else { FILE })
        }
    }

    /// Few and short mishaps, for programs that wait for seconds.
    pub(super) fn gentle(number: u64, size: usize) -> Self {
        let faults = Faults {
            loss: 0.02,
            duplication: 0.1,
            delay: 0.05,
            delay_max: Duration::from_millis(50),
            stray: 0.1,
            ..Faults::default()
        };
        Self { size, missing: false, windowsize: None, timeout: None, faults, ..Self::loopback(number) }
    }

    /// Whether nothing that happens to it lasts long enough to end it.
    pub(super) fn is_mild(&self) -> bool {
        self.faults.loss <= 0.1 && self.faults.blackouts.is_empty()
    }
}

/// From a fair day to a storm.
fn weather(dice: &mut Entropy) -> Faults {
    let mut chance = |max: f64| if dice.random_bool(0.6) { dice.random_range(0.0..max) } else { 0.0 };
    Faults {
        loss: chance(0.25),
        duplication: chance(0.3),
        delay: chance(0.2),
        stray: chance(0.2),
        ..Faults::default()
    }
}
