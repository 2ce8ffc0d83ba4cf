//! Requests that commands at the console cause: Reset Requests, and Configuration Update Requests. One of the latter at a time is
//! under way to each access point, so that it is known which one an answer is for.

use std::time::Duration;

use capwap::cisco::StandbyRole;
use capwap::{Message, MessageType, ResultCode, cisco, result_code};
use image::CONTROLLER_FILE;

use super::Machine;
use crate::{ControllerEvent, PredownloadFailure};

/// The purpose of a Configuration Update Request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Update {
    Predownload,
    Swap,
    ControllerImage,
    Standby(StandbyRole),
}

impl Machine {
    /// Makes an access point boot its other image next.
    pub(crate) fn swap(&mut self, now: Duration, index: usize) {
        self.update(now, index, Update::Swap);
    }

    /// Makes an access point reload. RFC 5415, 9.2: the request names the image to run, which is the one it boots anyway.
    pub(crate) fn reset(&mut self, now: Duration, index: usize) {
        let session = &mut self.sessions[index];
        let image = session.image_type.as_deref().unwrap_or("unknown");
        let elements = vec![cisco::image_identifier(image)];
        session.channel.send_request(now, MessageType::ResetRequest, elements);
        self.sink.emit(ControllerEvent::ApReset { ap: session.ap.clone() });
        self.settle(index);
    }

    /// Sends an access point a Configuration Update Request, once it has answered the earlier ones.
    pub(super) fn update(&mut self, now: Duration, index: usize, update: Update) {
        let session = &mut self.sessions[index];
        session.updates.push_back(update);
        if session.updates.len() == 1 {
            self.send_update(now, index);
        }
        self.settle(index);
    }

    pub(super) fn handle_update_answer(&mut self, now: Duration, index: usize, response: &Message) {
        let session = &mut self.sessions[index];
        let Some(update) = session.updates.pop_front() else { return };
        let code = result_code(&response.elements);
        let ap = session.ap.clone();
        match (update, code) {
            (Update::Swap, ResultCode::Success) => {
                session.swapped = !session.swapped;
                let row = session.row();
                let mac = ap.mac;
                self.sink.emit(ControllerEvent::ApImageSwapped {
                    ap,
                    primary: row.primary,
                    backup: row.backup,
                });
                self.note_swap(now, mac, true);
            }
            (Update::Swap, code) => {
                let mac = ap.mac;
                self.sink.emit(ControllerEvent::ApSwapRefused { ap, result: code.into() });
                self.note_swap(now, mac, false);
            }
            (Update::ControllerImage, ResultCode::Success) => (),
            (Update::ControllerImage, code) => {
                self.fail_controller_image(now, index, PredownloadFailure::Refused(code.into()));
            }
            (Update::Standby(_), code) => self.note_role_answer(index, code == ResultCode::Success),
            (Update::Predownload, ResultCode::Success) => (),
            (Update::Predownload, code) => {
                self.fail_predownload(now, index, PredownloadFailure::Refused(code.into()));
            }
        }
        if !self.sessions[index].updates.is_empty() {
            self.send_update(now, index);
        }
    }

    fn send_update(&mut self, now: Duration, index: usize) {
        let session = &mut self.sessions[index];
        let element = match session.updates.front() {
            Some(Update::Predownload) => {
                cisco::image_identifier(session.image_type.as_deref().unwrap_or_default())
            }
            Some(Update::Swap) => cisco::image_swap(),
            Some(Update::ControllerImage) => cisco::image_identifier(CONTROLLER_FILE),
            Some(Update::Standby(role)) => cisco::standby_role(*role),
            None => return,
        };
        session.channel.send_request(now, MessageType::ConfigurationUpdateRequest, vec![element]);
    }
}
