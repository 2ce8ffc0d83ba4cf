//! Images that the controller must fetch first.

use std::time::Duration;

use image::Content;

use super::world::{World, image_of};
use crate::install::{Job, Protocol};
use crate::words::InstallFailure;
use crate::{Controller, ControllerConfig, ControllerEvent, Location, SkipReason};

/// An access point requests `image`, waits, requests it again and leaves.
fn give_up(world: &mut World, ap: usize, image: &str) {
    world.join(ap);
    world.request_image(ap, image, 0);
    world.run_for(Duration::from_millis(28_740));
    world.request_image(ap, image, 1);
    world.run_for(Duration::from_millis(10));
}

/// Returns the job that the machine starts once the retry is due.
fn due_job(world: &mut World) -> Job {
    world.run_for(Duration::from_secs(4));
    world.machine.poll_install().expect("an install is due")
}

fn finish(world: &mut World, result: Result<Content, InstallFailure>) {
    let now = world.time;
    world.machine.finish_install(now, result);
}

#[test]
fn giving_up_leads_to_an_install() {
    let mut world = World::new(1);
    give_up(&mut world, 0, "ap1g8");
    assert_eq!(world.happened(), ["ap_joined", "image_requested", "ap_image_download_failed"]);
    assert_eq!(world.blocks, []);
    // The failure was 9.75 ms ago.
    world.run_for(Duration::from_micros(3_153_000 - 9_750) - Duration::from_nanos(1));
    assert_eq!(world.happened(), Vec::<String>::new());
    world.run_for(Duration::from_nanos(1));
    assert_eq!(world.happened(), ["install_started"]);
    let job = world.machine.poll_install().unwrap();
    assert_eq!(job.url, "tftp://172.16.5.27/EWC/17_9_4a/ap1g8");
    assert_eq!(job.path, "/EWC/17_9_4a/ap1g8");
    assert_eq!(job.protocol, Protocol::Tftp { block_size: 512 });
    assert_eq!(world.machine.poll_install(), None);
}

#[test]
fn an_image_that_has_come_goes_out_at_the_next_attempt() {
    let mut world = World::new(1);
    give_up(&mut world, 0, "ap1g8");
    due_job(&mut world);
    finish(&mut world, Ok(image_of(5)));
    world.join(0);
    world.request_image(0, "ap1g8", 1);
    world.run_for(Duration::from_secs(1));
    assert_eq!(world.aps[0].image, image_of(5).bytes());
    assert_eq!(world.snapshot().staged[0].image, "ap1g8");
}

#[test]
fn an_image_that_comes_while_it_is_waited_for_goes_out_at_once() {
    let mut world = World::new(1);
    give_up(&mut world, 0, "ap1g8");
    due_job(&mut world);
    world.join(0);
    world.request_image(0, "ap1g8", 1);
    world.run_for(Duration::from_secs(20));
    assert!(!world.aps[0].complete);
    finish(&mut world, Ok(image_of(5)));
    world.run_for(Duration::from_secs(1));
    assert_eq!(world.aps[0].image, image_of(5).bytes());
}

#[test]
fn a_failed_install_is_tried_again_after_the_next_failure() {
    let mut world = World::new(1);
    give_up(&mut world, 0, "ap1g8");
    due_job(&mut world);
    finish(&mut world, Err(InstallFailure::NotFound));
    world.run_for(Duration::from_secs(20));
    assert_eq!(world.machine.poll_install(), None, "not by itself");
    give_up(&mut world, 0, "ap1g8");
    assert_eq!(due_job(&mut world).image, "ap1g8");
}

#[test]
fn one_install_at_a_time_each_image_once() {
    let mut world = World::new(4);
    for (ap, image) in ["ap1g8", "ap1g8", "ap3g3", "ap1g4"].into_iter().enumerate() {
        world.join(ap);
        world.request_image(ap, image, 0);
        world.run_for(Duration::from_millis(10));
        world.request_image(ap, image, 1);
        world.run_for(Duration::from_millis(10));
    }
    assert_eq!(due_job(&mut world).image, "ap1g8");
    assert_eq!(world.snapshot().install_queue, ["ap3g3", "ap1g4"]);
    assert_eq!(world.machine.poll_install(), None);
    finish(&mut world, Err(InstallFailure::TimedOut));
    assert_eq!(world.machine.poll_install().unwrap().image, "ap3g3");
    finish(&mut world, Ok(image_of(1)));
    assert_eq!(world.machine.poll_install().unwrap().image, "ap1g4");
    finish(&mut world, Ok(image_of(1)));
    assert_eq!(world.machine.poll_install(), None);
}

#[test]
fn failures_during_an_install_ask_for_no_other() {
    let mut world = World::new(1);
    give_up(&mut world, 0, "ap1g8");
    due_job(&mut world);
    give_up(&mut world, 0, "ap1g8");
    world.run_for(Duration::from_secs(4));
    assert_eq!(world.snapshot().install_queue, Vec::<String>::new());
    finish(&mut world, Err(InstallFailure::TimedOut));
    assert_eq!(world.machine.poll_install(), None);
}

#[test]
fn without_a_server_nothing_is_fetched() {
    for (config, reason) in [
        ("", "no_profile"),
        ("wireless profile image-download default", "no_profile"),
        ("wireless profile image-download default\n image-download-mode http", "non_homogeneous"),
        ("wireless profile image-download default\n image-download-mode cco", "mode_not_simulated"),
    ] {
        let mut world =
            World::with(1, |controller| controller.config = ControllerConfig::parse(config).unwrap());
        give_up(&mut world, 0, "ap1g8");
        world.run_for(Duration::from_secs(4));
        let skipped = world.find(|event| match event {
            ControllerEvent::InstallSkipped { reason, .. } => Some(serde_json::to_value(reason).unwrap()),
            _ => None,
        });
        assert_eq!(skipped, Some(reason.into()));
        assert_eq!(world.machine.poll_install(), None);
    }
}

