//! The data channel of sessions: Data Check, keep-alives, and what does not count as one.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use capwap::{Header, KeepAlive, MessageType, SessionId};

use super::world::{World, change_state};
use crate::{ApState, ControllerEvent, SessionEnd};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn state(world: &World) -> Option<ApState> {
    world.snapshot().aps.first().map(|ap| ap.state)
}

fn ends(world: &World) -> Vec<SessionEnd> {
    let events = world.events.borrow();
    let ends = events.iter().filter_map(|event| match event {
        ControllerEvent::SessionLost { reason, .. } => Some(*reason),
        _ => None,
    });
    ends.collect()
}

#[test]
fn a_keep_alive_brings_its_access_point_into_service() {
    let mut world = World::new(2);
    world.configure(0);
    world.configure(1);
    assert_eq!(state(&world), Some(ApState::DataCheck));
    assert!(world.keep_alive(0));
    let states: Vec<_> = world.snapshot().aps.iter().map(|ap| ap.state).collect();
    assert_eq!(states, [ApState::Registered, ApState::DataCheck]);
    world.happened();
    assert!(world.keep_alive(0), "each comes back");
    assert_eq!(world.happened(), [""; 0], "the others are no events");
}

#[test]
fn before_data_check_it_is_not_returned() {
    let mut world = World::new(1);
    world.join(0);
    assert!(!world.keep_alive(0));
    world.request_image(0, "ap1g8", 0);
    world.run_for(seconds(1));
    assert!(!world.keep_alive(0));
    assert_eq!(state(&world), Some(ApState::ImageData));
}

#[test]
fn without_one_the_session_ends_after_data_check_timer() {
    let mut world = World::new(1);
    world.configure(0);
    world.run_for(Duration::from_millis(29_980));
    assert_eq!((state(&world), ends(&world)), (Some(ApState::DataCheck), vec![]));
    world.run_for(Duration::from_millis(20));
    assert_eq!((state(&world), ends(&world)), (None, vec![SessionEnd::DataCheckTimeout]));
    assert!(!world.keep_alive(0), "it is late");
    world.run_for(seconds(31));
    assert_eq!(world.machine.poll_timeout(), None, "nothing of it is left");
}

#[test]
fn the_last_moment_is_in_time() {
    let mut world = World::new(1);
    world.configure(0);
    world.run_for(Duration::from_millis(29_980));
    assert!(world.keep_alive(0));
    world.run_for(seconds(20));
    assert_eq!((state(&world), ends(&world)), (Some(ApState::Registered), vec![]));
}

/// Not even if it is handled before the timer that is due.
#[test]
fn a_keep_alive_at_the_deadline_is_late() {
    let mut world = World::new(1);
    world.configure(0);
    world.time += seconds(30);
    assert!(!world.keep_alive(0));
    world.run_for(Duration::ZERO);
    assert_eq!(ends(&world), [SessionEnd::DataCheckTimeout]);
}

/// DataCheckTimer runs from the first Change State Event Request, and in service there is none.
#[test]
fn a_second_change_of_state_starts_nothing_anew() {
    let mut world = World::new(1);
    world.configure(0);
    world.run_for(seconds(20));
    world.request(0, MessageType::ChangeStateEventRequest, change_state());
    world.run_for(seconds(10));
    assert_eq!(ends(&world), [SessionEnd::DataCheckTimeout]);

    let mut world = World::new(1);
    world.register(0);
    world.request(0, MessageType::ChangeStateEventRequest, change_state());
    world.run_for(seconds(40));
    assert_eq!((state(&world), ends(&world)), (Some(ApState::Registered), vec![]));
}

/// RFC 5415, 4.7: DataChannelDeadInterval is the access point's. Echoes keep the session.
#[test]
fn in_service_the_controller_does_not_wait_for_it() {
    let mut world = World::new(1);
    world.register(0);
    for _ in 0..5 {
        world.run_for(seconds(30));
        world.request(0, MessageType::EchoRequest, vec![]);
        world.run_for(Duration::from_millis(10));
    }
    assert_eq!((state(&world), ends(&world)), (Some(ApState::Registered), vec![]));
    // And a keep-alive is no echo.
    for _ in 0..3 {
        world.run_for(seconds(20));
        world.keep_alive(0);
    }
    assert_eq!(ends(&world), [SessionEnd::HeartbeatTimeout]);
}

/// A NAT may give the data channel a port or an address of its own, and another one later.
#[test]
fn it_goes_back_to_where_it_came_from() {
    let mut world = World::new(1);
    world.configure(0);
    let keep_alive = KeepAlive { session: world.aps[0].session_id() }.write();
    for from in ["172.16.4.30:40000", "172.16.4.30:40001", "192.0.2.7:5272"] {
        let from: SocketAddr = from.parse().expect("an address");
        assert!(world.data(keep_alive.clone(), from));
        assert_eq!(state(&world), Some(ApState::Registered));
    }
}

#[test]
fn what_is_no_keep_alive_of_a_session_gets_no_answer() {
    let mut world = World::new(1);
    world.configure(0);
    let from = world.aps[0].address;
    let right = KeepAlive { session: world.aps[0].session_id() }.write();
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = right.to_vec();
        change(&mut bytes);
        Bytes::from(bytes)
    };
    let mut wrong: Vec<Bytes> = (0..right.len()).map(|length| right.slice(..length)).collect();
    wrong.extend([
        KeepAlive { session: SessionId([2; 16]) }.write(),
        changed(&|bytes| bytes[0] = 1),   // DTLS
        changed(&|bytes| bytes[3] &= !8), // data
        changed(&|bytes| bytes[9] += 1),  // its length
        changed(&|bytes| bytes[11] = 36), // another element
        changed(&|bytes| bytes.push(0)),  // something behind it
        changed(&|bytes| bytes.resize(1 << 16, 7)),
    ]);
    // All headers of two bytes.
    wrong.extend(
        (0..=u16::MAX)
            .filter(|word| word & 8 == 0)
            .map(|word| changed(&|bytes| bytes[2..4].copy_from_slice(&word.to_be_bytes()))),
    );
    for datagram in wrong {
        assert!(!world.data(datagram.clone(), from), "{datagram:?}");
        assert_eq!(state(&world), Some(ApState::DataCheck), "{datagram:?}");
    }
    assert!(Header::parse(right.clone()).is_ok() && world.data(right.clone(), from));
}
