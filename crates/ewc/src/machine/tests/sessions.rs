//! Discovery, join, life and end of sessions.

use std::time::Duration;

use capwap::{Element, MessageType, ResultCode, find};

use super::world::{World, change_state, configuration_status};
use crate::{ApState, ControllerEvent, DownloadFailure, SessionEnd};

fn lost(world: &World) -> Option<SessionEnd> {
    world.find(|event| match event {
        ControllerEvent::SessionLost { reason, .. } => Some(*reason),
        _ => None,
    })
}

#[test]
fn an_access_point_discovers_joins_and_registers() {
    let mut world = World::new(1);
    world.discover(0);
    world.run_for(Duration::from_millis(1));
    world.join(0);
    world.request(0, MessageType::ConfigurationStatusRequest, configuration_status());
    world.request(0, MessageType::ChangeStateEventRequest, change_state());
    world.run_for(Duration::from_millis(10));
    assert_eq!(world.happened(), ["ap_discovered", "ap_joined"]);
    assert_eq!(world.snapshot().aps[0].state, ApState::DataCheck);
    assert!(world.keep_alive(0));
    assert_eq!(world.happened(), ["ap_registered"]);

    let [discovery, join, ..] = &world.aps[0].responses[..] else { panic!("two responses at least") };
    assert_eq!(discovery.message_type, MessageType::DiscoveryResponse);
    assert_eq!(join.elements[0], Element::ResultCode(ResultCode::Success));
    for response in [discovery, join] {
        let software = find!(response.elements, AcDescriptor).and_then(|descriptor| descriptor.software());
        assert_eq!(software.as_deref(), Some("17.9.4.27"));
    }

    let row = &world.snapshot().aps[0];
    assert_eq!((row.name.as_str(), row.state), ("AP0", ApState::Registered));
    assert_eq!((row.primary.to_string(), row.backup.to_string()), ("17.3.3.26".into(), "8.10.130.0".into()));
    assert_eq!(row.image_type.as_deref(), Some("ap1g8"));
}

#[test]
fn a_repeated_join_request_gets_its_answer_again() {
    let mut world = World::new(1);
    world.latency = Duration::from_millis(20);
    world.join(0);
    world.run_for(Duration::from_millis(15));
    // The request has arrived; its answer is lost, so the request is retransmitted after 3 s.
    world.cut_off = vec![0];
    world.run_for(Duration::from_millis(20));
    world.cut_off.clear();
    world.run_for(Duration::from_secs(4));
    assert_eq!(world.aps[0].responses.len(), 1);
    assert_eq!(world.happened(), ["ap_joined"]);
}

#[test]
fn a_new_session_replaces_the_old_one() {
    for by_discovery in [false, true] {
        let mut world = World::new(1);
        world.join(0);
        world.request_image(0, "ap1g8", 0);
        world.run_for(Duration::from_secs(10));
        if by_discovery {
            world.discover(0);
        } else {
            world.join(0);
        }
        world.run_for(Duration::from_millis(10));
        assert_eq!(lost(&world), Some(SessionEnd::Restarted));
        let failed = world.find(|event| match event {
            ControllerEvent::ApImageDownloadFailed { reason, .. } => Some(*reason),
            _ => None,
        });
        assert_eq!(failed, Some(DownloadFailure::SessionLost));
        assert_eq!(world.snapshot().aps.len(), usize::from(!by_discovery));
    }
}

#[test]
fn a_late_copy_of_a_discovery_request_ends_nothing() {
    let mut world = World::new(1);
    world.discover(0);
    world.join(0);
    world.discover(0);
    world.run_for(Duration::from_secs(1));
    assert_eq!(lost(&world), None);
}

#[test]
fn echoes_keep_a_session_and_silence_ends_it() {
    let mut world = World::new(2);
    world.join(0);
    world.join(1);
    for _ in 0..5 {
        world.run_for(Duration::from_secs(30));
        world.request(0, MessageType::EchoRequest, vec![]);
        world.run_for(Duration::from_millis(10));
    }
    let names: Vec<_> = world.snapshot().aps.into_iter().map(|ap| ap.name).collect();
    assert_eq!(names, ["AP0"]);
    assert_eq!(lost(&world), Some(SessionEnd::HeartbeatTimeout));
}

#[test]
fn a_silent_session_ends_after_the_interval() {
    let mut world = World::new(1);
    world.join(0);
    world.run_for(Duration::from_millis(59_980));
    assert_eq!(lost(&world), None);
    world.run_for(Duration::from_millis(20));
    assert_eq!(lost(&world), Some(SessionEnd::HeartbeatTimeout));
    assert_eq!(world.machine.poll_timeout(), None, "nothing of it is left");
}
