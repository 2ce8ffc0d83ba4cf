//! The data that all processes of a server share.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use daemon::Pids;
use files::FileSource;

use super::accounts::Accounts;
use super::config::SshdConfig;
use super::sftp_server::Ids;

/// The settings, the machine and its counters.
pub(super) struct Shared {
    pub(super) config: SshdConfig,
    pub(super) accounts: Accounts,
    pub(super) files: Rc<dyn FileSource>,
    pub(super) ssh: ssh::server::Config,
    /// The numbers of users and groups.
    pub(super) ids: Rc<Ids>,
    /// The machine's clock at the start of the run, since 1970.
    pub(super) started: Duration,
    pub(super) pids: RefCell<Pids>,
    /// The secret from which each user's additional delay after a failed login is derived.
    pub(super) timing_secret: u64,
}

impl Shared {
    /// Returns the number of a new process.
    pub(super) fn next_pid(&self) -> u32 {
        self.pids.borrow_mut().draw()
    }

    /// Returns a number for a user's name that clients cannot predict.
    pub(super) fn secret_of(&self, user: &str) -> u64 {
        host::fnv_1a(self.timing_secret, user)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("config", &self.config).finish_non_exhaustive()
    }
}
