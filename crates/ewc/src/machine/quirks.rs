//! Known defects of controllers' software: the branches that the machine takes if it has one.
//!
//! Each emits its event with the quirk's id. Without quirks this module does nothing.

use std::time::Duration;

use capwap::{Element, Message, MessageType, ResultCode, cisco};
use catalogue::{Effect, Hardware, Quirk};

use super::session::Session;
use super::{Machine, Transmit};
use crate::{Ap, Controller, ControllerEvent};

/// The path MTU in bytes below which access points cannot join (CSCwb13784).
const PATH_MTU_NEEDED: u16 = 1_000;

/// The quirks of the version that runs. It does not change while the controller runs.
#[derive(Debug, Default)]
pub(super) struct InForce {
    hardware_unknown: Option<Quirk>,
    transfer_cut_short: Option<String>,
    heartbeat_missed: Option<String>,
    join_needs_path_mtu: Option<String>,
}

impl InForce {
    pub(super) fn of(controller: &Controller) -> Self {
        let find = |effect| controller.quirks.find(effect, controller.version);
        let id = |effect| find(effect).map(|quirk| quirk.id.clone());
        Self {
            hardware_unknown: find(Effect::HardwareUnknown).cloned(),
            transfer_cut_short: id(Effect::TransferCutShort),
            heartbeat_missed: id(Effect::HeartbeatMissed),
            join_needs_path_mtu: id(Effect::JoinNeedsPathMtu),
        }
    }
}

impl Machine {
    /// Reports and returns true if the controller does not know the hardware revision of the access point that wants to join.
    pub(super) fn refuses_hardware(&mut self, session: &Session, sequence: u8) -> bool {
        let Some(quirk) = &self.quirks.hardware_unknown else { return false };
        let hardware = Hardware {
            model: &session.model,
            image_type: session.image_type.as_deref().unwrap_or_default(),
            revision: Some(&session.hardware),
            made: None,
        };
        if !quirk.is_about(&hardware) {
            return false;
        }
        let (ap, quirk) = (session.ap.clone(), quirk.id.clone());
        let response = Message {
            message_type: MessageType::JoinResponse,
            sequence,
            elements: [Element::ResultCode(ResultCode::JoinHardwareNotSupported)].into(),
        };
        self.control.push_back(Transmit::sealed(response.write(), session.suite, session.peer));
        self.sink.emit(ControllerEvent::ApHardwareRefused { ap, quirk, hardware: session.hardware.clone() });
        true
    }

    /// Reports and returns true if the controller does not answer a Join Request that states a small path MTU.
    pub(super) fn misses_join(&self, session: &Session, request: &[Element]) -> bool {
        let Some(quirk) = self.quirks.join_needs_path_mtu.clone() else { return false };
        let stated = cisco::find_path_mtu(request).filter(|path_mtu| *path_mtu < PATH_MTU_NEEDED);
        let Some(path_mtu) = stated else { return false };
        self.sink.emit(ControllerEvent::ApJoinMissed { ap: session.ap.clone(), quirk, path_mtu });
        true
    }

    /// Returns the number of downloads that can start until no file handle is left.
    pub(super) fn file_handles(&self) -> u64 {
        let leaks = self.quirks.transfer_cut_short.is_some();
        if leaks { self.controller.settings.file_handles } else { u64::MAX }
    }

    pub(super) fn tell_cut_short(&self, ap: Ap, image: String) {
        if let Some(quirk) = self.quirks.transfer_cut_short.clone() {
            self.sink.emit(ControllerEvent::TransferCutShort { ap, quirk, image });
        }
    }

    /// Records that a session was heard from.
    pub(super) fn note_sign_of_life(&mut self, now: Duration, index: usize) {
        if !self.misses_heartbeats(index) {
            self.sessions[index].last_sign_of_life = now;
        }
    }

    /// Reports that a session is about to end for its silence.
    pub(super) fn tell_missed_heartbeat(&self, now: Duration, index: usize) {
        let session = &self.sessions[index];
        if self.misses_heartbeats(index)
            && let Some(quirk) = self.quirks.heartbeat_missed.clone()
        {
            let silent_s = now.saturating_sub(session.last_heard).as_secs();
            let ap = session.ap.clone();
            self.sink.emit(ControllerEvent::HeartbeatMissed { ap, quirk, silent_s });
        }
    }

    /// Returns true if messages of the access point do not count as a sign of life: it runs a later release line.
    pub(super) fn misses_heartbeats(&self, index: usize) -> bool {
        let line = |numbers: &[u32]| numbers.first().copied();
        let running = &self.sessions[index].running;
        self.quirks.heartbeat_missed.is_some()
            && line(running.numbers()) > line(self.controller.version.numbers())
    }
}
