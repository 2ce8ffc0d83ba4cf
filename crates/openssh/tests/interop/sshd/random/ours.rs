//! Ours, on the loopback, with the same users, files and host keys.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use host::real::RealHost;
use host::{Host, Sink};
use openssh::{Kind, SshdConfig, SshdEvent, line, priority, run};
use ssh::HostKey;
use tokio::sync::oneshot;

use super::machine;

/// A running server, which ends when this is dropped.
pub(super) struct Ours {
    events: Rc<RefCell<Vec<SshdEvent>>>,
    _running: oneshot::Sender<()>,
}

impl Ours {
    /// Starts it, and waits until it listens at all its addresses or has ended.
    pub(super) async fn start(host: &RealHost, config: SshdConfig, keys: Vec<HostKey>) -> Self {
        let addresses = config.listen.len();
        let events = Rc::new(RefCell::new(Vec::new()));
        let record = Rc::clone(&events);
        let sink = Sink::new(move |event| record.borrow_mut().push(event));
        let (running, dropped) = oneshot::channel();
        let files = Rc::new(machine::tree());
        let serving = run(host.clone(), config, machine::accounts(), keys, files, Duration::ZERO, sink);
        host.spawn(async move {
            tokio::select! {
                _ = dropped => {}
                ended = serving => drop(ended),
            }
        });
        let is_bound = |event: &SshdEvent| {
            matches!(event.kind, Kind::Listening { .. } | Kind::BindFailed { .. } | Kind::NoHostKey)
        };
        while events.borrow().iter().filter(|event| is_bound(event)).count() < addresses
            && !events.borrow().iter().any(|event: &SshdEvent| matches!(event.kind, Kind::NoHostKey))
        {
            host.sleep(Duration::from_millis(1)).await;
        }
        Self { events, _running: running }
    }

    /// The lines since the last call, as a live one's: `<38> sshd[1]: Accepted ...`.
    pub(super) fn drain(&self) -> Vec<String> {
        let events = std::mem::take(&mut *self.events.borrow_mut());
        let whole =
            |event| line("", "", event).map(|line| format!("<{}> {}", priority(event), line.trim_start()));
        events.iter().filter_map(whole).collect()
    }
}