/// Desktop (HTTP) is for networks of a single type. There it is refused as not simulated.
#[test]
fn http_is_refused_in_mixed_networks_only() {
    let config = "wireless profile image-download default\n image-download-mode http";
    for (model, expected) in
        [("C9120AXI", SkipReason::ModeNotSimulated), ("C9105AXI-B", SkipReason::NonHomogeneous)]
    {
        let mut world =
            World::with(2, |controller| controller.config = ControllerConfig::parse(config).unwrap());
        world.aps[0].model = "C9120AXI";
        world.aps[1].model = model;
        (0..2).for_each(|ap| world.register(ap));
        world.exec("ap name AP0 image predownload");
        let skipped = world.find(|event| match event {
            ControllerEvent::InstallSkipped { reason, .. } => Some(*reason),
            _ => None,
        });
        assert_eq!(skipped, Some(expected));
    }
}

#[test]
fn a_new_configuration_counts_from_the_next_install() {
    let mut world = World::new(1);
    give_up(&mut world, 0, "ap1g8");
    world.machine.configure(
        ControllerConfig::parse(
            "ip tftp blocksize 8192\nwireless profile image-download default\n image-download-mode tftp\n \
             tftp-image-server 10.0.0.1\n tftp-image-path other/",
        )
        .unwrap(),
    );
    let job = due_job(&mut world);
    assert_eq!(job.url, "tftp://10.0.0.1/other/ap1g8");
    assert_eq!(job.protocol, Protocol::Tftp { block_size: 8192 });
}

/// Returns the job for `ap1g8` over SFTP, and its printed URL.
fn sftp_job(server: &str, more: &str) -> (Job, String) {
    let config = format!(
        "{more}\nwireless profile image-download default\n image-download-mode sftp\n sftp-image-server {server}\n \
         sftp-image-path Documents/EWC\n sftp-username calo\n sftp-password 0 Sw0rdfish"
    );
    let mut world =
        World::with(1, |controller| controller.config = ControllerConfig::parse(&config).unwrap());
    give_up(&mut world, 0, "ap1g8");
    let job = due_job(&mut world);
    let printed = format!("{job:?} {:?}", world.machine.controller());
    (job, printed)
}

#[test]
fn over_sftp_urls_tell_neither_user_nor_password() {
    let (job, printed) = sftp_job("172.16.5.62", "");
    assert_eq!(job.url, "sftp://*****@172.16.5.62/Documents/EWC/ap1g8");
    assert!(!printed.contains("Sw0rdfish"), "{printed}");
    let Protocol::Sftp { username, password, strict_host_key_check, .. } = job.protocol else {
        panic!("SFTP")
    };
    assert_eq!((username.as_str(), password.expose(), strict_host_key_check), ("calo", "Sw0rdfish", false));
    assert_eq!(sftp_job("2001:db8::62", "").0.url, "sftp://*****@[2001:db8::62]/Documents/EWC/ap1g8");
}

#[test]
fn the_ssh_client_does_as_configured() {
    let (job, _) =
        sftp_job("10.0.0.1", "ip ssh client algorithm kex ecdh-sha2-nistp384\nip ssh stricthostkeycheck");
    let Protocol::Sftp { algorithms, strict_host_key_check, .. } = job.protocol else { panic!("SFTP") };
    assert_eq!(algorithms.kex, ["ecdh-sha2-nistp384"]);
    assert!(!algorithms.ciphers.is_empty() && strict_host_key_check);
}

#[test]
fn an_image_in_use_is_not_evicted() {
    let room = |controller: &mut Controller| controller.settings.staging_capacity = 300_000;
    let mut world = World::with(2, room);
    give_up(&mut world, 0, "ap1g8");
    due_job(&mut world);
    finish(&mut world, Ok(image_of(200)));
    world.join(0);
    world.request_image(0, "ap1g8", 1);
    world.run_for(Duration::from_millis(20));
    give_up_at_once(&mut world, 1, "ap3g3");
    world.run_for(Duration::from_millis(3_160));
    assert!(world.machine.poll_install().is_some());
    // 200 blocks take 0.4 s: start the download again, so that it is under way.
    world.join(0);
    world.request_image(0, "ap1g8", 1);
    world.run_for(Duration::from_millis(20));
    world.happened();
    finish(&mut world, Ok(image_of(100)));
    assert_eq!(world.happened(), ["staging_refused", "install_failed"]);

    world.run_for(Duration::from_secs(1));
    give_up_at_once(&mut world, 1, "ap3g3");
    due_job(&mut world);
    world.happened();
    finish(&mut world, Ok(image_of(100)));
    let place = world.find(|event| match event {
        ControllerEvent::Evicted { location, .. } => Some(*location),
        _ => None,
    });
    assert_eq!(place, Some(Location::Active));
    assert_eq!(world.happened(), ["evicted", "staged", "install_completed"]);
}

fn give_up_at_once(world: &mut World, ap: usize, image: &str) {
    world.join(ap);
    world.request_image(ap, image, 0);
    world.run_for(Duration::from_millis(10));
    world.request_image(ap, image, 1);
    world.run_for(Duration::from_millis(10));
}
