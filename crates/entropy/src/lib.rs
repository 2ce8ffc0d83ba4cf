//! The operating system's randomness, seeded: what a thread draws from getrandom(2) follows from a seed.
//!
//! A simulated device asks its host for randomness. A library that it stands on, such as an SSH implementation with its keys and
//! cookies, asks the operating system, and so does the standard library for the order of its hash maps. On a thread that
//! [`seeded`] starts, those get what the seed says:
//!
//! ```
//! use std::hash::{BuildHasher, RandomState};
//!
//! let draw = || RandomState::new().hash_one("a map's order");
//! assert_eq!(entropy::seeded(7, draw), entropy::seeded(7, draw));
//! assert_ne!(entropy::seeded(7, draw), entropy::seeded(8, draw));
//! ```
//!
//! It is done by a `getrandom` of our own in place of libc's, for the whole program that links this crate; threads that are not seeded
//! go on to the kernel. That reaches std, getrandom 0.3 and 0.4, and rand from 0.9 on, which all call libc's function. It does not
//! reach who makes the system call by itself (ring, and getrandom 0.2 in some set-ups): `deny.toml` keeps those from being used for more than
//! encryption. Only on Linux; elsewhere a seeded thread draws like any other.

#[cfg(target_os = "linux")]
mod linux;

use std::panic::resume_unwind;
use std::thread;

/// As much as a program's first thread has on Linux.
const STACK_BYTES: usize = 8 << 20;

/// Runs `task` on a thread of its own, whose randomness is that of `seed`, and gives what it returns. Same seed, same randomness, as
/// long as the task draws in the same order; what other threads do meanwhile makes no difference.
///
/// The thread must be a fresh one: generators and hash maps keep what they drew when a thread first used them.
///
/// # Panics
/// If `task` does, or if the system gives no thread.
pub fn seeded<T: Send>(seed: u64, task: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(format!("seed {seed}")).stack_size(STACK_BYTES);
        let running = thread.spawn_scoped(scope, move || {
            #[cfg(target_os = "linux")]
            linux::seed_this_thread(seed);
            task()
        });
        running.expect("the system gives a thread").join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}
