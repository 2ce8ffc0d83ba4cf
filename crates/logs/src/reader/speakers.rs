//! The speakers, each with its clock.

use crate::clock::Clock;
use crate::table::Voice;
use crate::{Role, Speaker};

/// The clocks of all speakers, and the voices of the present file.
#[derive(Debug, Default)]
pub(super) struct Speakers {
    clocks: Vec<Clock>,
    heard: Vec<Voice>,
    /// The last speaker of each role in this file.
    last: Vec<(Role, usize)>,
}

impl Speakers {
    pub(super) fn next_file(&mut self) {
        self.heard.clear();
        self.last.clear();
    }

    pub(super) fn heard(&self) -> &[Voice] {
        &self.heard
    }

    pub(super) fn clock(&mut self, speaker: usize) -> &mut Clock {
        &mut self.clocks[speaker]
    }

    /// Returns the speaker of a line. A line without a host is of the last speaker of its role in the same file.
    pub(super) fn of(
        &mut self,
        all: &mut Vec<Speaker>,
        voice: Voice,
        host: Option<&str>,
        file: usize,
    ) -> usize {
        let role = voice.role();
        if !self.heard.contains(&voice) {
            self.heard.push(voice);
        }
        let last = self.last.iter().find(|(other, _)| *other == role).map(|(_, speaker)| *speaker);
        let known = match host {
            Some(_) => all.iter().position(|speaker| speaker.role == role && speaker.host.as_deref() == host),
            None => last,
        };
        let speaker = known.unwrap_or_else(|| {
            all.push(Speaker { role, host: host.map(ToOwned::to_owned), file });
            self.clocks.push(Clock::default());
            all.len() - 1
        });
        self.last.retain(|(other, _)| *other != role);
        self.last.push((role, speaker));
        speaker
    }
}
