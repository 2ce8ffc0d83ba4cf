//! What the proxy does to packets, drawn from its host's generator.

use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use host::Entropy;
use rand::RngExt;

/// Probabilities are from 0 to 1, per packet.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    pub loss: f64,
    pub duplication: f64,
    /// That a packet waits, so that later ones overtake it, for up to `delay_max`.
    pub delay: f64,
    pub delay_max: Duration,
    /// That a packet from a port that has nothing to do with the transfer follows.
    pub stray: f64,
    /// When nothing passes, counted from the start of the run.
    pub blackouts: Vec<Range<Duration>>,
}

impl Faults {
    /// How long each copy of a packet waits. None: it is lost.
    pub(super) fn waits(&self, now: Duration, dice: &mut Entropy) -> Vec<Duration> {
        if self.blackouts.iter().any(|blackout| blackout.contains(&now)) || dice.random_bool(self.loss) {
            return Vec::new();
        }
        let copies = 1 + usize::from(dice.random_bool(self.duplication));
        (0..copies)
            .map(|_| {
                let waits = !self.delay_max.is_zero() && dice.random_bool(self.delay);
                if waits { dice.random_range(Duration::ZERO..self.delay_max) } else { Duration::ZERO }
            })
            .collect()
    }

    /// A packet that looks as if it belonged beside `genuine`, if one is to come.
    pub(super) fn stray(&self, genuine: &Bytes, dice: &mut Entropy) -> Option<Bytes> {
        if !dice.random_bool(self.stray) {
            return None;
        }
        let number = [genuine.get(2).copied().unwrap_or(0), genuine.get(3).copied().unwrap_or(1)];
        Some(
            match dice.random_range(0..6) {
                // The block that is due, with other bytes; one that ends the file; the ACK that is due; the end; other terms.
                0 => [&[0, 3], &number[..], &vec![0xEE; genuine.len().saturating_sub(4)]].concat(),
                1 => [&[0, 3], &number[..], b"short"].concat(),
                2 => [&[0, 4], &number[..]].concat(),
                3 => b"\0\x05\0\0stray\0".to_vec(),
                4 => b"\0\x06blksize\08\0".to_vec(),
                _ => (0..dice.random_range(0..40)).map(|_| dice.random()).collect(),
            }
            .into(),
        )
    }
}
