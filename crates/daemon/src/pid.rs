//! Process IDs as a machine assigns them.

use host::Entropy;
use rand::Rng;

/// The kernel starts again here (`RESERVED_PIDS`), and never exceeds `PID_MAX` on 64-bit machines (proc(5), `pid_max`).
const PID_LEAST: u32 = 300;
const PID_MAX: u32 = 4_194_304;

/// Assigns rising IDs with gaps, because other processes of the machine take IDs in between.
#[derive(Debug)]
pub struct Pids {
    entropy: Entropy,
    last: u32,
}

impl Pids {
    /// Creates the IDs of a machine that has been up for a while.
    pub fn new(mut entropy: Entropy) -> Self {
        // The field samples are at 595,346.
        let last = 1_000 + entropy.next_u32() % 999_000;
        Self { entropy, last }
    }

    /// Returns the ID of the next process.
    pub fn draw(&mut self) -> u32 {
        self.last += 1 + self.entropy.next_u32() % 3;
        if self.last >= PID_MAX {
            self.last = PID_LEAST;
        }
        self.last
    }
}
