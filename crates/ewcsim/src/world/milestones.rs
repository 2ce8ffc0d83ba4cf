//! The milestones of a run, one line each: what a person wants to see of what happened.

use std::time::Duration;

use ap::{Event as ApEvent, GiveUpReason, ReloadReason, State};
use daemon::DaemonEvent as _;

use super::record::{Event, NetworkEvent, Record, WorldEvent};
use text::durations::short;
use text::numbers::grouped;

/// One line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Milestone {
    /// Since the start of the run.
    pub at: Duration,
    /// The host.
    pub host: String,
    /// What happened, in a few words.
    pub text: String,
}

/// All milestones of a run, in order.
pub fn milestones(record: &Record) -> Vec<Milestone> {
    let mut tellers = vec![Teller::default(); record.hosts().len()];
    let mut milestones = Vec::new();
    for entry in record.entries().iter() {
        let text = match entry.host {
            Some(host) => tellers[host].milestone_of(&entry.event),
            None => milestone_of(&entry.event),
        };
        if let Some(text) = text {
            milestones.push(Milestone { at: entry.at, host: record.who(entry).to_owned(), text });
        }
    }
    milestones
}

/// How far one host's story has come: what is no news after what it has said before.
#[derive(Clone, Debug, Default)]
struct Teller {
    /// It has given up a download.
    leaves: bool,
    /// It has given up a predownload.
    failed: bool,
}

impl Teller {
    fn milestone_of(&mut self, event: &Event) -> Option<String> {
        let text = match event {
            // What it says when it gives up a predownload is no news any more.
            Event::AccessPoint(ApEvent::ImageDataRequestSent { .. }) if self.failed => None,
            Event::AccessPoint(ApEvent::ImageDataRequestSent { image, replica_status, .. })
                if self.leaves =>
            {
                Some(format!("asks for {image} once more as it leaves (replica status {replica_status})"))
            }
            event => milestone_of(event),
        };
        match event {
            Event::AccessPoint(ApEvent::GivingUp { .. }) => self.leaves = true,
            Event::AccessPoint(ApEvent::PredownloadFailed { .. }) => self.failed = true,
            Event::AccessPoint(ApEvent::PredownloadStarted { .. }) => self.failed = false,
            Event::AccessPoint(ApEvent::StateChanged { .. } | ApEvent::Booting { .. }) => {
                (self.leaves, self.failed) = (false, false);
            }
            _ => {}
        }
        text
    }
}

/// An event as a milestone words it; none if it is no milestone.
pub(crate) fn milestone_of(event: &Event) -> Option<String> {
    match event {
        Event::AccessPoint(event) => access_point(event),
        Event::Controller(event) => event.summary(),
        Event::TftpdHpa(event) => event.summary(),
        Event::Tftpd64(event) => event.summary(),
        Event::OpenSsh(event) => event.summary(),
        Event::World(event) => Some(world(event)),
        Event::Network(NetworkEvent::Changed { what }) => Some(what.clone()),
    }
}

fn world(event: &WorldEvent) -> String {
    match event {
        WorldEvent::PowerOn => "power on".to_owned(),
        WorldEvent::PowerOff => "power off".to_owned(),
        WorldEvent::SoftwareStarted => "software started".to_owned(),
        WorldEvent::SoftwareStopped => "software stopped".to_owned(),
        WorldEvent::Changed { what } => what.clone(),
        WorldEvent::FlashDamaged { partition, what, quirk } => {
            let quirk = quirk.as_ref().map(|quirk| format!(" ({quirk})")).unwrap_or_default();
            format!("{partition} is damaged: {what}{quirk}")
        }
        WorldEvent::Typed { command, .. } => format!("# {command}"),
    }
}

