//! `ap name NAME reset`: an access point reloads.

use command_line::Command;

use super::{Effect, acts_on};

pub(super) const COMMAND: Command<Effect> =
    acts_on("ap name NAME reset", |machine, now, session| machine.reset(now, session));
