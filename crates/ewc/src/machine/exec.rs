//! What is typed at the controller's console.

use std::time::Duration;

use capwap::{MessageType, cisco};

use super::Machine;
use super::updates::Update;
use crate::{Answer, ApState, Command, Event, PredownloadStatus, show, unverified};

impl Machine {
    /// Carries out `line`, as typed in privileged mode.
    pub(crate) fn exec(&mut self, now: Duration, line: &str) -> Answer {
        let command = match Command::parse(line) {
            Ok(command) => command,
            Err(error) => return printed(error.answer(&format!("{}#", self.controller.name))),
        };
        match command {
            Command::ShowApImage => printed(show::ap_image(&self.snapshot())),
            Command::ShowApSummary => printed(show::ap_summary(&self.snapshot())),
            Command::ShowPredownloadStatus => printed(show::predownload_status(&self.snapshot())),
            Command::Predownload(None) => {
                let all = self.registered();
                self.predownload(now, &all);
                Answer::default()
            }
            Command::Predownload(Some(name)) => self.with_ap(&name, |machine, index| {
                if machine.sessions[index].state == ApState::Registered {
                    machine.predownload(now, &[index]);
                }
            }),
            Command::Swap(None) => {
                self.registered().into_iter().for_each(|index| self.update(now, index, Update::Swap));
                Answer::default()
            }
            Command::SwapCompleted => {
                for index in self.registered() {
                    if self.sessions[index].predownload.status() == PredownloadStatus::Complete {
                        self.update(now, index, Update::Swap);
                    }
                }
                Answer::default()
            }
            Command::Swap(Some(name)) => self.with_ap(&name, |machine, index| {
                if machine.sessions[index].state == ApState::Registered {
                    machine.update(now, index, Update::Swap);
                }
            }),
            Command::Reset(name) => self.with_ap(&name, |machine, index| machine.reset(now, index)),
            Command::ClearPredownloadStatistics => {
                self.clear_predownload_statistics();
                Answer::default()
            }
            Command::Reload => {
                self.sink.emit(Event::Reloading);
                // The question is IOS's; that it is answered is taken for granted.
                Answer { text: "Proceed with reload? [confirm]\n".into(), reloads: true }
            }
        }
    }

    /// The sessions of access points in service, by name.
    pub(super) fn registered(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.state == ApState::Registered)
            .map(|(index, _)| index)
            .collect();
        all.sort_by_key(|index| {
            let ap = &self.sessions[*index].ap;
            (&ap.name, ap.mac)
        });
        all
    }

    /// RFC 5415, 9.2: the request names the image to run, which is what the access point boots anyway.
    fn reset(&mut self, now: Duration, index: usize) {
        let session = &mut self.sessions[index];
        let image = session.image_type.as_deref().unwrap_or("unknown");
        let elements = vec![cisco::image_identifier(image)];
        session.channel.send_request(now, MessageType::ResetRequest, elements);
        self.sink.emit(Event::ApReset { ap: session.ap.clone() });
        self.settle(index);
    }

    fn with_ap(&mut self, name: &str, act: impl FnOnce(&mut Self, usize)) -> Answer {
        let found = self.sessions.iter().find(|(_, session)| session.ap.name == name).map(|(index, _)| index);
        match found {
            Some(index) => {
                act(self, index);
                Answer::default()
            }
            None => printed(unverified::no_such_ap(name)),
        }
    }
}

fn printed(text: String) -> Answer {
    Answer { text, reloads: false }
}
