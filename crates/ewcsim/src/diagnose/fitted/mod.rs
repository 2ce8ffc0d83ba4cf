//! What the times of logs say of the pace of a network: facts of the catalogue, fitted to them, as a file that `plan --catalogue` takes.
//!
//! A value is the time between two lines of one host, which its own clock tells, less what the catalogue knows of it. Lines of which
//! one is missing, or between which the clock was set, say nothing; a fact that no log says is left out by name.

mod access_point;
mod controller;
mod server;
pub(super) mod spans;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use ::logs::Read;
use catalogue::Catalogue;
use serde::Serialize;

use self::spans::Lines;

/// A value that the logs say.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub(crate) struct Fact {
    /// The key of the catalogue, or the name of a parameter of a lab that `import` writes.
    pub(crate) key: &'static str,
    /// The value, with its unit.
    pub(crate) value: String,
    /// The lines that it follows from, and what was taken off.
    pub(crate) from: String,
}

/// A value that the logs do not say.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub(crate) struct LeftOut {
    /// The key of the catalogue, or the name of a parameter.
    pub(crate) key: &'static str,
    /// The reason.
    pub(crate) why: String,
}

/// What the logs say of the pace of a network.
#[derive(Clone, Debug, Default, Serialize, PartialEq)]
pub(crate) struct Fitted {
    /// The facts, in the order of their keys.
    pub(crate) facts: Vec<Fact>,
    /// Parameters of a lab, for `--set`.
    pub(crate) parameters: Vec<Fact>,
    /// What is not known from these logs.
    pub(crate) left_out: Vec<LeftOut>,
}

/// What no log says, whatever it shows.
const NEVER_SAID: [(&str, &str); 3] = [
    (
        "access-point-loss",
        "no console says that a message was sent again: a pause in its dots can be a lost message, the fetch, or another access point",
    ),
    (
        "ap.flash.write-rate",
        "no source shows what a console prints after the check of the signature: where writing begins and ends is not known",
    ),
    (
        "ewc.boot.duration",
        "no line marks the end and the return of a controller: what a console shows of it has the time-outs of the access point in it",
    ),
];

/// A measure: the value and where it comes from, or the reason why there is none.
type Measured = Result<(String, String), String>;

/// Fits all that can be fitted.
pub(super) fn fit(read: &Read) -> Fitted {
    let lines = Lines::of(read);
    let known = Catalogue::builtin();
    let mut fitted = Fitted::default();
    let facts: [(&'static str, Measured); 6] = [
        ("ap.boot.duration", access_point::boot(&lines, known)),
        ("ap.signature.verify-rate", access_point::verify_rate(&lines)),
        ("ewc.install.retry", controller::retry(&lines)),
        ("ewc.relay.turnaround", access_point::turnaround(&lines, known)),
        ("ewc.sftp.rate", server::sftp_rate(&lines, known)),
        ("ewc.tftp.timeout", controller::tftp_timeout(&lines)),
    ];
    for (key, measured) in facts {
        match measured.and_then(|(value, from)| fits(known, key, &value).map(|()| (value, from))) {
            Ok((value, from)) => fitted.facts.push(Fact { key, value, from }),
            Err(why) => fitted.left_out.push(LeftOut { key, why }),
        }
    }
    let parameters: [(&'static str, Measured); 2] = [
        ("server-latency", controller::server_latency(&lines, known)),
        ("server-loss", server::loss(&lines)),
    ];
    for (key, measured) in parameters {
        match measured {
            Ok((value, from)) => fitted.parameters.push(Fact { key, value, from }),
            Err(why) => fitted.left_out.push(LeftOut { key, why }),
        }
    }
    fitted.left_out.extend(NEVER_SAID.map(|(key, why)| LeftOut { key, why: why.to_owned() }));
    fitted
}

/// Checks that the catalogue takes a value.
fn fits(known: &Catalogue, key: &str, value: &str) -> Result<(), String> {
    known.with_override(key, value).map(drop).map_err(|error| format!("{value}: {error}"))
}

impl Fitted {
    /// Returns the file for `plan --catalogue`.
    pub(crate) fn catalogue(&self, files: &[String]) -> String {
        let mut out = String::new();
        // Writing to a String does not fail.
        let _ = self.write(&mut out, files);
        out
    }

    fn write(&self, out: &mut String, files: &[String]) -> std::fmt::Result {
        writeln!(out, "# Fitted to the times of {}.", files.join(", "))?;
        writeln!(out, "catalogue:")?;
        for Fact { key, value, from } in &self.facts {
            writeln!(out, "  {key}: {value} # {from}")?;
        }
        for Fact { key, value, from } in &self.parameters {
            writeln!(out, "# --set {key}={value}: {from}")?;
        }
        if !self.left_out.is_empty() {
            writeln!(out, "# These logs do not say:")?;
        }
        for LeftOut { key, why } in &self.left_out {
            writeln!(out, "# {key}: {why}")?;
        }
        Ok(())
    }
}

/// Returns the median; of an even number the lower one of the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied()
}

/// Writes seconds as the catalogue has them.
fn seconds(value: f64) -> String {
    if value >= 1.0 { format!("{value:.3}s") } else { format!("{:.3}ms", value * 1_000.0) }
}
