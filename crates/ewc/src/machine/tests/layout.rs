//! The RFC's own layout of image data.

use std::time::Duration;

use capwap::{Element, ImageDataLayout, MessageType, ResultCode, cisco};

use super::world::{World, image_of};
use crate::{ControllerEvent, DownloadFailure};

fn world() -> World {
    let mut world =
        World::with(1, |controller| controller.settings.image_data_layout = ImageDataLayout::Rfc5415);
    world.join(0);
    world
}

#[test]
fn an_image_is_announced_with_size_and_digest_and_comes_in_blocks_of_1024() {
    let mut world = world();
    // Without any of Cisco's additions but the vendor in the identifier.
    world.request(0, MessageType::ImageDataRequest, vec![cisco::image_identifier("ap1g7")]);
    world.run_for(Duration::from_secs(1));
    let image = image_of(20);
    assert_eq!(world.aps[0].image, image.bytes());
    let messages = world.find(|event| match event {
        ControllerEvent::ApImageDownloadSuccess { messages, .. } => Some(*messages),
        _ => None,
    });
    assert_eq!(messages, Some(image.len().div_ceil(1024)));

    let [Element::ResultCode(ResultCode::Success), Element::ImageInformation(information)] =
        world.aps[0].responses.last().expect("a response").elements[..]
    else {
        panic!("a result and the information")
    };
    assert_eq!((u64::from(information.size), information.md5), (image.len(), image.md5()));
}

#[test]
fn an_image_that_is_not_held_is_announced_with_nothing() {
    let mut world = world();
    world.request(0, MessageType::ImageDataRequest, vec![cisco::image_identifier("ap1g8")]);
    world.run_for(Duration::from_secs(1));
    let response = world.aps[0].responses.last().expect("a response");
    assert_eq!(response.elements[..], [Element::ResultCode(ResultCode::Success)]);
}

#[test]
fn after_a_refused_block_the_next_request_only_tells_of_giving_up() {
    let mut world = world();
    world.aps[0].answer = ResultCode::ImageDataInvalidChecksum;
    world.request_image(0, "ap1g7", 0);
    world.run_for(Duration::from_secs(1));
    world.request_image(0, "ap1g7", 1);
    world.run_for(Duration::from_secs(1));
    let failures: Vec<_> = world.events.borrow().iter().filter_map(failure).collect();
    assert_eq!(failures, [DownloadFailure::Refused(14)]);
    assert_eq!(world.blocks.len(), 1);
    // The session goes on: a third request is one for the image.
    world.aps[0].answer = ResultCode::Success;
    world.aps[0].image.clear();
    world.request_image(0, "ap1g7", 1);
    world.run_for(Duration::from_secs(1));
    assert_eq!(world.aps[0].image, image_of(20).bytes());
}

fn failure(event: &ControllerEvent) -> Option<DownloadFailure> {
    match event {
        ControllerEvent::ApImageDownloadFailed { reason, .. } => Some(*reason),
        _ => None,
    }
}
