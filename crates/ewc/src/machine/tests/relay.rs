//! Images on their way to access points.

use std::time::Duration;

use capwap::ResultCode;

use super::world::{World, image_of};
use crate::{ApState, ControllerEvent, DownloadFailure, OwnImage, SessionEnd};

/// Returns the fields of the success, if there is one.
fn success(world: &World) -> Option<(u64, u64)> {
    world.find(|event| match event {
        ControllerEvent::ApImageDownloadSuccess { bytes, messages, .. } => Some((*bytes, *messages)),
        _ => None,
    })
}

fn failure(world: &World) -> Option<DownloadFailure> {
    world.find(|event| match event {
        ControllerEvent::ApImageDownloadFailed { reason, .. } => Some(*reason),
        _ => None,
    })
}

#[test]
fn an_image_the_controller_holds_is_sent() {
    let mut world = World::new(1);
    world.join(0);
    world.request_image(0, "ap1g7", 0);
    world.run_for(Duration::from_secs(1));
    assert_eq!(success(&world), Some((20 * 1377 + 601, 21)));
    assert_eq!(world.aps[0].image, image_of(20).bytes());
    assert!(world.aps[0].complete);
    assert_eq!(
        world.happened(),
        ["ap_joined", "image_requested", "image_data_started", "ap_image_download_success"]
    );
    assert_eq!(world.snapshot().aps[0].state, ApState::ImageData);
}

#[test]
fn an_image_that_the_access_point_cannot_use_is_not_sent_again() {
    let mut world = World::new(1);
    world.join(0);
    world.request_image(0, "ap1g7", 0);
    world.run_for(Duration::from_secs(1));
    let blocks = world.blocks.len();
    world.request_image(0, "ap1g7", 1);
    world.run_for(Duration::from_secs(1));
    assert_eq!(world.blocks.len(), blocks);
    assert_eq!(failure(&world), Some(DownloadFailure::GivenUp));
    // The download failed after all, so the end of the session is not an upgrade.
    world.run_for(Duration::from_secs(120));
    assert!(
        world
            .find(|event| match event {
                ControllerEvent::SessionLost { reason, .. } => Some(*reason == SessionEnd::HeartbeatTimeout),
                _ => None,
            })
            .unwrap_or(false)
    );
}

/// Whether a staged image that an access point could not use stays is a fact without evidence: both are tried.
#[test]
fn a_staged_image_that_is_refused_stays_or_is_removed_and_fetched_again() {
    for keeps in [true, false] {
        let mut world = World::with(1, |controller| controller.settings.keeps_refused = keeps.into());
        world.join(0);
        world.request_image(0, "ap1g8", 0);
        world.run_for(Duration::from_secs(1));
        world.request_image(0, "ap1g8", 1);
        world.run_for(Duration::from_secs(4));
        world.finish_install(Ok(image_of(20)));
        world.join(0);
        world.request_image(0, "ap1g8", 1);
        world.run_for(Duration::from_secs(1));
        assert!(world.aps[0].complete);
        world.request_image(0, "ap1g8", 1);
        world.run_for(Duration::from_secs(1));
        let refused = |event: &ControllerEvent| match event {
            ControllerEvent::StagedImageRefused { image, kept, .. } => Some((image.clone(), *kept)),
            _ => None,
        };
        assert_eq!(world.find(refused), Some(("ap1g8".to_owned(), keeps)));
        world.join(0);
        world.happened();
        world.request_image(0, "ap1g8", 1);
        world.run_for(Duration::from_secs(1));
        let held = |event: &ControllerEvent| match event {
            ControllerEvent::ImageRequested { held, .. } => Some(*held),
            _ => None,
        };
        assert_eq!(world.find(held), Some(keeps));
    }
}

#[test]
fn the_answer_takes_the_sample_s_four_milliseconds() {
    let mut world = World::new(1);
    world.join(0);
    let before = world.aps[0].responses.len();
    world.request_image(0, "ap1g8", 0);
    world.run_for(Duration::from_micros(3_999));
    assert_eq!(world.aps[0].responses.len(), before);
    world.run_for(Duration::from_micros(1));
    assert_eq!(world.aps[0].responses.len(), before + 1);
}

