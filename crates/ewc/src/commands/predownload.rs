//! `ap image predownload`: access points in service get the image that they will need.

use command_line::Command;

use super::{Answer, Effect, acts, acts_on, acts_with};
use crate::unverified;

pub(super) const OF_ALL: Command<Effect> = acts("ap image predownload", |machine, now| {
    let all = machine.registered();
    machine.predownload(now, &all);
    Answer::default()
});

/// The site tag of every access point, as none is configured.
pub(super) const SITE_TAG: &str = unverified::DEFAULT_TAGS[0];

/// The access points of one site.
pub(super) const OF_SITE: Command<Effect> =
    acts_with("ap image predownload site-tag TAG start", |machine, now, tag| {
        if tag != SITE_TAG {
            return Answer::printed(unverified::no_such_site(tag));
        }
        let all = machine.registered();
        machine.predownload(now, &all);
        Answer::default()
    });

pub(super) const OF_ONE: Command<Effect> =
    acts_on("ap name NAME image predownload", |machine, now, session| {
        if machine.is_registered(session) {
            machine.predownload(now, &[session]);
        }
    });
