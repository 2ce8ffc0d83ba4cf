//! The destination of events, and the choice of those that become lines.

use std::cell::Cell;

use host::{Host, Sink};

use super::event::{Kind, Tftpd64Event};
use super::render;

/// The most lines in one second: the program drops further ones to keep its window usable. It does not count the first.
const LINES_PER_SECOND_MAX: u32 = 100;

/// The log of the whole server; its threads share it.
#[derive(Debug)]
pub(super) struct Log<H> {
    pub(super) host: H,
    sink: Sink<Tftpd64Event>,
    /// The current second, and the number of its lines besides the first.
    pacing: Cell<Option<(u64, u32)>>,
}

impl<H: Host> Log<H> {
    pub(super) fn new(host: H, sink: Sink<Tftpd64Event>) -> Self {
        Self { host, sink, pacing: Cell::new(None) }
    }

    pub(super) fn emit(&self, transfer: Option<u32>, kind: Kind) {
        let logged = render::text(&kind).is_some() && self.admit();
        self.sink.emit(Tftpd64Event { transfer, logged, kind });
    }

    fn admit(&self) -> bool {
        let second = self.host.now().as_secs();
        let lines = match self.pacing.get() {
            Some((at, lines)) if at == second => lines.saturating_add(1),
            _ => 0,
        };
        self.pacing.set(Some((second, lines)));
        lines <= LINES_PER_SECOND_MAX
    }
}
