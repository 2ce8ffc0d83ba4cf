//! `PerSourcePenalties`: clients that misbehave are refused for a while (OpenSSH 9.8 and later, sshd_config(5)).

use std::time::Duration;

use serde::Serialize;

use super::release::Release;
use super::values;

/// The first release with penalties.
const SINCE: Release = Release::new(9, 8);

/// The penalties of a network, which add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Penalties {
    /// True if there are any.
    pub enabled: bool,
    /// That of a client that fails to log in.
    pub auth_fail: Duration,
    /// That of a client that asks for a user who does not exist.
    pub invalid_user: Duration,
    /// That of a client that leaves without an attempt to log in.
    pub no_auth: Duration,
    /// That of a client that takes too long to log in.
    pub grace_exceeded: Duration,
    /// That of a client that crashes sshd. Nothing here does.
    pub crash: Duration,
    /// The least sum that is enforced.
    pub min: Duration,
    /// The greatest sum.
    pub max: Duration,
    /// Addresses without penalties.
    pub exempt: Option<String>,
}

/// What a client did that has left without a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Offence {
    /// It failed to log in.
    AuthFail,
    /// It asked for a user who does not exist.
    InvalidUser,
    /// It did not try to log in.
    NoAuth,
    /// It took too long.
    GraceExceeded,
}

impl Penalties {
    /// Returns the penalty for an offence.
    pub(crate) fn of_offence(&self, offence: Offence) -> Duration {
        match offence {
            Offence::AuthFail => self.auth_fail,
            Offence::InvalidUser => self.invalid_user,
            Offence::NoAuth => self.no_auth,
            Offence::GraceExceeded => self.grace_exceeded,
        }
    }

    /// Returns the default of a release.
    pub(super) fn of(release: Release) -> Self {
        Self {
            enabled: release >= SINCE,
            auth_fail: Duration::from_secs(5),
            invalid_user: Duration::from_secs(5),
            no_auth: Duration::from_secs(1),
            grace_exceeded: Duration::from_secs(10),
            crash: Duration::from_secs(90),
            min: Duration::from_secs(15),
            max: Duration::from_secs(600),
            exempt: None,
        }
    }

    /// Reads an argument of the directive. Limits of the tables that hold the sources are not reached here.
    pub(super) fn set(&mut self, argument: &str) -> Result<(), ()> {
        let Some((name, value)) = argument.split_once(':') else {
            self.enabled = match argument {
                "yes" => true,
                "no" => false,
                _ => return Err(()),
            };
            return Ok(());
        };
        let field = match name {
            "crash" => &mut self.crash,
            "authfail" => &mut self.auth_fail,
            "invaliduser" => &mut self.invalid_user,
            "noauth" => &mut self.no_auth,
            "grace-exceeded" => &mut self.grace_exceeded,
            "min" => &mut self.min,
            "max" => &mut self.max,
            // Of `RefuseConnection`, which is not modelled.
            "refuseconnection" => return values::time(value).map(drop).ok_or(()),
            "max-sources4" | "max-sources6" => return values::integer(value).map(drop).map_err(drop),
            "overflow" | "overflow6" if matches!(value, "permissive" | "deny-all") => return Ok(()),
            _ => return Err(()),
        };
        *field = values::time(value).ok_or(())?;
        self.enabled = true;
        Ok(())
    }
}
