//! The milestones of a run, one line each: the events that people want to see.

use std::time::Duration;

use super::record::{Event, NetworkEvent, Record, WorldEvent};

/// One line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Milestone {
    /// The time since the start of the run.
    pub at: Duration,
    /// The host.
    pub host: String,
    /// The event in a few words.
    pub text: String,
}

/// Returns all milestones of a run, in order.
pub fn milestones(record: &Record) -> Vec<Milestone> {
    let mut access_points = vec![ap::Status::default(); record.hosts().len()];
    let mut milestones = Vec::new();
    for entry in record.entries().iter() {
        let text = match (&entry.event, entry.host) {
            (Event::AccessPoint(event), Some(host)) => {
                let status = &mut access_points[host];
                let text = status.summary(event);
                status.apply(entry.at, event);
                text
            }
            (event, _) => milestone_of(event),
        };
        if let Some(text) = text {
            milestones.push(Milestone { at: entry.at, host: record.who(entry).to_owned(), text });
        }
    }
    milestones
}

/// Returns the text of an event as a milestone; `None` if it is not a milestone.
pub(crate) fn milestone_of(event: &Event) -> Option<String> {
    match event {
        Event::AccessPoint(event) => event.summary(),
        Event::Controller(event) => event.summary(),
        Event::Server(event) => event.summary(),
        Event::World(event) => Some(world(event)),
        Event::Network(NetworkEvent::Changed { what }) => Some(what.clone()),
        Event::Network(NetworkEvent::PacketsDropped { firewall, rule, protocol, from, to, packets: 1 }) => {
            let what = network::what_drops(firewall, rule);
            Some(format!("{what} drops {protocol} {from} > {to}: {rule}"))
        }
        Event::Network(NetworkEvent::FcsErrors { link, direction, from, to, frames: 1 }) => {
            Some(format!("link {link}, {direction}: FCS error, a frame {from} > {to} is dropped"))
        }
        Event::Network(NetworkEvent::PacketsDropped { .. } | NetworkEvent::FcsErrors { .. }) => None,
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
        WorldEvent::TookOver { access_point, .. } => format!("runs on {access_point} from now on"),
        WorldEvent::SecondActiveController { access_point } => {
            format!("is active, and {access_point} takes over all the same")
        }
        WorldEvent::NoStandby { candidates } => {
            format!("goes down without a standby; {} could be elected", candidates)
        }
        WorldEvent::Pressed { button, answer } => match answer.as_deref() {
            None => format!("web: {button}, without an answer"),
            Some("") => format!("web: {button}"),
            Some(answer) => format!("web: {button}: {answer}"),
        },
        WorldEvent::Typed { command, .. } => format!("# {command}"),
    }
}
