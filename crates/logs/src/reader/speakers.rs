//! The speakers, each with its clock.

use std::collections::BTreeMap;

use serde_json::Value;

use super::item::Item;
use crate::clock::Clock;
use crate::table::Voice;
use crate::{Read, Role, Speaker, Told};

/// The clocks of all speakers, and the voices of the present file.
#[derive(Debug, Default)]
pub(super) struct Speakers {
    clocks: Vec<Clock>,
    heard: Vec<Voice>,
    /// The last speaker of each role in this file.
    last: Vec<(Role, usize)>,
    /// The clock of each line of this file that has one of several, by its number.
    of_lines: BTreeMap<usize, usize>,
}

impl Speakers {
    pub(super) fn next_file(&mut self) {
        self.heard.clear();
        self.last.clear();
        self.of_lines.clear();
    }

    pub(super) fn heard(&self) -> &[Voice] {
        &self.heard
    }

    pub(super) fn clock(&mut self, speaker: usize) -> &mut Clock {
        &mut self.clocks[speaker]
    }

    /// Takes over which lines of the present file belong to which of several clocks.
    pub(super) fn clocks(&mut self, of_lines: Vec<(usize, usize)>) {
        self.of_lines = of_lines.into_iter().collect();
    }

    /// Returns the speaker of a line. A line without a host and without a clock of its own is of the last speaker of its role in the same file.
    pub(super) fn of(&mut self, all: &mut Vec<Speaker>, voice: Voice, item: &Item, file: usize) -> usize {
        let role = voice.role();
        if !self.heard.contains(&voice) {
            self.heard.push(voice);
        }
        let host = item.header.host.as_deref();
        let clock = self.of_lines.get(&item.number).copied().filter(|_| role == Role::AccessPoint);
        let last = self.last.iter().find(|(other, _)| *other == role).map(|(_, speaker)| *speaker);
        let of_clock =
            |speaker: &Speaker| speaker.file == file && speaker.clock == clock && speaker.host.is_none();
        let known = match (host, clock) {
            (Some(_), _) => {
                all.iter().position(|speaker| speaker.role == role && speaker.host.as_deref() == host)
            }
            (None, Some(_)) => all.iter().position(|speaker| speaker.role == role && of_clock(speaker)),
            (None, None) => last,
        };
        let speaker = known.unwrap_or_else(|| {
            all.push(Speaker { role, host: host.map(ToOwned::to_owned), file, clock });
            self.clocks.push(Clock::default());
            all.len() - 1
        });
        self.last.retain(|(other, _)| *other != role);
        self.last.push((role, speaker));
        speaker
    }
}

/// Events in which an access point names the image of its model, which is the same as long as it lives.
const OF_MODEL: [&str; 2] = ["image_data_request_sent", "image_file_opened"];
/// The most names that are told.
const NAMES_MAX: usize = 8;

/// Returns the consoles that name the images of several models: they are of several access points that nothing tells apart.
pub(super) fn mixed(read: &Read) -> Vec<(usize, Vec<String>)> {
    let mut images: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for line in &read.lines {
        let candidate = line.reading.first();
        let Some(Told::Value(Value::String(image))) = candidate.told.get("image") else { continue };
        // The standby controller's own image is requested beside that of the model.
        if read.speakers[line.speaker].role != Role::AccessPoint
            || !OF_MODEL.contains(&candidate.kind)
            || line.reading.cropped
            || image.ends_with(".bin")
        {
            continue;
        }
        let known = images.entry(line.speaker).or_default();
        if known.len() < NAMES_MAX && !known.contains(image) {
            known.push(image.clone());
        }
    }
    images.into_iter().filter(|(_, images)| images.len() > 1).collect()
}
