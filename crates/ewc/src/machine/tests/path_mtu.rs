//! The path MTU of a session, and its effect on the blocks of an image.

use std::time::Duration;

use capwap::{Element, MessageType, cisco};

use super::world::{World, image_of};
use crate::{ControllerEvent, DownloadFailure, SessionEnd};

fn changes(world: &World) -> Vec<(u16, u16)> {
    let change = |event: &ControllerEvent| match event {
        ControllerEvent::PathMtuChanged { from, to, .. } => Some((*from, *to)),
        _ => None,
    };
    world.events.borrow().iter().filter_map(change).collect()
}

/// Creates an access point that has joined with this path MTU.
fn joined(path_mtu: Option<u16>) -> World {
    let mut world = World::new(1);
    world.aps[0].path_mtu = path_mtu;
    world.join(0);
    world
}

#[test]
fn blocks_are_as_long_as_the_path_mtu_lets_them_be() {
    for (path_mtu, block, told) in [
        (None, 1377, None),
        (Some(1485), 1377, Some(1485)),
        (Some(1005), 897, Some(1005)),
        (Some(576), 468, Some(576)),
        // An impossible value is replaced by the nearest possible one.
        (Some(20), 468, Some(576)),
        (Some(60_000), 1377, Some(1485)),
    ] {
        let mut world = joined(path_mtu);
        assert_eq!(cisco::find_path_mtu(&world.aps[0].responses[0].elements), told);
        let session = told.unwrap_or(1485);
        assert_eq!(changes(&world), if session == 1485 { vec![] } else { vec![(1485, session)] });
        world.request_image(0, "ap1g7", 0);
        world.run_for(Duration::from_secs(2));
        let image = image_of(20);
        assert_eq!(world.aps[0].image, image.bytes());
        assert_eq!(world.blocks.len() as u64, image.len().div_ceil(block), "{path_mtu:?}");
    }
}

#[test]
fn two_access_points_get_blocks_of_their_own_lengths() {
    let mut world = World::new(2);
    world.aps[1].path_mtu = Some(576);
    for ap in [0, 1] {
        world.join(ap);
        world.request_image(ap, "ap1g7", 0);
    }
    world.run_for(Duration::from_secs(2));
    assert!(world.aps.iter().all(|ap| ap.image == image_of(20).bytes()));
}

#[test]
fn a_probe_in_run_changes_the_session() {
    let mut world = joined(Some(1005));
    world.request(0, MessageType::EchoRequest, vec![cisco::path_mtu(1485, 100)]);
    world.run_for(Duration::from_millis(10));
    assert_eq!(world.aps[0].responses.last().expect("a response").elements[..], [cisco::path_mtu(1485, 0)]);
    world.request(0, MessageType::EchoRequest, vec![]);
    world.run_for(Duration::from_millis(10));
    assert_eq!(world.aps[0].responses.last().expect("a response").elements[..], []);
    assert_eq!(changes(&world), [(1485, 1005), (1005, 1485)]);
}

/// The path from the controller loses long packets, and everything else passes. An access point that stays, and does nothing
/// about it, is reported in the words of the controller's log.
#[test]
fn blocks_that_never_arrive_end_the_session() {
    let mut world = joined(Some(1485));
    world.aps[0].datagram_max = 1400 - 28;
    world.request_image(0, "ap1g7", 0);
    for _ in 0..4 {
        world.run_for(Duration::from_secs(20));
        world.request(0, MessageType::EchoRequest, vec![]);
    }
    assert_eq!(world.blocks, []);
    let events = world.events.borrow();
    let end = events.iter().find_map(|event| match event {
        ControllerEvent::SessionLost { reason, .. } => {
            Some((*reason, crate::syslog::messages(event, [172, 16, 4, 26].into()).pop()))
        }
        _ => None,
    });
    let (reason, line) = end.expect("the session has ended");
    assert_eq!(reason, SessionEnd::MaxRetransmissions);
    assert!(line.is_some_and(|line| !line.verified && line.text.ends_with("Max retransmit counter reached")));
    let failed = events.iter().any(|event| {
        matches!(event, ControllerEvent::ApImageDownloadFailed { reason: DownloadFailure::SessionLost, .. })
    });
    assert!(failed);
}

#[test]
fn a_padded_join_request_is_one_like_any_other() {
    let mut world = World::new(1);
    world.join(0);
    // The same request with less padding, as its sender retransmits it when an answer is lost.
    let mut elements = world.aps[0].join_request("AP0");
    elements.push(cisco::path_mtu(576, 0));
    let copy =
        capwap::Message { message_type: MessageType::JoinRequest, sequence: 0, elements: elements.into() };
    world.send(0, copy.write());
    world.run_for(Duration::from_millis(10));
    assert_eq!(world.happened(), ["ap_joined"]);
    assert!(!world.aps[0].responses.is_empty());
    let told = |elements: &[Element]| cisco::find_path_mtu(elements);
    assert_eq!(told(&world.aps[0].responses[0].elements), None, "the answer from memory");
}
