//! The sources of passwords for `fetch` and `probe`: never the command line, which others can read.

use std::env::{self, VarError};
use std::io::{self, IsTerminal};

use ewc::config::Secret;

/// The environment variable that may hold the password.
pub(in super::super) const VARIABLE: &str = "EWCSIM_PASSWORD";

/// The reason why there is no password.
#[derive(Debug, thiserror::Error)]
pub(in super::super) enum NoPassword {
    #[error("there is no password in {VARIABLE}, and no terminal to ask for it")]
    Nowhere,
    #[error("the password in {VARIABLE} is not UTF-8")]
    NotUnicode,
    #[error("cannot ask for the password: {0}")]
    Asking(io::Error),
}

/// Returns the password of `user` on `host` from the environment, or else as typed on the terminal without echo.
pub(in super::super) fn password(user: &str, host: &str) -> Result<Secret, NoPassword> {
    match env::var(VARIABLE) {
        Ok(password) => Ok(Secret::new(password)),
        Err(VarError::NotUnicode(_)) => Err(NoPassword::NotUnicode),
        Err(VarError::NotPresent) if !io::stdin().is_terminal() => Err(NoPassword::Nowhere),
        Err(VarError::NotPresent) => {
            let typed = rpassword::prompt_password(format!("Password of {user} on {host}: "));
            typed.map(Secret::new).map_err(NoPassword::Asking)
        }
    }
}
