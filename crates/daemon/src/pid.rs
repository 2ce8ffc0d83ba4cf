//! Process numbers as a machine hands them out.

use host::Entropy;
use rand::Rng;

/// The kernel begins anew here (`RESERVED_PIDS`), and never gives more than `PID_MAX` on 64-bit machines (proc(5), `pid_max`).
const PID_LEAST: u32 = 300;
const PID_MAX: u32 = 4_194_304;

/// Hands out rising numbers with gaps, as other processes of the machine take numbers in between.
#[derive(Debug)]
pub struct Pids {
    entropy: Entropy,
    last: u32,
}

impl Pids {
    /// Numbers of a machine that has been up for a while.
    pub fn new(mut entropy: Entropy) -> Self {
        // The field samples are at 595,346.
        let last = 1_000 + entropy.next_u32() % 999_000;
        Self { entropy, last }
    }

    /// The number of the next process.
    pub fn draw(&mut self) -> u32 {
        self.last += 1 + self.entropy.next_u32() % 3;
        if self.last >= PID_MAX {
            self.last = PID_LEAST;
        }
        self.last
    }
}