fn access_point(event: &ApEvent) -> Option<String> {
    Some(match event {
        ApEvent::Booting { reason: ReloadReason::Power } => "boots".to_owned(),
        ApEvent::Booting { reason } => format!("boots again: {reason}"),
        ApEvent::BootImageRefused { partition, file, .. } => {
            format!("does not boot {partition}: {file} does not verify")
        }
        ApEvent::Booted { partition, version } => format!("runs {version} from {partition}"),
        ApEvent::BootImageUnreadable { partition, file, offset } => {
            format!("does not boot {partition}: {file} cannot be read at {}", grouped(*offset))
        }
        ApEvent::BootVariableTorn { default } => {
            format!("cannot read its boot variable, tries {default} first")
        }
        ApEvent::BootFailed => "boots nothing: both partitions are bad".to_owned(),
        ApEvent::JoinResponse { from, result: 0 } => format!("joined {from}"),
        ApEvent::JoinResponse { from, result } => format!("refused by {from}, result code {result}"),
        ApEvent::PathMtuChanged { from, to } => {
            format!("path MTU {}, not {}", grouped((*to).into()), grouped((*from).into()))
        }
        ApEvent::MessageRefused { fault, .. } => format!("refuses a message of its controller: {fault}"),
        ApEvent::VersionMatch { .. } => "has the controller's version".to_owned(),
        ApEvent::VersionMismatch { running, backup, controller } => {
            format!("version does not match: runs {running}, backup {backup}, controller {controller}")
        }
        ApEvent::PrecheckFailed { available, required } => {
            format!("too little space in /tmp: {available} KiB of {required}")
        }
        ApEvent::ImageDataRequestSent { image, replica_status, .. } => {
            format!("asks for {image} (replica status {replica_status})")
        }
        ApEvent::ImageDataStarted => "image data starts".to_owned(),
        ApEvent::ImageDataComplete { bytes, msgs, .. } => {
            format!("has all {} bytes, in {} messages", grouped(*bytes), grouped(*msgs))
        }
        ApEvent::GivingUp { reason } => format!("gives up: {}", why(*reason)),
        ApEvent::PredownloadStarted { image } => format!("is to take {image} for later"),
        ApEvent::PredownloadComplete { partition, version } => {
            format!("has {version} for later, in {partition}")
        }
        ApEvent::PredownloadFailed { reason } => format!("takes no image for later: {}", why(*reason)),
        ApEvent::SwapStarted { .. } => "swaps its images".to_owned(),
        ApEvent::SwapRefused { partition, error } => {
            format!("does not swap its images: {partition} does not verify: {error}")
        }
        ApEvent::ImageVerified { image, version } => format!("{image} {version} verifies"),
        ApEvent::ImageRefused { error, .. } => format!("refuses the image: {error}"),
        ApEvent::PartitionFull { partition, required, room } => {
            format!("{partition} is full: room for {} bytes of {}", grouped(*room), grouped(*required))
        }
        ApEvent::PartitionWriteFailed { partition, offset } => {
            format!("{partition} takes no writes at {}", grouped(*offset))
        }
        ApEvent::PartitionRefused { partition, error } => format!("{partition} does not verify: {error}"),
        ApEvent::Activated { partition } => format!("will boot {partition}"),
        ApEvent::Reloading { reason } => format!("reloads: {reason}"),
        ApEvent::ControllerLost { request } => format!("lost its controller: no answer to {request}"),
        ApEvent::StateChanged { state: State::Run } => "in service".to_owned(),
        ApEvent::VerificationErrorIgnored { quirk, .. } => {
            format!("goes on with it all the same ({quirk})")
        }
        ApEvent::BootRepeated { quirk, partition } => {
            format!("starts {partition} again, never the other partition ({quirk})")
        }
        ApEvent::LogGrown { quirk, partition, used, .. } => {
            format!("a log grows: other files take {} bytes of {partition} ({quirk})", grouped(*used))
        }
        ApEvent::TmpKept { quirk, bytes } => {
            format!("leaves {} bytes of abandoned downloads in /tmp ({quirk})", grouped(*bytes))
        }
        ApEvent::InstallHung { quirk, uptime_s } => {
            let up = short(Duration::from_secs(*uptime_s));
            format!("does not install the image, and waits: it has been up for {up} ({quirk})")
        }
        ApEvent::SigningCertificateExpired { quirk } => {
            format!("the certificate that the image is signed with has expired ({quirk})")
        }
        ApEvent::OwnCertificateWrong { quirk } => {
            format!("cannot check the signature: its own certificates are wrong ({quirk})")
        }
        _ => return None,
    })
}

/// Why a download ends without an image.
fn why(reason: GiveUpReason) -> &'static str {
    match reason {
        GiveUpReason::CannotStart => "image download cannot start",
        GiveUpReason::Stalled => "image data stopped coming",
        GiveUpReason::Refused => "refused by the controller",
        GiveUpReason::BadOpcode => "image data with an unknown opcode",
        GiveUpReason::BadLength => "the image is not as long as announced",
        GiveUpReason::BadDigest => "the image has another MD5 than announced",
        GiveUpReason::NoSpace => "no space left in /tmp",
        GiveUpReason::PartitionFull => "no space left in the partition",
        GiveUpReason::WriteFailed => "flash takes no writes",
        GiveUpReason::NotVerified => "the image does not verify",
    }
}
