//! `getrandom` in place of libc's. Code that links it and code that looks it up in the running program both find this one: symbols
//! of the program precede those of a shared library.

use std::cell::RefCell;
use std::ffi::{c_uint, c_void};
use std::slice;

use libc::{SYS_getrandom, size_t, ssize_t, syscall};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

thread_local! {
    /// Has no destructor and is made without allocating, so that it can be used at any time of a thread's life.
    static GENERATOR: RefCell<Option<ChaCha8Rng>> = const { RefCell::new(None) };
}

/// Seeds this thread: from now on its draws follow from `seed`.
pub(crate) fn seed_this_thread(seed: u64) {
    GENERATOR.set(Some(ChaCha8Rng::seed_from_u64(seed)));
}

/// getrandom(2).
///
/// # Safety
/// As for libc's: `buffer` must be valid for writes of `length` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn getrandom(buffer: *mut c_void, length: size_t, flags: c_uint) -> ssize_t {
    let filled = GENERATOR.try_with(|generator| {
        let mut generator = generator.try_borrow_mut().ok()?;
        let generator = generator.as_mut()?;
        // Callers that only test whether the function works draw nothing, and may pass a dangling pointer.
        if length > 0 {
            // SAFETY: the caller vouches for the buffer. Its bytes need not be initialised, so they are before they are borrowed.
            let bytes = unsafe {
                buffer.cast::<u8>().write_bytes(0, length);
                slice::from_raw_parts_mut(buffer.cast::<u8>(), length)
            };
            generator.fill_bytes(bytes);
        }
        Some(length as ssize_t) // No buffer is longer than half of the address space.
    });
    match filled {
        Ok(Some(length)) => length,
        // SAFETY: the same call with the same arguments. It sets errno as libc's function does.
        _ => unsafe { syscall(SYS_getrandom, buffer, length, flags) as ssize_t },
    }
}
