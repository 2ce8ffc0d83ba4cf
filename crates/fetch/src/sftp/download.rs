//! The client's side of SFTP, without I/O: packets, the time and the caller's refusal go in; packets, a deadline and the file
//! come out.
//!
//! ```text
//!   INIT -> VERSION, REALPATH "." -> NAME, STAT -> ATTRS, OPEN -> HANDLE, READ -> DATA ... READ -> EOF, CLOSE -> STATUS
//!             STAT -> No such file: nothing more is asked
//!             an error after HANDLE: CLOSE
//! ```
//!
//! A READ is sent when there is a slot for it. The data read is processed at the client's own pace, one piece after the other,
//! and frees its slot only then. After an answer that is shorter than requested, the slot requests the rest; a READ that finds no
//! more data ends the file, whatever size STAT reported.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use ::sftp::VERSION;
use ::sftp::{
    Attributes, ClientPacket, Handle, OpenFlags, Reply, Request, ServerPacket, Status, StatusCode, Text,
};
use bytes::Bytes;

use super::error::{Broken, Failure, Operation};
use super::{Path, Reads};

/// One download.
#[derive(Debug)]
pub(super) struct Download {
    state: State,
    path: Path,
    config: Reads,
    /// The number of the next request.
    next_id: u32,
    /// The requests that wait for their answers, by number.
    asked: BTreeMap<u32, Asked>,
    reading: Reading,
    transmits: VecDeque<Bytes>,
    events: VecDeque<Event>,
}

/// The events of a download, in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The file exists; its size, if the server reported it.
    Found(Option<u64>),
    /// The next bytes of it. Never empty.
    Data(Bytes),
    /// The end, which the answer to CLOSE no longer changes: the file's size, or the reason for the failure.
    Finished(Result<u64, Failure>),
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    /// INIT was sent.
    Greeting,
    /// Requests were sent.
    Asking,
    /// The result is known, and CLOSE was sent.
    Closing,
    /// Nothing more is asked.
    Finished,
}

/// A request, and the purpose of its answer.
#[derive(Debug)]
enum Asked {
    Realpath,
    Stat(Text),
    Open,
    Read { offset: u64, length: u32 },
    Close,
}

/// The open file.
#[derive(Debug, Default)]
struct Reading {
    handle: Option<Handle>,
    /// The size that STAT reported.
    size: Option<u64>,
    /// The start of the next READ that is not the rest of another.
    next: u64,
    slots: VecDeque<Slot>,
    /// The time at which all data received is processed.
    busy_until: Duration,
    /// Data received before the data in front of it.
    early: BTreeMap<u64, Bytes>,
    /// The number of bytes passed on.
    delivered: u64,
    /// The number of READs sent.
    count: u64,
}

/// The right to send a READ.
#[derive(Debug)]
struct Slot {
    from: Duration,
    /// The rest of a READ that was answered with less.
    rest: Option<(u64, u32)>,
}

impl Download {
    pub(super) fn new(path: Path, config: Reads) -> Self {
        Self {
            state: State::Greeting,
            path,
            config,
            next_id: 0,
            asked: BTreeMap::new(),
            reading: Reading::default(),
            transmits: VecDeque::from([ClientPacket::init().to_bytes()]),
            events: VecDeque::new(),
        }
    }

    /// Handles a packet of the server.
    pub(super) fn handle(&mut self, now: Duration, packet: ServerPacket) {
        match packet {
            ServerPacket::Version { version: VERSION, .. } if self.state == State::Greeting => {
                self.state = State::Asking;
                self.ask(Asked::Realpath, Request::Realpath(".".into()));
            }
            ServerPacket::Version { version, .. } if self.state == State::Greeting => {
                self.finish(Err(Failure::Broken(Broken::Version(version))));
            }
            ServerPacket::Version { .. } => self.finish(Err(Failure::Broken(Broken::Unasked))),
            ServerPacket::Reply { id, reply } => match self.asked.remove(&id) {
                Some(asked) => self.answered(now, asked, reply),
                None => self.finish(Err(Failure::Broken(Broken::Unasked))),
            },
        }
    }

    /// Ends the download, as the caller wants no more.
    pub(super) fn refuse(&mut self) {
        self.fail(Failure::Refused);
    }

    /// Ends the download, as the server's data cannot be read.
    pub(super) fn give_up(&mut self, broken: Broken) {
        self.finish(Err(broken.into()));
    }

    /// Returns the next packet to send. Call again after [`Download::handle`], and at [`Download::poll_timeout`].
    pub(super) fn poll_transmit(&mut self, now: Duration) -> Option<Bytes> {
        while self.state == State::Asking
            && let Some(slot) = self.reading.slots.pop_front_if(|slot| slot.from <= now)
        {
            self.read(&slot);
        }
        self.transmits.pop_front()
    }

    /// Returns the time at which a READ is due.
    pub(super) fn poll_timeout(&self) -> Option<Duration> {
        let slots = self.reading.slots.iter().filter(|_| self.state == State::Asking);
        slots.map(|slot| slot.from).min()
    }

    pub(super) fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Returns true if the server owes an answer.
    pub(super) fn is_waiting(&self) -> bool {
        self.state == State::Greeting || !self.asked.is_empty()
    }

    /// Returns true if the result is known, and the server has answered CLOSE or is not asked to close anything.
    pub(super) fn is_closed(&self) -> bool {
        self.state == State::Finished
    }

