//! `ewcsim probe`: asks a real image server, before the night, for what a plan needs. It never writes.
//!
//! ```text
//!   lab -> need (files, paths, the way the controller asks) -> tftp | sftp (questions on real sockets)
//!                                                             -> report (findings, times) -> words, human
//! ```
//!
//! A [`finding`] is a value with a cause. If a file is not where the controller will look for it, the probe looks for it where the mistakes
//! of the field put it ([`elsewhere`]), so that the finding says which mistake it is.

mod check;
mod elsewhere;
mod finding;
mod human;
mod need;
mod outlook;
mod report;
mod sftp;
mod tftp;
mod words;

use std::cell::RefCell;
use std::fmt::Display;
use std::net::SocketAddr;
use std::time::Duration;

use host::Host;
use ssh::Secret;

pub(crate) use self::human::human;
pub(crate) use self::need::{Access, Needs};
pub(crate) use self::report::Report;

/// The most bytes that are read of one file to see what it is.
const HEAD_MAX: u64 = 256 << 10;
/// The most bytes of the file that shows the pace, and the most time for it.
const SAMPLE_MAX: u64 = 4 << 20;
const SAMPLE_TIME: Duration = Duration::from_secs(10);
/// The number of files that are looked for elsewhere in vain: the others are then missing for the same reason.
const LOOKED_FOR_MAX: usize = 3;

/// The way in which a probe asks.
#[derive(Debug)]
pub(crate) struct Asking {
    pub(crate) server: SocketAddr,
    /// True to read all files to their end.
    pub(crate) whole: bool,
    /// The time for an answer.
    pub(crate) wait: Duration,
    /// The password, for SFTP.
    pub(crate) password: Option<Secret>,
}

/// Asks for everything. `report` grows as answers come, and is complete when this returns.
pub(crate) async fn probe<H: Host>(host: &H, needs: &Needs, asking: &Asking, report: &RefCell<Report>) {
    match &needs.access {
        Access::Tftp { block_size } => tftp::probe(host, needs, *block_size, asking, report).await,
        Access::Sftp(login) => sftp::probe(host, needs, login, asking, report).await,
    }
    let mut report = report.borrow_mut();
    report.outlook = outlook::outlook(needs, &report);
    report.outcome = if report.is_good() { "passed" } else { "failed" };
}

/// Returns the most bytes to read of a file.
fn most(asking: &Asking, is_sample: bool) -> u64 {
    match (asking.whole, is_sample) {
        (true, _) => image::FILE_MAX,
        (false, true) => SAMPLE_MAX,
        (false, false) => HEAD_MAX,
    }
}

/// Returns a text of the server in one line, safe to print and not too long.
fn said(text: &impl Display) -> String {
    text::printable_of_peer(text)
}
