//! The smallest change that gives yes: each that comes into question is rehearsed, the smaller first.

use planner::{PlanVerdict, Remedy};
use scenario::Software;
use text::durations::short;

use super::PlanError;
use super::change::Change;
use super::night::{LEAD, Night};
use super::study::{Stage, Study};
use super::ways::{Way, sftp_of_the_lab, tftp_profile};

/// The maximum number of changes that are tried.
const TRIED_MAX: usize = 12;

/// Returns the first change with which all access points come to the target, if there is one.
///
/// # Errors
/// An interruption.
pub(super) fn remedy(
    stage: &Stage<'_>,
    study: &Study,
    verdict: PlanVerdict,
) -> Result<Option<Remedy>, PlanError> {
    if !matches!(verdict, PlanVerdict::No | PlanVerdict::AtRisk) {
        return Ok(None);
    }
    // No way of fetching brings an image that the release does not have, or room for it.
    let lab = stage.lab;
    let lacks = |point: &scenario::AccessPoint| !lab.images().has_image(&point.image_type);
    if study.nominal.failures.lacks_room() || lab.scenario().access_points.iter().any(lacks) {
        return Ok(None);
    }
    for change in candidates(stage, study).into_iter().take(TRIED_MAX) {
        let night = Night { changes: vec![change.clone()], ..stage.lab.night() };
        let outcome = match stage.night(&night) {
            Ok(outcome) => outcome,
            Err(PlanError::Interrupted) => return Err(PlanError::Interrupted),
            // A change that the lab has no place for is none.
            Err(PlanError::Lab(_) | PlanError::Call { .. }) => continue,
        };
        if outcome.is_all_good() {
            let note = change.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
            return Ok(Some(Remedy {
                what: format!("{}{note}", change.what),
                commands: change.commands(),
                all_on_target_s: outcome.all_on_target().map(|at| at.saturating_sub(LEAD).as_secs_f64()),
            }));
        }
    }
    Ok(longer_window(study))
}

/// Returns the window that would be long enough, if time is all that lacks.
fn longer_window(study: &Study) -> Option<Remedy> {
    let longer = study.longer.as_ref()?;
    let all = longer.all_on_target().filter(|_| longer.is_all_good())?;
    let takes = all.saturating_sub(LEAD);
    // With room for the commit.
    let hours = (takes + super::night::COMMIT_AFTER).as_secs().div_ceil(3600);
    Some(Remedy {
        what: format!(
            "a window of {hours}h: the last access point would be on target after {}",
            short(whole(takes))
        ),
        commands: Vec::new(),
        all_on_target_s: Some(takes.as_secs_f64()),
    })
}

fn whole(duration: std::time::Duration) -> std::time::Duration {
    std::time::Duration::from_secs(duration.as_secs().div_ceil(60) * 60)
}

fn candidates(stage: &Stage<'_>, study: &Study) -> Vec<Change> {
    let lab = stage.lab;
    let failures = &study.nominal.failures;
    let mut all = Vec::new();
    // Another folder, where the images of the target are.
    for server in &lab.scenario().servers {
        let is_tftp = matches!(server.software, Software::TftpdHpa | Software::Tftpd64);
        for mount in server.files.iter().filter(|mount| is_tftp && mount.images == lab.target) {
            let path = if mount.path.is_empty() { "/" } else { &mount.path };
            all.push(Change {
                what: format!("fetch from {path} on {}, where {} is", server.name, lab.target),
                config: tftp_profile(server.known_address(), path, None),
                ..Change::default()
            });
        }
    }
    all.extend(sftp_of_the_lab(lab));
    // Files that lack in the folder of the profile.
    if let (Some(server), Some(profile)) = (lab.server(), lab.profile()) {
        let directory = match profile.mode {
            ewc::config::Mode::Tftp => profile.tftp.directory(),
            _ => String::new(),
        };
        let add = |image: &str| {
            let path = super::night::quoted(&format!("{}/{image}", directory.trim_end_matches('/')));
            let (name, set) = (super::night::quoted(&server.name), super::night::quoted(&lab.target));
            format!("file: {{ server: {name}, path: {path}, add: {set} }}")
        };
        let missing: Vec<&str> = failures.not_found().collect();
        if !missing.is_empty() && !directory.is_empty() {
            all.push(Change {
                what: format!(
                    "copy {} of {} to {directory} on {}",
                    missing.join(", "),
                    lab.target,
                    server.name
                ),
                actions: missing.iter().map(|image| add(image)).collect(),
                ..Change::default()
            });
        }
    }
    // What firewalls drop, the narrower rule first.
    for (firewall, rule) in &failures.drops {
        let name = super::night::quoted(firewall);
        let permit = |rule: &str, ends: &str| format!("permit: {{ firewall: {name}, rule: {rule}{ends} }}");
        if let Some(server) = lab.server() {
            let server = super::night::quoted(&server.name);
            let (to, from) = (format!(", to: {server}"), format!(", from: {server}"));
            for protocol in ["udp", "tcp"] {
                all.push(Change {
                    what: format!("let the firewall {firewall} pass {protocol} to and from {server} (it drops by `{rule}`)"),
                    actions: vec![permit(protocol, &to), permit(protocol, &from)],
                    ..Change::default()
                });
            }
        }
        all.push(Change {
            what: format!(
                "let the firewall {firewall} pass CAPWAP: udp/5246 and udp/5247 (it drops by `{rule}`)"
            ),
            actions: vec![permit("udp/5246-5247", "")],
            ..Change::default()
        });
    }
    // A faster way.
    let faster = [Way::Tftp(Some(1428)), Way::Tftp(Some(8192)), Way::Sftp, Way::Local(None)];
    all.extend(faster.into_iter().filter_map(|way| way.change(lab).ok()));
    // What is there already is no change.
    all.retain(|change| *change != Change { what: change.what.clone(), ..Change::default() });
    all
}