#[test]
fn blocks_go_out_at_the_sample_s_rate() {
    let mut world = World::new(1);
    world.join(0);
    world.request_image(0, "ap1g7", 0);
    world.run_for(Duration::from_secs(1));
    let times: Vec<_> = world.blocks.iter().map(|block| block.0).collect();
    // 0.5 ms of round trip and 1.38 ms of turnaround: 532 messages a second.
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] == Duration::from_micros(1880)), "{times:?}");
}

#[test]
fn a_coarse_clock_does_not_slow_the_rate() {
    let mut world = World::new(1);
    world.clock_step = Duration::from_micros(300);
    world.join(0);
    world.request_image(0, "ap1g7", 0);
    world.run_for(Duration::from_secs(1));
    let mean = (world.blocks[20].0 - world.blocks[0].0) / 20;
    // Each way takes 0.3 ms on this clock, and a turnaround that ends between two steps 1.5 ms: 2.1 ms, if the delay
    // were not made up for.
    assert!(mean < Duration::from_micros(2_000), "{mean:?} per block");
    assert!(mean > Duration::from_micros(1_960), "{mean:?} per block");
}

#[test]
fn answers_to_an_earlier_download_do_not_count() {
    let mut world = World::with(1, |controller| controller.settings.channel.window = 10);
    world.latency = Duration::from_millis(50);
    world.join(0);
    world.run_for(Duration::from_secs(1));
    world.request_image(0, "ap1g7", 0);
    // The answers to the first ten blocks are lost. By requesting the image again the access point gives it up; then it wants it
    // after all, before those blocks are sent again.
    world.run_for(Duration::from_millis(120));
    world.cut_off = vec![0];
    world.run_for(Duration::from_millis(80));
    world.cut_off.clear();
    world.request_image(0, "ap1g7", 1);
    world.run_for(Duration::from_millis(200));
    world.request_image(0, "ap1g7", 1);
    while success(&world).is_none() && world.time < Duration::from_secs(20) {
        world.run_for(Duration::from_millis(1));
    }
    assert_eq!(failure(&world), Some(DownloadFailure::GivenUp));
    assert_eq!(success(&world), Some((20 * 1377 + 601, 21)));
    assert!(world.aps[0].complete, "there is no success before the last block");
    assert!(world.aps[0].image.ends_with(&image_of(20).bytes()));
}

#[test]
fn the_window_sets_the_pace_on_a_long_path() {
    for (window, seconds, expected) in [(1, 10, 95..=100), (10, 10, 950..=1000), (50, 5, 2350..=2500)] {
        let mut world = World::with(1, |controller| {
            controller.settings.channel.window = window;
            controller.own_images.push(OwnImage::new("ap1g8", || image_of(4000)));
        });
        world.latency = Duration::from_millis(50);
        world.join(0);
        world.run_for(Duration::from_secs(1));
        world.request_image(0, "ap1g8", 0);
        world.run_for(Duration::from_secs(seconds));
        assert!(expected.contains(&world.blocks.len()), "{} blocks at window {window}", world.blocks.len());
        // Never more at once than the window: in any row of one block more than the window, the first and the last are a round
        // trip apart.
        let apart = world.blocks.windows(usize::from(window) + 1).map(|row| row[row.len() - 1].0 - row[0].0);
        assert!(apart.min().is_some_and(|least| least >= Duration::from_millis(100)));
    }
}

#[test]
fn a_window_sends_side_by_side() {
    let mut world = World::with(1, |controller| controller.settings.channel.window = 10);
    world.latency = Duration::from_millis(50);
    world.join(0);
    world.run_for(Duration::from_secs(1));
    world.request_image(0, "ap1g7", 0);
    world.run_for(Duration::from_secs(2));
    assert_eq!(success(&world).map(|(_, messages)| messages), Some(21));
    assert_eq!(world.aps[0].image, image_of(20).bytes());
    let took = world.blocks[20].0 - world.blocks[0].0;
    assert!(took < Duration::from_millis(250), "{took:?} for two more rounds of 101.38 ms");
}

#[test]
fn a_lost_block_is_sent_again() {
    let mut world = World::new(1);
    world.join(0);
    world.request_image(0, "ap1g7", 0);
    world.run_for(Duration::from_millis(15));
    world.cut_off = vec![0];
    world.run_for(Duration::from_secs(2));
    world.cut_off.clear();
    world.run_for(Duration::from_secs(5));
    assert_eq!(world.aps[0].image, image_of(20).bytes());
    assert!(success(&world).is_some());
}

