//! The places for requests that are being served. in.tftpd has as many as the machine bears; here their number is limited.
//!
//! A request whose client has said nothing more holds a place until it is given up, for a minute. So that abandoned requests keep
//! nobody out, the oldest of them leaves when there is no place for another.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;

use tokio::sync::Notify;

/// All places of a server.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    /// The requests that have a place, the oldest first.
    taken: RefCell<Vec<Rc<Seat>>>,
}

/// One place. It is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Rc<Places>,
    seat: Rc<Seat>,
}

#[derive(Debug)]
struct Seat {
    peer: SocketAddr,
    /// True once the client has answered.
    is_heard: Cell<bool>,
    leave: Notify,
}

impl Places {
    pub(super) fn new(most: usize) -> Rc<Self> {
        Rc::new(Self { most, taken: RefCell::default() })
    }

    /// Takes a place for a request of `peer`, if there is one. Returns the client whose request is dropped, if one is: the oldest
    /// that has not answered, or `peer`.
    pub(super) fn take(self: &Rc<Self>, peer: SocketAddr) -> (Option<Place>, Option<SocketAddr>) {
        let taken = &mut *self.taken.borrow_mut();
        let mut dropped = None;
        if taken.len() >= self.most {
            let Some(oldest) = taken.iter().position(|seat| !seat.is_heard.get()) else {
                return (None, Some(peer));
            };
            let seat = taken.remove(oldest);
            seat.leave.notify_one();
            dropped = Some(seat.peer);
        }
        let seat = Rc::new(Seat { peer, is_heard: Cell::new(false), leave: Notify::new() });
        taken.push(Rc::clone(&seat));
        (Some(Place { places: Rc::clone(self), seat }), dropped)
    }
}

impl Place {
    /// Notes that the client has answered.
    pub(super) fn hear(&self) {
        self.seat.is_heard.set(true);
    }

    /// Completes when the place is needed for another.
    pub(super) async fn needed(&self) {
        self.seat.leave.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.taken.borrow_mut().retain(|seat| !Rc::ptr_eq(seat, &self.seat));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_answer_keep_their_places() {
        let peer = |number| SocketAddr::from(([10, 0, 0, number], 1069));
        let places = Places::new(2);
        let take = |number| places.take(peer(number));
        let (first, _) = take(1);
        first.as_ref().expect("there is room").hear();
        let (second, dropped) = take(2);
        assert!(second.is_some() && dropped.is_none());
        let (third, dropped) = take(3);
        assert!(third.is_some() && dropped == Some(peer(2)), "{dropped:?}");
        third.as_ref().expect("there is room").hear();
        // The one that was dropped no longer counts, and frees nothing.
        drop(second);
        let (fourth, dropped) = take(4);
        assert!(fourth.is_none() && dropped == Some(peer(4)), "{dropped:?}");
        drop(first);
        assert!(matches!(take(5), (Some(_), None)));
    }
}