    /// Returns the number of bytes of the file that came, in order.
    pub(super) fn delivered(&self) -> u64 {
        self.reading.delivered
    }

    /// Returns the number of READs sent.
    pub(super) fn reads(&self) -> u64 {
        self.reading.count
    }

    fn ask(&mut self, asked: Asked, request: Request) {
        let id = self.next_id;
        self.next_id = id.wrapping_add(1);
        self.transmits.push_back(request.with_id(id).to_bytes());
        self.asked.insert(id, asked);
    }

    fn answered(&mut self, now: Duration, asked: Asked, reply: Reply) {
        match (&self.state, asked, reply) {
            // Whatever the result of CLOSE: the file is complete, or lost.
            (State::Closing, Asked::Close, _) => self.state = State::Finished,
            (State::Closing | State::Finished, ..) => {}
            (_, Asked::Realpath, Reply::Name(names)) if names.len() == 1 => {
                let path = self.path.below(&names[0].filename);
                self.ask(Asked::Stat(path.clone()), Request::Stat(path));
            }
            (_, Asked::Stat(path), Reply::Attrs(Attributes { size, .. })) => {
                self.reading.size = size;
                self.events.push_back(Event::Found(size));
                self.ask(Asked::Open, Request::open(path, OpenFlags::READ));
            }
            (_, Asked::Open, Reply::Handle(handle)) => {
                self.reading.handle = Some(handle);
                // Without a size, it is unknown how far to read ahead.
                let slots = if self.reading.size.is_some() { self.config.outstanding.max(1) } else { 1 };
                self.reading.slots.extend((0..slots).map(|_| Slot { from: now, rest: None }));
            }
            (_, Asked::Read { offset, length }, Reply::Data(data)) => self.take(now, offset, length, data),
            (_, Asked::Read { .. }, Reply::Status(Status { code: StatusCode::EOF, .. })) => self.end(),
            (_, asked, Reply::Status(status)) if status.code != StatusCode::OK => {
                let operation = match asked {
                    Asked::Realpath => Operation::Realpath,
                    Asked::Stat(_) => Operation::Stat,
                    Asked::Open => Operation::Open,
                    Asked::Read { .. } | Asked::Close => Operation::Read,
                };
                self.fail(Failure::Status { operation, status });
            }
            _ => self.finish(Err(Failure::Broken(Broken::Answer))),
        }
    }

    /// Sends the READ of `slot`, unless it starts after the end of the file and others are under way: the last one checks that
    /// the file ends there.
    fn read(&mut self, slot: &Slot) {
        let (mut offset, length) = slot.rest.unwrap_or((self.reading.next, self.config.size.max(1)));
        if let Some(size) = self.reading.size.filter(|size| offset >= *size) {
            if !(self.asked.is_empty() && self.reading.slots.is_empty()) {
                return;
            }
            offset = size;
        }
        if slot.rest.is_none() {
            self.reading.next = self.reading.next.saturating_add(length.into());
        }
        let handle = self.reading.handle.clone().expect("slots are made when the file is open");
        self.reading.count += 1;
        self.ask(Asked::Read { offset, length }, Request::Read { handle, offset, length });
    }

    /// Handles the data of a READ.
    fn take(&mut self, now: Duration, offset: u64, length: u32, data: Bytes) {
        let came = u32::try_from(data.len()).unwrap_or(u32::MAX);
        if came == 0 || came > length {
            return self.finish(Err(Failure::Broken(Broken::Answer)));
        }
        let end = offset.saturating_add(came.into());
        if let Some(announced) = self.reading.size.filter(|size| end > *size) {
            return self.fail(Failure::Longer { announced });
        }
        let reading = &mut self.reading;
        reading.busy_until = reading.busy_until.max(now) + self.config.digestion(came);
        let rest = (came < length).then_some((end, length - came));
        reading.slots.push_back(Slot { from: reading.busy_until, rest });
        reading.early.insert(offset, data);
        while let Some(data) = reading.early.remove(&reading.delivered) {
            reading.delivered += data.len() as u64;
            self.events.push_back(Event::Data(data));
        }
    }

    /// Handles a READ that found no more data.
    fn end(&mut self) {
        let received = self.reading.delivered;
        match self.reading.size {
            Some(announced) if announced != received => self.fail(Failure::Shorter { announced, received }),
            _ => self.leave(Ok(received)),
        }
    }

    /// Closes the file if it is open.
    fn fail(&mut self, failure: Failure) {
        self.leave(Err(failure));
    }

    fn leave(&mut self, result: Result<u64, Failure>) {
        if matches!(self.state, State::Closing | State::Finished) {
            return;
        }
        match self.reading.handle.take() {
            Some(handle) => {
                self.state = State::Closing;
                self.events.push_back(Event::Finished(result));
                self.ask(Asked::Close, Request::Close(handle));
            }
            None => self.finish(result),
        }
    }

    /// Stops sending requests.
    fn finish(&mut self, result: Result<u64, Failure>) {
        match std::mem::replace(&mut self.state, State::Finished) {
            // The result was decided before.
            State::Closing | State::Finished => {}
            State::Greeting | State::Asking => self.events.push_back(Event::Finished(result)),
        }
        self.asked.clear();
        self.transmits.clear();
    }
}
