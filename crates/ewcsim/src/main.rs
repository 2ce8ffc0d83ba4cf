//! The command `ewcsim`. Everything is in the library: see [`ewcsim::cli`].

use std::process::ExitCode;

/// A run allocates and frees a buffer of a kilobyte and a half for every packet; the system's allocator is slow at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A panic is a bug in ewcsim and has its own exit code.
    std::panic::catch_unwind(ewcsim::cli::main).unwrap_or_else(|_| {
        eprintln!("this is a bug in ewcsim; please report it with the scenario and the seed");
        ExitCode::from(ewcsim::Ending::InternalError.code())
    })
}
