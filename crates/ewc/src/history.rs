//! What a controller remembers of its events since its start: its log, the times of images, and the joins of access points.

use std::cell::{Ref, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use text::MacAddress;

use crate::{Ap, ControllerConfig, ControllerEvent, SessionEnd, syslog};

/// The size of the log's buffer in bytes, unless `logging buffered` sets another: IOS's default. The oldest lines make room.
const LOG_BYTES: usize = 4096;
/// The largest buffer that is kept, in bytes; IOS would take 2 GB.
const LOG_BYTES_MAX: usize = 1 << 20;
/// The number of access points whose joins are remembered: far above what a controller serves.
const JOINS_MAX: usize = 1024;

/// A history, shared by the machine and what reports its events. Clones are the same history.
#[derive(Clone, Debug, Default)]
pub(crate) struct HistoryHandle(Rc<RefCell<History>>);

impl HistoryHandle {
    pub(crate) fn borrow(&self) -> Ref<'_, History> {
        self.0.borrow()
    }

    /// Notes an event of the controller at `address`.
    pub(crate) fn note(&self, at: Duration, event: &ControllerEvent, address: Ipv4Addr) {
        let mut history = self.0.borrow_mut();
        for message in syslog::messages(event, address) {
            history.log(at, message.text);
        }
        match event {
            ControllerEvent::ApJoined { ap, .. } => history.joined(ap),
            ControllerEvent::ApRegistered { ap } => history.phase(ap.mac, Phase::Run),
            ControllerEvent::ImageRequested { ap, .. } => history.phase(ap.mac, Phase::ImageDownload),
            ControllerEvent::SessionLost { ap, reason } => history.left(ap.mac, *reason),
            ControllerEvent::Staged { image, .. } | ControllerEvent::Prepared { image, .. } => {
                history.staged.insert(image.clone(), at);
            }
            _ => (),
        }
    }

    /// Notes the start of the controller with this configuration.
    pub(crate) fn start(&self, at: Duration, config: &ControllerConfig) {
        let mut history = self.0.borrow_mut();
        (history.started, history.buffer) = (at, configured_buffer(config));
    }
}

/// What happened since the start.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// The time of the start.
    pub(crate) started: Duration,
    /// The lines of the log with their times, the oldest first.
    pub(crate) log: VecDeque<(Duration, String)>,
    /// The size of the log's buffer in bytes, if configured.
    buffer: Option<usize>,
    /// The bytes of these lines.
    log_bytes: usize,
    /// The number of lines logged so far.
    pub(crate) logged: usize,
    /// The times at which images came.
    pub(crate) staged: BTreeMap<String, Duration>,
    /// The access points that have joined, by Ethernet address.
    pub(crate) joins: BTreeMap<MacAddress, Join>,
}

/// The joins of one access point.
#[derive(Clone, Debug)]
pub(crate) struct Join {
    /// Its name and addresses at the last join.
    pub(crate) ap: Ap,
    /// True while its session lasts.
    pub(crate) is_joined: bool,
    /// The phase that its session is in, or was in when it ended.
    phase: Phase,
    /// The end of its last session, and the phase in which it came.
    pub(crate) failure: Option<(Phase, SessionEnd)>,
}

/// A phase of a session, as the statistics of joins name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// From the Join Request on.
    Join,
    /// It requested an image.
    ImageDownload,
    /// It is in service.
    Run,
}

impl History {
    /// Returns the size of the log's buffer, in bytes.
    pub(crate) fn buffer(&self) -> usize {
        self.buffer.unwrap_or(LOG_BYTES)
    }

    fn log(&mut self, at: Duration, message: String) {
        self.logged += 1;
        self.log_bytes += message.len();
        self.log.push_back((at, message));
        while self.log_bytes > self.buffer()
            && let Some((_, oldest)) = self.log.pop_front()
        {
            self.log_bytes -= oldest.len();
        }
    }

    fn joined(&mut self, ap: &Ap) {
        if self.joins.len() == JOINS_MAX && !self.joins.contains_key(&ap.mac) {
            return;
        }
        let before = self.joins.get(&ap.mac).and_then(|join| join.failure);
        let join = Join { ap: ap.clone(), is_joined: true, phase: Phase::Join, failure: before };
        self.joins.insert(ap.mac, join);
    }

    fn phase(&mut self, mac: MacAddress, phase: Phase) {
        if let Some(join) = self.joins.get_mut(&mac) {
            join.phase = phase;
        }
    }

    fn left(&mut self, mac: MacAddress, reason: SessionEnd) {
        if let Some(join) = self.joins.get_mut(&mac) {
            (join.is_joined, join.failure) = (false, Some((join.phase, reason)));
        }
    }
}

/// Returns the size of the buffer that the last `logging buffered SIZE` sets.
fn configured_buffer(config: &ControllerConfig) -> Option<usize> {
    let sizes = config.other_lines.iter().filter_map(|line| line.strip_prefix("logging buffered "));
    let size = sizes.filter_map(|rest| rest.split_whitespace().next()?.parse::<usize>().ok()).next_back()?;
    Some(size.min(LOG_BYTES_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ap() -> Ap {
        let address = "172.16.4.30:5264".parse().expect("an address");
        Ap { name: "hall".into(), mac: MacAddress([2; 6]), address }
    }

    #[test]
    fn the_log_keeps_the_newest_lines_within_its_size() {
        let history = HistoryHandle::default();
        for second in 0..100 {
            let event = ControllerEvent::SessionLost { ap: ap(), reason: SessionEnd::HeartbeatTimeout };
            history.note(Duration::from_secs(second), &event, Ipv4Addr::LOCALHOST);
        }
        let history = history.borrow();
        assert_eq!(history.logged, 100);
        assert!(history.log.iter().map(|(_, line)| line.len()).sum::<usize>() <= LOG_BYTES);
        assert!(history.log.len() > 10, "{}", history.log.len());
        assert_eq!(history.log.back().map(|(at, _)| at.as_secs()), Some(99));
    }

    #[test]
    fn the_size_of_the_log_is_configured() {
        let buffer = |text: &str| {
            let history = HistoryHandle::default();
            history.start(Duration::ZERO, &ControllerConfig::parse(text).expect("it is right"));
            history.borrow().buffer()
        };
        for (text, bytes) in [
            ("", 4096),
            ("logging buffered 100000 debugging", 100_000),
            ("logging buffered 5000\nlogging buffered informational", 5000),
            ("logging buffered 2147483647", 1 << 20),
        ] {
            assert_eq!(buffer(text), bytes, "{text}");
        }
    }

    #[test]
    fn a_failure_is_remembered_with_its_phase_after_the_next_join() {
        let mut history = History::default();
        history.joined(&ap());
        history.phase(ap().mac, Phase::ImageDownload);
        history.left(ap().mac, SessionEnd::MaxRetransmissions);
        let failed = Some((Phase::ImageDownload, SessionEnd::MaxRetransmissions));
        let join = history.joins[&ap().mac].clone();
        assert_eq!((join.is_joined, join.failure), (false, failed));
        history.joined(&ap());
        let join = history.joins[&ap().mac].clone();
        assert_eq!((join.is_joined, join.failure), (true, failed));
    }
}
