//! The settings that a configuration gives, in its main part and in `Match` blocks.

use std::time::Duration;

use super::conditions::Condition;
use super::settings::{PermitRootLogin, Settings};
use crate::syslog::LogLevel;

/// The settings of the main part of a configuration, or of a `Match` block, as far as they are given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) log_level: Option<LogLevel>,
    pub(super) password_authentication: Option<bool>,
    pub(super) kbd_interactive_authentication: Option<bool>,
    pub(super) pubkey_authentication: Option<bool>,
    pub(super) permit_empty_passwords: Option<bool>,
    pub(super) permit_root_login: Option<PermitRootLogin>,
    pub(super) allow_users: Vec<String>,
    pub(super) deny_users: Vec<String>,
    pub(super) allow_groups: Vec<String>,
    pub(super) deny_groups: Vec<String>,
    pub(super) max_auth_tries: Option<u32>,
    pub(super) max_sessions: Option<u32>,
    pub(super) client_alive_interval: Option<Duration>,
    pub(super) client_alive_count_max: Option<u32>,
    pub(super) chroot_directory: Option<String>,
    pub(super) force_command: Option<String>,
    pub(super) banner: Option<String>,
    pub(super) authentication_methods: Option<Vec<String>>,
    pub(super) rekey_bytes: Option<u64>,
    pub(super) rekey_interval: Option<Duration>,
}

/// A `Match` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The conditions, all of which must hold.
    pub(super) conditions: Vec<Condition>,
    pub(super) given: Given,
}

impl Block {
    /// Returns true for `Match all`, which sshd heeds as soon as it starts.
    pub(super) fn is_for_all(&self) -> bool {
        !self.conditions.is_empty() && self.conditions.iter().all(|condition| *condition == Condition::All)
    }
}

impl Given {
    /// Adds the settings of a later block: the first value of a setting counts, lists grow.
    pub(super) fn and(mut self, later: &Self) -> Self {
        macro_rules! keep_first {
            ($($field:ident)*) => { $(self.$field = self.$field.or_else(|| later.$field.clone());)* };
        }
        macro_rules! grow {
            ($($field:ident)*) => { $(self.$field.extend_from_slice(&later.$field);)* };
        }
        keep_first!(log_level password_authentication kbd_interactive_authentication pubkey_authentication);
        keep_first!(permit_empty_passwords permit_root_login max_auth_tries max_sessions);
        keep_first!(client_alive_interval client_alive_count_max chroot_directory force_command banner);
        keep_first!(authentication_methods rekey_bytes rekey_interval);
        grow!(allow_users deny_users allow_groups deny_groups);
        self
    }

    /// Replaces the previous value with the given one; `none` removes it.
    pub(super) fn apply(&self, to: &mut Settings) {
        macro_rules! put {
            ($($field:ident)*) => { $(if let Some(value) = self.$field { to.$field = value; })* };
        }
        macro_rules! put_list {
            ($($field:ident)*) => { $(if !self.$field.is_empty() { to.$field.clone_from(&self.$field); })* };
        }
        macro_rules! put_or_clear {
            ($($field:ident)*) => { $(if let Some(value) = &self.$field {
                to.$field = (!value.eq_ignore_ascii_case("none")).then(|| value.clone());
            })* };
        }
        put!(log_level password_authentication kbd_interactive_authentication pubkey_authentication);
        put!(permit_empty_passwords permit_root_login max_auth_tries max_sessions);
        put!(client_alive_interval client_alive_count_max);
        put_list!(allow_users deny_users allow_groups deny_groups);
        put_or_clear!(chroot_directory force_command banner);
        if let Some(lists) = &self.authentication_methods {
            to.authentication_methods.clone_from(lists);
        }
        if let Some(bytes) = self.rekey_bytes {
            to.rekey_limit.bytes = (bytes > 0).then_some(bytes);
        }
        if let Some(interval) = self.rekey_interval {
            to.rekey_limit.interval = (!interval.is_zero()).then_some(interval);
        }
    }
}
