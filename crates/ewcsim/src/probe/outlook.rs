//! What a plan becomes with the measured numbers: arithmetic, no simulation.

use std::time::Duration;

use serde::Serialize;

use super::need::{Access, Needs};
use super::report::{FileReport, Report, RoundTrips, Sample};

/// The time that all fetches of the plan take together, one after the other, as the controller makes them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Outlook {
    /// The time of all files, in seconds.
    pub(crate) seconds: f64,
    /// The time of the longest one.
    pub(crate) longest_seconds: f64,
    pub(crate) longest: String,
    /// The bytes of all files.
    pub(crate) bytes: u64,
    /// The basis of the numbers, in words.
    pub(crate) basis: String,
    /// The files whose size is not known, and which are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) left_out: Vec<String>,
}

/// Computes the outlook; nothing without a sample.
pub(crate) fn outlook(needs: &Needs, report: &Report) -> Option<Outlook> {
    let sample = report.sample.as_ref()?;
    let (pace, basis) = match &needs.access {
        Access::Tftp { .. } => (sample.bytes_per_s, tftp_basis(sample)),
        Access::Sftp(login) => {
            let reads = report.round_trips.iter().find(|times| times.of == "read")?;
            sftp_pace(login.read_size, login.rate, reads)
        }
    };
    let size = |file: &FileReport| file.expected_size.or(file.size);
    let timed = report.files.iter().filter_map(|file| {
        let size = size(file)?;
        Some((file, size, size as f64 / pace.max(1.0)))
    });
    let (longest, _, longest_seconds) = timed.clone().max_by(|a, b| a.2.total_cmp(&b.2))?;
    Some(Outlook {
        seconds: timed.clone().map(|(.., seconds)| seconds).sum(),
        longest_seconds,
        longest: longest.name.clone(),
        bytes: timed.map(|(_, size, _)| size).sum(),
        basis,
        left_out: report
            .files
            .iter()
            .filter(|file| size(file).is_none())
            .map(|file| file.name.clone())
            .collect(),
    })
}

fn tftp_basis(sample: &Sample) -> String {
    format!("at the pace of the sample, in blocks of {} bytes, one at a time", sample.block_size)
}

/// Returns the pace of a client that sends one READ at a time and processes what comes before it sends the next, in bytes per second.
fn sftp_pace(read_size: u32, rate: u64, reads: &RoundTrips) -> (f64, String) {
    let size = f64::from(read_size.max(1));
    let each = reads.median_ms / 1e3 + size / rate.max(1) as f64;
    let basis = format!(
        "READs of {read_size} bytes, one at a time: the median of the measured answers, and the controller's own {} kB/s",
        rate / 1_000
    );
    (size / each, basis)
}

/// Returns a time in whole seconds, for people.
pub(crate) fn whole_seconds(seconds: f64) -> Duration {
    Duration::from_secs(seconds.clamp(0.0, 1e9).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_controller_s_own_rate_limits_a_fast_server() {
        let reads = |median_ms| RoundTrips { of: "read", count: 3, min_ms: 0.0, median_ms, max_ms: 0.0 };
        let pace = |median_ms| sftp_pace(32_768, 148_262, &reads(median_ms)).0;
        assert_eq!(pace(0.0).round() as u64, 148_262);
        // 221 ms of its own, 221 ms of the network.
        let own = 32_768.0 / 148_262.0 * 1e3;
        assert_eq!(pace(own).round() as u64, 74_131);
    }

    #[test]
    fn no_time_is_too_long_to_print() {
        assert_eq!(whole_seconds(1e300).as_secs(), 1_000_000_000);
        assert_eq!(whole_seconds(f64::NAN).as_secs(), 0);
    }
}
