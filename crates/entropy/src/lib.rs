//! The operating system's randomness, seeded: a thread's getrandom(2) output follows from a seed.
//!
//! A simulated device asks its host for randomness. A library that it uses, such as an SSH implementation with its keys and
//! cookies, asks the operating system, and so does the standard library for the order of its hash maps. On a thread started by
//! [`seeded`], those calls get random bytes derived from the seed:
//!
//! ```
//! use std::hash::{BuildHasher, RandomState};
//!
//! let draw = || RandomState::new().hash_one("a map's order");
//! assert_eq!(entropy::seeded(7, draw), entropy::seeded(7, draw));
//! assert_ne!(entropy::seeded(7, draw), entropy::seeded(8, draw));
//! ```
//!
//! This is done by a `getrandom` of our own in place of libc's, for the whole program that links this crate; threads that are
//! not seeded use the kernel's. It covers std, getrandom 0.3 and 0.4, and rand from 0.9 on, which all call libc's function. It
//! does not cover code that makes the system call directly (ring, and getrandom 0.2 in some set-ups): `deny.toml` keeps those
//! from being used for more than encryption. It works only on Linux; elsewhere a seeded thread draws like any other.

#[cfg(target_os = "linux")]
mod linux;

use std::panic::resume_unwind;
use std::thread;

/// The stack size of a program's first thread on Linux.
const STACK_BYTES: usize = 8 << 20;

/// Runs `task` on a new thread, whose randomness derives from `seed`, and returns its result. The same seed gives the same
/// randomness, as long as the task draws in the same order; other threads make no difference.
///
/// The thread must be a new one: generators and hash maps keep what they drew when a thread first used them.
///
/// # Panics
/// If `task` panics, or if the system provides no thread.
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
