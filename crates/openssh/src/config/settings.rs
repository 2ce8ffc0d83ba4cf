//! The settings of a connection.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::patterns::{Matched, fits, fits_list, fits_user};
use crate::syslog::LogLevel;

/// The settings of one connection, or of all to which no `Match` applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The log level.
    pub log_level: LogLevel,
    /// True if a password is accepted.
    pub password_authentication: bool,
    /// True if keyboard-interactive is enabled.
    pub kbd_interactive_authentication: bool,
    /// True if a key may be offered. None is accepted: accounts have no keys here.
    pub pubkey_authentication: bool,
    /// True if a user without a password may log in with an empty one.
    pub permit_empty_passwords: bool,
    /// The ways in which root may log in.
    pub permit_root_login: PermitRootLogin,
    /// Patterns of users; if there are any, no other user may log in.
    pub allow_users: Vec<String>,
    /// Patterns of users who may not log in.
    pub deny_users: Vec<String>,
    /// Patterns of groups; if there are any, only their members may log in.
    pub allow_groups: Vec<String>,
    /// Patterns of groups whose members may not log in.
    pub deny_groups: Vec<String>,
    /// The number of login attempts; at this many failures the connection ends.
    pub max_auth_tries: u32,
    /// The limit of open channels of a connection.
    pub max_sessions: u32,
    /// The time of silence after which a client is probed; never if zero.
    pub client_alive_interval: Duration,
    /// The number of unanswered probes after which it is given up.
    pub client_alive_count_max: u32,
    /// The directory that becomes the root, with `%u`, `%h` and `%%`.
    pub chroot_directory: Option<String>,
    /// The command that runs, whatever the client requests.
    pub force_command: Option<String>,
    /// The file that is shown before the login.
    pub banner: Option<String>,
    /// Comma-separated methods, one list of which must succeed in its order; empty if any one method is enough.
    pub authentication_methods: Vec<String>,
    /// The limits after which new keys are agreed on.
    pub rekey_limit: RekeyLimit,
}

/// The settings of sshd without any directive.
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
            authentication_methods: Vec::new(),
            rekey_limit: RekeyLimit::default(),
        }
    }
}

impl Settings {
    /// Checks that an existing user may log in at all, whatever the password.
    ///
    /// # Errors
    /// The list that refuses the user.
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

/// The reason why a user may not log in at all, in the words of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdmitted {
    /// Refused by `DenyUsers`.
    #[error("listed in DenyUsers")]
    DenyUsers,
    /// Refused by `AllowUsers`.
    #[error("not listed in AllowUsers")]
    AllowUsers,
    /// Groups decide, and the user has none.
    #[error("not in any group")]
    NoGroup,
    /// Refused by `DenyGroups`.
    #[error("a group is listed in DenyGroups")]
    DenyGroups,
    /// Refused by `AllowGroups`.
    #[error("none of user's groups are listed in AllowGroups")]
    AllowGroups,
}

/// The ways in which root may log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermitRootLogin {
    /// Like all other users.
    Yes,
    /// Not with a password.
    ProhibitPassword,
    /// With a key that allows one command only.
    ForcedCommandsOnly,
    /// Not at all.
    No,
}

/// The limits after which new keys are agreed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RekeyLimit {
    /// The number of bytes; none for the limit of the cipher.
    pub bytes: Option<u64>,
    /// The time.
    pub interval: Option<Duration>,
}

/// The client and its connection, for the conditions of `Match`.
#[derive(Clone, Copy, Debug)]
pub struct Connection<'a> {
    /// The user as the client names it, which need not exist.
    pub user: &'a str,
    /// The groups of the user; none if there is no such user.
    pub groups: &'a [String],
    /// The client's name, which is its address where names are not looked up.
    pub host: &'a str,
    /// The client's address.
    pub address: IpAddr,
    /// The address that it connected to.
    pub local: SocketAddr,
}

impl Connection<'_> {
    /// Returns true if one of the groups matches a list of patterns.
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
