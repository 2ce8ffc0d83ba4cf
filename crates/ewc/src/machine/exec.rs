//! Commands typed at the controller's console.

use std::time::Duration;

use command_line::{Fields, InputError};

use super::Machine;
use crate::commands::{COMMANDS, Kind, text_of};
use crate::{Answer, ApState, ControllerEvent, PredownloadStatus, unverified};

impl Machine {
    /// Runs `line`, as typed in privileged mode.
    pub(crate) fn exec(&mut self, now: Duration, line: &str) -> Answer {
        let refused = |error: InputError, line: &str| {
            Answer::printed(error.answer(&format!("{}#", self.controller.name), line))
        };
        if let Some(help) = COMMANDS.help(line) {
            return help.map_or_else(|error| refused(error, line.trim_end_matches('?')), Answer::printed);
        }
        let typed = match COMMANDS.read(line) {
            Ok(typed) => typed,
            Err(error) => return refused(error, line),
        };
        match typed.command.effect.0 {
            Kind::Show { fields, text } => {
                let fields = fields(&self.snapshot(now));
                Answer::printed(typed.output(text(&fields), fields).text)
            }
            Kind::View { fields, text } => {
                let fields = fields(&self.view(now));
                Answer::printed(typed.output(text(&fields), fields).text)
            }
            Kind::ViewOf { fields, text } => {
                let text = text_of(&self.view(now), typed.argument.unwrap_or_default(), fields, text);
                Answer::printed(typed.output(text, Fields::default()).text)
            }
            Kind::Act(act) => act(self, now),
            Kind::ActWith(act) => act(self, now, typed.argument.unwrap_or_default()),
            Kind::ActOn(act) => {
                let name = typed.argument.unwrap_or_default();
                match self.sessions.find_name(name) {
                    Some(session) => {
                        act(self, now, session);
                        Answer::default()
                    }
                    None => Answer::printed(unverified::no_such_ap(name)),
                }
            }
        }
    }

    /// Notes that the running configuration is saved.
    pub(crate) fn save(&mut self) {
        self.has_unsaved_changes = false;
    }

    /// Returns the sessions of access points in service, sorted by name.
    pub(crate) fn registered(&self) -> Vec<usize> {
        self.sessions.registered()
    }

    pub(crate) fn is_registered(&self, session: usize) -> bool {
        self.sessions[session].state == ApState::Registered
    }

    pub(crate) fn predownload_status(&self, session: usize) -> PredownloadStatus {
        self.sessions[session].predownload.status()
    }

    /// Reports the reload; performing it is left to the controller's world.
    pub(crate) fn reload(&mut self) {
        self.is_up = false;
        self.sink.emit(ControllerEvent::Reloading);
    }
}
