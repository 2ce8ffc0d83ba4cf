//! All sessions, found by address, by MAC and by name; the work after a change of one, and the end of one.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::{Index, IndexMut};
use std::time::Duration;

use capwap::SessionId;
use text::MacAddress;

use super::session::Session;
use super::timer_queue::Deadline;
use super::{Machine, Transmit};
use crate::{ApState, ControllerEvent, DownloadFailure, SessionEnd};

/// The limit of sessions: a guard against floods, far above what a controller serves.
const SESSIONS_MAX: usize = 1024;

/// The sessions. An index remains that of its session until the session is removed.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    places: Vec<Place>,
    free: Vec<usize>,
    by_peer: BTreeMap<u64, usize>,
    by_mac: BTreeMap<MacAddress, usize>,
}

#[derive(Debug)]
struct Place {
    generation: u32,
    session: Option<Session>,
}

impl Sessions {
    /// Adds a session whose address and MAC are not among them; `None` if there is no room.
    pub(super) fn insert(&mut self, session: Session) -> Option<usize> {
        let peer = key(session.peer)?;
        if self.by_peer.len() == SESSIONS_MAX {
            return None;
        }
        let index = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place { generation: 0, session: None });
            self.places.len() - 1
        });
        self.by_peer.insert(peer, index);
        self.by_mac.insert(session.ap.mac, index);
        self.places[index].session = Some(session);
        Some(index)
    }

    pub(super) fn remove(&mut self, index: usize) -> Option<Session> {
        let place = &mut self.places[index];
        let mut session = place.session.take()?;
        session.end_lease();
        place.generation = place.generation.wrapping_add(1);
        self.free.push(index);
        if let Some(peer) = key(session.peer) {
            self.by_peer.remove(&peer);
        }
        self.by_mac.remove(&session.ap.mac);
        Some(session)
    }

    pub(super) fn find(&self, peer: SocketAddr) -> Option<usize> {
        self.by_peer.get(&key(peer)?).copied()
    }

    pub(super) fn find_mac(&self, mac: MacAddress) -> Option<usize> {
        self.by_mac.get(&mac).copied()
    }

    /// Returns the session with this identifier.
    pub(super) fn find_id(&self, id: SessionId) -> Option<usize> {
        self.iter().find(|(_, session)| session.id == Some(id)).map(|(index, _)| index)
    }

    /// Returns the session of the access point called `name`.
    pub(super) fn find_name(&self, name: &str) -> Option<usize> {
        self.iter().find(|(_, session)| session.ap.name == name).map(|(index, _)| index)
    }

    /// Returns the sessions of access points in service, sorted by name.
    pub(super) fn registered(&self) -> Vec<usize> {
        let in_service = |(_, session): &(usize, &Session)| session.state == ApState::Registered;
        let mut all: Vec<usize> = self.iter().filter(in_service).map(|(index, _)| index).collect();
        all.sort_by_key(|index| {
            let ap = &self[*index].ap;
            (&ap.name, ap.mac)
        });
        all
    }

    /// Returns true if there is a session with this index.
    pub(super) fn is_there(&self, index: usize) -> bool {
        self.places.get(index).is_some_and(|place| place.session.is_some())
    }

    /// Returns a session whose lease, if it has one, goes on.
    pub(super) fn lent_mut(&mut self, index: usize) -> &mut Session {
        self.places[index].session.as_mut().expect("an index is dropped with its session")
    }

    pub(super) fn generation(&self, index: usize) -> u32 {
        self.places[index].generation
    }

    /// Returns true if the session that had `index` in `generation` is still there.
    pub(super) fn is_current(&self, index: usize, generation: u32) -> bool {
        self.places.get(index).is_some_and(|place| place.generation == generation && place.session.is_some())
    }

    pub(super) fn is_full(&self) -> bool {
        self.by_peer.len() == SESSIONS_MAX
    }

    pub(super) fn len(&self) -> usize {
        self.by_peer.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Session)> {
        self.places.iter().enumerate().filter_map(|(index, place)| Some((index, place.session.as_ref()?)))
    }
}

impl Machine {
    /// Called after any change of a session: passes its datagrams on, lends what can be lent, and updates its deadlines.
    pub(super) fn settle(&mut self, index: usize) {
        self.continue_ended();
        let session = &mut self.sessions[index];
        while let Some(datagram) = session.channel.poll_transmit() {
            self.control.push_back(Transmit::sealed(datagram, session.suite, session.peer));
        }
        self.lend(index);
        self.plan(index);
    }

    /// Updates the deadlines of a session.
    pub(super) fn plan(&mut self, index: usize) {
        let session = self.sessions.lent_mut(index);
        let pace = session.next_pace();
        let watch = session.next_watch(self.controller.settings.session_dead_interval);
        // A deadline that moves later keeps its earlier entry, which checks again when it comes: so the heap holds about
        // two entries per session, however many messages pass.
        let new_pace = pace.filter(|&at| session.paced.is_none_or(|known| at < known));
        let new_watch = Some(watch).filter(|&at| session.watched.is_none_or(|known| at < known));
        session.paced = new_pace.or(session.paced);
        session.watched = new_watch.or(session.watched);
        let generation = self.sessions.generation(index);
        if let Some(at) = new_pace {
            self.timers.push(at, Deadline::Pace(index, generation));
        }
        if let Some(at) = new_watch {
            self.timers.push(at, Deadline::Watch(index, generation));
        }
    }

    /// Ends a session. An image that was promised to it will not be delivered.
    pub(super) fn end_session(&mut self, now: Duration, index: usize, reason: SessionEnd) {
        // Read now: the lines below end the predownload as well.
        let had_predownload = self.sessions[index].predownload.is_wanted();
        self.fail_download(now, index, DownloadFailure::SessionLost);
        self.forget_predownload(now, index);
        self.fail_controller_image(now, index, DownloadFailure::SessionLost.into());
        if let Some(session) = self.sessions.remove(index) {
            let mac = session.ap.mac;
            self.sink.emit(ControllerEvent::SessionLost { ap: session.ap, reason });
            self.note_silence(now, mac);
            self.note_departure(now, mac);
            if had_predownload {
                self.advance_predownloads(now);
            }
        }
    }
}

impl Index<usize> for Sessions {
    type Output = Session;

    fn index(&self, index: usize) -> &Session {
        self.places[index].session.as_ref().expect("an index is dropped with its session")
    }
}

impl IndexMut<usize> for Sessions {
    /// Returns a session to change it: its lease ends.
    fn index_mut(&mut self, index: usize) -> &mut Session {
        let session = self.lent_mut(index);
        session.end_lease();
        session
    }
}

/// Returns address and port as one number, which is faster to compare. Only IPv4 is supported.
fn key(peer: SocketAddr) -> Option<u64> {
    match peer {
        SocketAddr::V4(peer) => Some(u64::from(u32::from(*peer.ip())) << 16 | u64::from(peer.port())),
        SocketAddr::V6(_) => None,
    }
}
