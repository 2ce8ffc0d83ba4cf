//! What a configuration says of a connection.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::patterns::{Matched, fits, fits_list, fits_user};
use crate::syslog::LogLevel;

/// The settings that hold for one connection, or for all that no `Match` is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What is logged.
    pub log_level: LogLevel,
    /// Whether a password lets in.
    pub password_authentication: bool,
    /// Whether keyboard-interactive is asked for.
    pub kbd_interactive_authentication: bool,
    /// Whether a key may be offered. None lets in: accounts have no keys here.
    pub pubkey_authentication: bool,
    /// Whether an empty password lets in who has none.
    pub permit_empty_passwords: bool,
    /// How root may log in.
    pub permit_root_login: PermitRootLogin,
    /// Patterns of users; nobody else may log in, if there are any.
    pub allow_users: Vec<String>,
    /// Patterns of users who may not log in.
    pub deny_users: Vec<String>,
    /// Patterns of groups; nobody else may log in, if there are any.
    pub allow_groups: Vec<String>,
    /// Patterns of groups whose members may not log in.
    pub deny_groups: Vec<String>,
    /// How often a login may fail, and one may not.
    pub max_auth_tries: u32,
    /// How many channels a connection may have open.
    pub max_sessions: u32,
    /// How long a client may be silent before it is asked whether it is there; for ever, if zero.
    pub client_alive_interval: Duration,
    /// How often it is asked in vain before it is given up.
    pub client_alive_count_max: u32,
    /// The directory that becomes the root, with `%u`, `%h` and `%%`.
    pub chroot_directory: Option<String>,
    /// What runs, whatever the client asks for.
    pub force_command: Option<String>,
    /// The file that is shown before the login.
    pub banner: Option<String>,
    /// When new keys are agreed on.
    pub rekey_limit: RekeyLimit,
}

/// sshd without any directive.
impl Default for Settings {
    fn default() -> Self {
        Self {
            log_level: LogLevel::Info,
            password_authentication: true,
            kbd_interactive_authentication: true,
            pubkey_authentication: true,
            permit_empty_passwords: false,
            permit_root_login: PermitRootLogin::ProhibitPassword,
            allow_users: Vec::new(),
            deny_users: Vec::new(),
            allow_groups: Vec::new(),
            deny_groups: Vec::new(),
            max_auth_tries: 6,
            max_sessions: 10,
            client_alive_interval: Duration::ZERO,
            client_alive_count_max: 3,
            chroot_directory: None,
            force_command: None,
            banner: None,
            rekey_limit: RekeyLimit::default(),
        }
    }
}

impl Settings {
    /// Whether a user who exists may log in at all, whatever the password.
    ///
    /// # Errors
    /// Which list keeps the user out.
    pub fn admits(&self, connection: &Connection<'_>) -> Result<(), NotAdmitted> {
        let is_listed = |patterns: &[String]| {
            let Connection { user, host, address, .. } = *connection;
            patterns.iter().any(|pattern| fits_user(user, host, address, pattern))
        };
        let in_group = |patterns: &[String]| {
            patterns.iter().any(|pattern| connection.groups.iter().any(|group| fits(group, pattern)))
        };
        if is_listed(&self.deny_users) {
            return Err(NotAdmitted::DenyUsers);
        }
        if !self.allow_users.is_empty() && !is_listed(&self.allow_users) {
            return Err(NotAdmitted::AllowUsers);
        }
        if self.deny_groups.is_empty() && self.allow_groups.is_empty() {
            return Ok(());
        }
        if connection.groups.is_empty() {
            return Err(NotAdmitted::NoGroup);
        }
        if in_group(&self.deny_groups) {
            return Err(NotAdmitted::DenyGroups);
        }
        if !self.allow_groups.is_empty() && !in_group(&self.allow_groups) {
            return Err(NotAdmitted::AllowGroups);
        }
        Ok(())
    }
}

/// Why a user may not log in at all, in the words of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdmitted {
    /// By `DenyUsers`.
    #[error("listed in DenyUsers")]
    DenyUsers,
    /// By `AllowUsers`.
    #[error("not listed in AllowUsers")]
    AllowUsers,
    /// Groups decide, and there is none.
    #[error("not in any group")]
    NoGroup,
    /// By `DenyGroups`.
    #[error("a group is listed in DenyGroups")]
    DenyGroups,
    /// By `AllowGroups`.
    #[error("none of user's groups are listed in AllowGroups")]
    AllowGroups,
}

/// Whether root may log in, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermitRootLogin {
    /// As all others.
    Yes,
    /// Not with a password.
    ProhibitPassword,
    /// With a key that allows one command only.
    ForcedCommandsOnly,
    /// Not at all.
    No,
}

/// When new keys are agreed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RekeyLimit {
    /// After so many bytes; what the cipher bears, if none.
    pub bytes: Option<u64>,
    /// After so long.
    pub interval: Option<Duration>,
}

/// Who connects, for the conditions of `Match`.
#[derive(Clone, Copy, Debug)]
pub struct Connection<'a> {
    /// As the client names the user, who need not exist.
    pub user: &'a str,
    /// The groups of the user; none if there is no such user.
    pub groups: &'a [String],
    /// The client's name, which is its address where names are not looked up.
    pub host: &'a str,
    /// The client's address.
    pub address: IpAddr,
    /// Where it connected to.
    pub local: SocketAddr,
}

impl Connection<'_> {
    /// Whether one of the groups fits a list of patterns.
    pub(super) fn is_in(&self, groups: &str) -> bool {
        let mut matched = false;
        for group in self.groups {
            match fits_list(group, groups) {
                Matched::Negated => return false,
                Matched::Yes => matched = true,
                Matched::No => {}
            }
        }
        matched
    }
}
