//! Known defects: the same controller with and without each.

use std::time::Duration;

use capwap::{Element, MessageType, ResultCode};
use catalogue::{Catalogue, Switch};

use super::world::World;
use crate::{Controller, ControllerEvent, SessionEnd};

/// Returns a controller of this version that has the quirk, whatever the catalogue says about versions.
fn with(quirk: &str, version: &str, change: impl FnOnce(&mut Controller)) -> World {
    World::with(2, |controller| {
        let catalogue = Catalogue::builtin().with_switch(quirk, Switch::On).expect("a quirk");
        controller.quirks = catalogue.controller_quirks();
        controller.version = version.parse().expect("a version");
        change(controller);
    })
}

#[test]
fn without_a_file_handle_a_transfer_is_one_message() {
    for window in [1, 10] {
        let mut world = with("CSCve55604", "17.9.4.27", |controller| {
            controller.settings.file_handles = 1;
            controller.settings.channel.window = window;
        });
        for ap in [0, 1] {
            world.join(ap);
            world.request_image(ap, "ap1g7", 0);
            world.run_for(Duration::from_secs(2));
        }
        let received = [0, 1].map(|ap: usize| (world.aps[ap].image.len(), world.aps[ap].complete));
        assert_eq!(received, [(20 * 1377 + 601, true), (1377, true)]);
        let happened = world.happened();
        let tail = &happened[happened.len() - 3..];
        assert_eq!(tail, ["image_requested", "image_data_started", "transfer_cut_short"]);
    }
}

#[test]
fn an_access_point_of_a_later_line_is_taken_for_dead() {
    for (version, reason) in [("16.12.4.31", Some(SessionEnd::HeartbeatTimeout)), ("17.3.1.9", None)] {
        let mut world = with("community-5230018", version, |_| ());
        world.join(0);
        for _ in 0..3 {
            world.request(0, MessageType::EchoRequest, Vec::new());
            world.run_for(Duration::from_secs(25));
        }
        let lost = world.find(|event| match event {
            ControllerEvent::SessionLost { reason, .. } => Some(*reason),
            _ => None,
        });
        assert_eq!(lost, reason, "{version}");
    }
}

/// The revision that the access point states decides.
#[test]
fn unknown_hardware_is_refused_and_other_is_not() {
    for (hardware, expected) in [("V06", ResultCode::JoinHardwareNotSupported), ("V04", ResultCode::Success)]
    {
        let mut world = with("FN72424", "17.3.4.30", |_| ());
        world.aps[0].model = "C9120AXI-B";
        world.aps[0].hardware = hardware;
        world.join(0);
        let answer = world.aps[0].responses.last().expect("an answer");
        assert_eq!(answer.elements[0], Element::ResultCode(expected), "{hardware}");
        assert_eq!(world.snapshot().aps.len(), usize::from(expected == ResultCode::Success));
    }
}
