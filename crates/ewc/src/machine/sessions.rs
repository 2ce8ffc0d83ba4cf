//! All sessions, found by address and by MAC.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::{Index, IndexMut};

use super::session::Session;
use crate::{ApState, Mac};

/// Sessions at a time: a guard against floods, far above what a controller serves.
const SESSIONS_MAX: usize = 1024;

/// The sessions. An index stays that of its session until the session is removed.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    places: Vec<Place>,
    free: Vec<usize>,
    by_peer: BTreeMap<u64, usize>,
    by_mac: BTreeMap<Mac, usize>,
}

#[derive(Debug)]
struct Place {
    generation: u32,
    session: Option<Session>,
}

impl Sessions {
    /// Adds a session whose address and MAC are not among them; `None` when there is no room.
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
        let session = place.session.take()?;
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

    pub(super) fn find_mac(&self, mac: Mac) -> Option<usize> {
        self.by_mac.get(&mac).copied()
    }

    /// The session of the access point called `name`.
    pub(super) fn find_name(&self, name: &str) -> Option<usize> {
        self.iter().find(|(_, session)| session.ap.name == name).map(|(index, _)| index)
    }

    /// Those of access points in service, sorted by name.
    pub(super) fn registered(&self) -> Vec<usize> {
        let in_service = |(_, session): &(usize, &Session)| session.state == ApState::Registered;
        let mut all: Vec<usize> = self.iter().filter(in_service).map(|(index, _)| index).collect();
        all.sort_by_key(|index| {
            let ap = &self[*index].ap;
            (&ap.name, ap.mac)
        });
        all
    }

    pub(super) fn generation(&self, index: usize) -> u32 {
        self.places[index].generation
    }

    /// Whether the session that had `index` in `generation` is still there.
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

impl Index<usize> for Sessions {
    type Output = Session;

    fn index(&self, index: usize) -> &Session {
        self.places[index].session.as_ref().expect("an index is dropped with its session")
    }
}

impl IndexMut<usize> for Sessions {
    fn index_mut(&mut self, index: usize) -> &mut Session {
        self.places[index].session.as_mut().expect("an index is dropped with its session")
    }
}

/// Address and port as one number, which is quicker to compare. Only IPv4 is served.
fn key(peer: SocketAddr) -> Option<u64> {
    match peer {
        SocketAddr::V4(peer) => Some(u64::from(u32::from(*peer.ip())) << 16 | u64::from(peer.port())),
        SocketAddr::V6(_) => None,
    }
}
