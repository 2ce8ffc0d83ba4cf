//! A probe's report for people.

use std::fmt::Write as _;

use text::durations::short;
use text::numbers::{count, grouped};
use text::printable;

use super::finding::{Finding, Place, Severity};
use super::outlook::{Outlook, whole_seconds};
use super::report::{FileReport, OptionsReport, Report, RoundTrips, Told};

/// Returns the report.
pub(crate) fn human(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write(&mut out, report);
    out
}

fn write(out: &mut String, report: &Report) -> std::fmt::Result {
    let whose = report.server.as_deref().map_or_else(String::new, |name| format!("{} at ", printable(&name)));
    let directory = if report.directory.is_empty() { "/" } else { &report.directory };
    writeln!(
        out,
        "{whose}{}, over {}: {} of {} in `{}`\n",
        report.address,
        report.protocol.to_uppercase(),
        count(report.files.len(), "file"),
        printable(&report.images),
        printable(&directory),
    )?;
    files(out, report)?;
    server(out, report)?;
    for told in &report.findings {
        writeln!(out, "\n{}{}", word(told), told.cause)?;
        writeln!(out, "  {}", told.advice)?;
    }
    for file in &report.files {
        for told in &file.findings {
            writeln!(out, "\n{}{}: {}", word(told), printable(&file.path), told.cause)?;
            writeln!(out, "  {}", told.advice)?;
        }
    }
    if let Some(outlook) = &report.outlook {
        forecast(out, outlook)?;
    }
    writeln!(out, "\n{}", verdict(report))
}

fn word(told: &Told) -> &'static str {
    match told.severity {
        Severity::Fault => "fault: ",
        Severity::Note => "note: ",
    }
}

/// Writes a row for each file.
fn files(out: &mut String, report: &Report) -> std::fmt::Result {
    let width = report.files.iter().map(|file| file.name.chars().count()).max().unwrap_or(0);
    for file in &report.files {
        let states = match (&file.image, &file.version) {
            (Some(image), Some(version)) => format!("  states {image} {version}"),
            _ => String::new(),
        };
        let who = if file.access_points == 0 {
            "for the controller".to_owned()
        } else {
            format!("for {}", count(file.access_points, "access point"))
        };
        writeln!(
            out,
            "  {:width$}  {:<9}  {:>12}  {who}{states}",
            printable(&file.name),
            state(file),
            size(file)
        )?;
    }
    Ok(())
}

fn state(file: &FileReport) -> &'static str {
    match file.found {
        None => "not asked",
        Some(false) => {
            let is_missing = |told: &Told| {
                matches!(told.finding, Finding::Place(Place::NotFound { .. } | Place::Elsewhere { .. }))
            };
            if file.findings.iter().any(is_missing) { "missing" } else { "refused" }
        }
        Some(true) if file.findings.iter().any(|told| told.severity == Severity::Fault) => "wrong",
        Some(true) => "found",
    }
}

fn size(file: &FileReport) -> String {
    file.size.map_or_else(String::new, grouped)
}

/// Writes what was seen of the server.
fn server(out: &mut String, report: &Report) -> std::fmt::Result {
    let mut lines: Vec<(&str, String)> = Vec::new();
    if let Some(options) = &report.options {
        lines.push(("options", options_line(options)));
    }
    if let Some(ssh) = &report.ssh {
        lines.push(("server", ssh.identification.clone()));
        lines.push(("host key", format!("{} {}", ssh.host_key, ssh.fingerprint)));
        lines.extend(ssh.home.clone().map(|home| ("login", format!("begins in `{home}`"))));
    }
    lines.extend(report.round_trips.iter().map(|times| ("answers", times_line(times))));
    if let Some(datagrams) = report.datagrams {
        let repeated = grouped(datagrams.repeated);
        lines.push(("packets", format!("{} sent, {repeated} of them again", grouped(datagrams.sent))));
    }
    if let Some(sample) = &report.sample {
        let line = format!(
            "{} bytes of {} in {:.3} s: {:.1} kB/s",
            grouped(sample.bytes),
            printable(&sample.file),
            sample.seconds,
            sample.bytes_per_s / 1e3
        );
        lines.push(("pace", line));
    }
    if !lines.is_empty() {
        writeln!(out)?;
    }
    lines.iter().try_for_each(|(name, line)| writeln!(out, "  {name:<8}  {line}"))
}

fn options_line(options: &OptionsReport) -> String {
    let mut line = format!("blocks of {} bytes", options.block_size);
    if options.block_size != options.block_size_asked {
        let _ = write!(line, ", where the controller asks for {}", options.block_size_asked);
    }
    if let Some(most) = options.block_size_max {
        let _ = write!(line, "; takes blksize up to {most}");
    }
    match options.window_size {
        Some(window) => {
            let _ = write!(line, "; windowsize {window}");
        }
        None => line.push_str("; no windowsize"),
    }
    line.push_str(if options.size { "; tsize" } else { "; no tsize" });
    if options.timeout {
        line.push_str("; timeout");
    }
    line
}

fn times_line(times: &RoundTrips) -> String {
    format!(
        "to {}: median {:.2} ms, {:.2} to {:.2} ms",
        count(times.count, times.of),
        times.median_ms,
        times.min_ms,
        times.max_ms
    )
}

fn forecast(out: &mut String, outlook: &Outlook) -> std::fmt::Result {
    writeln!(
        out,
        "\nthe controller needs {} for all {} bytes, the longest of them {} with {}",
        time(outlook.seconds),
        grouped(outlook.bytes),
        printable(&outlook.longest),
        time(outlook.longest_seconds),
    )?;
    writeln!(
        out,
        "  computed, not simulated: {}; from here, and with nothing else on the way",
        outlook.basis
    )?;
    if !outlook.left_out.is_empty() {
        writeln!(out, "  without {}, whose size is not known", outlook.left_out.join(", "))?;
    }
    Ok(())
}

fn time(seconds: f64) -> String {
    if seconds < 1.0 { "less than 1s".to_owned() } else { format!("about {}", short(whole_seconds(seconds))) }
}

fn verdict(report: &Report) -> String {
    let good = |file: &&FileReport| state(file) == "found";
    let (all, right) = (report.files.len(), report.files.iter().filter(good).count());
    match report.outcome {
        "passed" => format!("PASSED: all {all} are there, and fit the plan"),
        "failed" => format!("FAILED: {right} of {all} are there and fit the plan"),
        other => format!("{}: {right} of {all} were there so far", other.to_uppercase()),
    }
}
