//! Reads back what a network prints: logs of terminals with the output of `show` commands, listings of directories, configurations of
//! servers, JSON that Genie made of the same outputs. The result is a [`Network`], of which [`lab`] writes a lab of the scenario language.
//!
//! There is no I/O here: texts are passed in as [`Input`]s. They are untrusted; every limit is a constant, and a line that no reader
//! understands is listed by [`Network::not_understood`].
//!
//! ```text
//!   Input ─▶ terminal: lines as they were shown, prompts off, sections by content
//!         └▶ genie: JSON                  │
//!                                         ▼
//!   outputs, servers, listings: one reader for each kind of section ─▶ Network ─▶ lab
//! ```
//!
//! | module | what it does |
//! |---|---|
//! | `terminal` | cleans a log, splits it into the outputs that it holds |
//! | `outputs` | reads one output each |
//! | `config` | keeps the lines of a running configuration that bear on images |
//! | `listings`, `servers` | directories of images, configurations of servers |
//! | `genie` | JSON of the same outputs |
//! | `network` | merges everything, each value with its place |
//! | [`lab`] | writes a network as a lab |

mod config;
mod durations;
mod genie;
pub mod lab;
mod listings;
mod network;
mod outputs;
mod place;
mod releases;
mod servers;
mod terminal;

pub use network::{
    AccessPoint, ConfigLine, Controller, Installed, Listed, Network, Server, Software, Unread, Warning,
};
pub use place::{Found, Place};

/// The maximum length of one file, in bytes.
pub const FILE_MAX: usize = 16 << 20;
/// The maximum length of all files together, in bytes.
pub const FILES_MAX: usize = 64 << 20;

/// A file.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its path, as messages and comments show it.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Reads files, in this order: where two contradict each other, the first counts, and a warning says so.
pub fn read(inputs: &[Input]) -> Network {
    let mut network = Network::new(inputs.iter().map(|input| input.name.clone()).collect());
    for (file, input) in inputs.iter().enumerate() {
        let text = decoded(&input.bytes);
        let start = text.trim_start().trim_start_matches('\u{feff}').trim_start();
        if start.starts_with('{') && genie::read(&mut network, file, &text) {
            continue;
        }
        let log = terminal::split(&text);
        for section in &log.sections {
            outputs::read(&mut network, file, &log, section);
        }
    }
    network.finish();
    network
}

/// Returns a file as text: UTF-8, or UTF-16 with a byte-order mark, as PowerShell redirects output. Bytes that are neither become U+FFFD.
fn decoded(bytes: &[u8]) -> String {
    let pairs = |read: fn([u8; 2]) -> u16| -> String {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => pairs(u16::from_le_bytes),
        [0xfe, 0xff, ..] => pairs(u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}
