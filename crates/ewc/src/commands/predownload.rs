//! `ap image predownload`: access points in service get the image that they will need.

use command_line::Command;

use super::{Answer, Effect, acts, acts_on};

pub(super) const OF_ALL: Command<Effect> = acts("ap image predownload", |machine, now| {
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
