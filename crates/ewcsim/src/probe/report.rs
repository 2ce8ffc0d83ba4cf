//! The result of a probe, as data: what `--format json` prints, and the texts for people are made of.

use std::time::Duration;

use serde::Serialize;

use super::finding::{Finding, Severity};
use super::need::{Access, Needs, Wanted};
use super::outlook::Outlook;
use super::words::words;

/// The most round trips that are kept, for the median.
const ROUND_TRIPS_MAX: usize = 4_096;

/// The result of a probe.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// The lab, as it is named on the command line.
    pub(crate) lab: String,
    /// The name of the server in the lab.
    pub(crate) server: Option<String>,
    pub(crate) address: String,
    /// `tftp` or `sftp`.
    pub(crate) protocol: &'static str,
    /// The directory of the profile.
    pub(crate) directory: String,
    /// The image set that the plan expects there.
    pub(crate) images: String,
    /// `passed`, `failed` or `interrupted`.
    pub(crate) outcome: &'static str,
    /// About the server.
    pub(crate) findings: Vec<Told>,
    /// In the order in which the controller fetches them.
    pub(crate) files: Vec<FileReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) options: Option<OptionsReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ssh: Option<SshReport>,
    pub(crate) round_trips: Vec<RoundTrips>,
    /// Datagrams of TFTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) datagrams: Option<Datagrams>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sample: Option<Sample>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outlook: Option<Outlook>,
}

/// A finding with its weight and its texts.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Told {
    pub(crate) severity: Severity,
    #[serde(flatten)]
    pub(crate) finding: Finding,
    /// One sentence.
    pub(crate) cause: String,
    /// One sentence.
    pub(crate) advice: String,
}

impl Told {
    fn new(finding: Finding) -> Self {
        let (cause, advice) = words(&finding);
        Self { severity: finding.severity(), finding, cause, advice }
    }
}

/// A file of the plan.
#[derive(Debug, Serialize)]
pub(crate) struct FileReport {
    pub(crate) name: String,
    /// As the controller requests it.
    pub(crate) path: String,
    /// The number of access points that need it.
    pub(crate) access_points: usize,
    pub(crate) expected_size: Option<u64>,
    pub(crate) expected_version: String,
    /// `None` if it was not asked for, or no answer says so.
    pub(crate) found: Option<bool>,
    /// The size that the server states, or that it sent.
    pub(crate) size: Option<u64>,
    /// The image type that the file states.
    pub(crate) image: Option<String>,
    /// The version that the file states.
    pub(crate) version: Option<String>,
    /// The bytes that were read.
    pub(crate) bytes_read: u64,
    pub(crate) findings: Vec<Told>,
}

/// The options of TFTP that the server accepts, each `None` if it leaves the option out.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct OptionsReport {
    /// The block size that the controller requests.
    pub(crate) block_size_asked: u16,
    /// The one that the server then takes.
    pub(crate) block_size: u16,
    /// The largest block size that it takes.
    pub(crate) block_size_max: Option<u16>,
    /// The largest window that it takes, of those asked for; the controller asks for none.
    pub(crate) window_size: Option<u16>,
    /// True if it states sizes.
    pub(crate) size: bool,
    /// True if it takes a timeout.
    pub(crate) timeout: bool,
}

/// What the SSH server shows of itself.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct SshReport {
    pub(crate) identification: String,
    pub(crate) host_key: String,
    pub(crate) fingerprint: String,
    /// The login directory, if the session came that far.
    pub(crate) home: Option<String>,
}

/// Times between a question and its answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RoundTrips {
    /// `request`, `block`, `stat` or `read`.
    pub(crate) of: &'static str,
    pub(crate) count: usize,
    pub(crate) min_ms: f64,
    pub(crate) median_ms: f64,
    pub(crate) max_ms: f64,
}

/// Datagrams, and those of them that were repetitions.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Datagrams {
    pub(crate) sent: u64,
    pub(crate) repeated: u64,
}

/// What was read to measure the pace.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Sample {
    /// The name of the file: the first that was found.
    pub(crate) file: String,
    pub(crate) bytes: u64,
    pub(crate) seconds: f64,
    pub(crate) bytes_per_s: f64,
    /// Bytes of a block of TFTP, or of a READ of SFTP.
    pub(crate) block_size: u32,
}

impl Sample {
    pub(crate) fn new(file: &str, bytes: u64, time: Duration, block_size: u32) -> Self {
        let seconds = time.as_secs_f64().max(1e-6);
        Self { file: file.to_owned(), bytes, seconds, bytes_per_s: bytes as f64 / seconds, block_size }
    }
}

/// Times that are being collected.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn add(&mut self, time: Duration) {
        if self.0.len() < ROUND_TRIPS_MAX {
            self.0.push(time);
        }
    }

    /// Returns the summary; nothing if there are none.
    pub(crate) fn summary(&self, of: &'static str) -> Option<RoundTrips> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let ms = |time: &Duration| time.as_secs_f64() * 1e3;
        Some(RoundTrips {
            of,
            count: sorted.len(),
            min_ms: ms(sorted.first()?),
            median_ms: ms(sorted.get(sorted.len() / 2)?),
            max_ms: ms(sorted.last()?),
        })
    }
}

impl Report {
    /// Creates the report of a probe that has asked nothing yet.
    pub(crate) fn new(lab: &str, address: String, needs: &Needs) -> Self {
        let files = needs.files.iter().map(|file| FileReport::new(file, needs.path(file)));
        Self {
            lab: lab.to_owned(),
            server: needs.server.clone(),
            address,
            protocol: match needs.access {
                Access::Tftp { .. } => "tftp",
                Access::Sftp(_) => "sftp",
            },
            directory: needs.directory.clone(),
            images: needs.set.clone(),
            outcome: "interrupted",
            findings: Vec::new(),
            files: files.collect(),
            options: None,
            ssh: None,
            round_trips: Vec::new(),
            datagrams: None,
            sample: None,
            outlook: None,
        }
    }

    /// Notes a finding about the server, once.
    pub(crate) fn tell(&mut self, finding: impl Into<Finding>) {
        add(&mut self.findings, finding.into());
    }

    /// Returns true if nothing keeps the controller from fetching all files, as far as that was asked.
    pub(crate) fn is_good(&self) -> bool {
        let is_fault = |told: &Told| told.severity == Severity::Fault;
        let is_bad = |file: &FileReport| file.found != Some(true) || file.findings.iter().any(is_fault);
        !self.findings.iter().any(is_fault) && !self.files.iter().any(is_bad)
    }
}

impl FileReport {
    fn new(wanted: &Wanted, path: String) -> Self {
        Self {
            name: wanted.name.clone(),
            path,
            access_points: wanted.access_points,
            expected_size: wanted.size,
            expected_version: wanted.version.clone(),
            found: None,
            size: None,
            image: None,
            version: None,
            bytes_read: 0,
            findings: Vec::new(),
        }
    }

    /// Notes a finding about this file, once.
    pub(crate) fn tell(&mut self, finding: impl Into<Finding>) {
        add(&mut self.findings, finding.into());
    }
}

fn add(findings: &mut Vec<Told>, finding: Finding) {
    if !findings.iter().any(|told| told.finding == finding) {
        findings.push(Told::new(finding));
    }
}