#[test]
fn a_refused_block_ends_the_download() {
    let mut world = World::new(1);
    world.join(0);
    world.aps[0].answer = ResultCode::ImageDataInvalidChecksum;
    world.request_image(0, "ap1g7", 0);
    world.run_for(Duration::from_secs(1));
    assert_eq!(failure(&world), Some(DownloadFailure::Refused(14)));
    assert_eq!(world.blocks.len(), 1);
}

#[test]
fn an_access_point_that_vanishes_is_given_up() {
    let mut world = World::new(1);
    world.join(0);
    world.request_image(0, "ap1g7", 0);
    world.run_for(Duration::from_millis(15));
    world.cut_off = vec![0];
    world.run_for(Duration::from_secs(100));
    assert_eq!(failure(&world), Some(DownloadFailure::SessionLost));
    assert_eq!(world.machine.poll_timeout(), None);
}

#[test]
fn an_access_point_that_begins_again_gets_the_whole_image() {
    let mut world = World::new(1);
    world.join(0);
    world.request_image(0, "ap1g7", 0);
    world.run_for(Duration::from_millis(15));
    world.join(0);
    world.request_image(0, "ap1g7", 1);
    world.run_for(Duration::from_secs(1));
    assert_eq!(world.aps[0].image, image_of(20).bytes());
    assert!(success(&world).is_some());
}

#[test]
fn many_downloads_run_side_by_side() {
    let mut world = World::new(30);
    for ap in 0..30 {
        world.join(ap);
        world.request_image(ap, "ap1g7", 0);
    }
    world.run_for(Duration::from_secs(1));
    assert!(world.aps.iter().all(|ap| ap.complete && ap.image == image_of(20).bytes()));
    assert_eq!(world.happened().iter().filter(|event| *event == "ap_image_download_success").count(), 30);
}

#[test]
fn an_own_image_is_made_once() {
    let made = std::rc::Rc::new(std::cell::Cell::new(0));
    let count = std::rc::Rc::clone(&made);
    let mut world = World::with(2, |controller| {
        let supply = move || {
            count.set(count.get() + 1);
            image_of(2)
        };
        controller.own_images = vec![OwnImage::new("ap1g8", supply)];
    });
    assert_eq!(made.get(), 0);
    for ap in 0..2 {
        world.join(ap);
        world.request_image(ap, "ap1g8", 0);
        world.run_for(Duration::from_secs(1));
        assert!(world.aps[ap].complete);
    }
    assert_eq!(made.get(), 1);
}

/// Returns the number of blocks that each of `count` access points got within a second, with `rate` messages a second for all.
fn shares(count: u8, rate: u64) -> (Vec<usize>, World) {
    let mut world = World::with(count, |controller| {
        controller.settings.relay_rate = rate;
        controller.own_images.push(OwnImage::new("ap1g8", || image_of(4000)));
    });
    for index in 0..usize::from(count) {
        world.join(index);
    }
    for index in 0..usize::from(count) {
        world.request_image(index, "ap1g8", 0);
    }
    let start = world.time;
    world.run_for(Duration::from_secs(1));
    let of = |index| world.blocks.iter().filter(|(at, ap)| *at >= start && *ap == index).count();
    let shares = (0..usize::from(count)).map(of).collect();
    (shares, world)
}

#[test]
fn all_sessions_together_get_no_more_than_the_limit_and_each_as_much() {
    let (shares, world) = shares(20, 1_000);
    let all: usize = shares.iter().sum();
    // The first block waits for the answer and the turnaround: 5 ms.
    assert!((990..=1_000).contains(&all), "{all}");
    assert!(shares.iter().all(|share| share.abs_diff(all / 20) <= 1), "{shares:?}");
    let reported = |event: &ControllerEvent| match event {
        ControllerEvent::RelayLimited { access_points, per_second } => Some((*access_points, *per_second)),
        _ => None,
    };
    assert_eq!(world.find(reported), Some((20, 1_000)));
    assert_eq!(world.happened().iter().filter(|event| *event == "relay_limited").count(), 1);
}

#[test]
fn the_limit_is_not_noticed_by_one_access_point() {
    let (alone, world) = shares(1, catalogue_rate());
    assert_eq!(alone, [530], "1.88 ms each, after 5 ms");
    assert!(!world.happened().iter().any(|event| event == "relay_limited"));
}

fn catalogue_rate() -> u64 {
    crate::Settings::default().relay_rate
}
