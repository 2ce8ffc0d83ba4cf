//! The order in which images are installed.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::Job;
use crate::words::Location;

/// The number of images that may wait for the running install.
const QUEUE_MAX: usize = 32;

/// The queue of installs.
#[derive(Debug, Default)]
pub(crate) struct Installs {
    /// The images whose download failed at a join, with the time when their install is due.
    retries: BTreeMap<String, Duration>,
    queue: VecDeque<(String, Location)>,
    running: Option<Job>,
    /// True if nobody wants the running job any more.
    unwanted: bool,
    /// The job that has started and has not been taken by [`Installs::take_begun`].
    begun: Option<Job>,
}

impl Installs {
    /// Schedules the install of `image` at `at`; `false` if it is due, waiting or running already.
    pub(crate) fn retry_at(&mut self, image: &str, at: Duration) -> bool {
        let known = self.retries.contains_key(image) || self.is_under_way(image, Location::Active);
        let taken = !known && self.retries.len() < QUEUE_MAX;
        if taken {
            self.retries.insert(image.to_owned(), at);
        }
        taken
    }

    /// Takes an image whose install is due.
    pub(crate) fn take_due(&mut self, now: Duration) -> Option<String> {
        let image = self.retries.iter().find(|(_, at)| **at <= now).map(|(image, _)| image.clone())?;
        self.retries.remove(&image);
        Some(image)
    }

    /// Puts `image` into the queue; `false` if the queue is full.
    pub(crate) fn enqueue(&mut self, image: String, location: Location) -> bool {
        let room = self.queue.len() < QUEUE_MAX;
        if room {
            self.queue.push_back((image, location));
        }
        room
    }

    /// Takes the next image to install, if none is being installed.
    pub(crate) fn next(&mut self) -> Option<(String, Location)> {
        if self.running.is_some() { None } else { self.queue.pop_front() }
    }

    pub(crate) fn begin(&mut self, job: Job) {
        self.begun = Some(job.clone());
        self.running = Some(job);
    }

    /// Forgets the images for this place: those that wait, and what the running install will bring.
    pub(crate) fn forget(&mut self, location: Location) {
        self.unwanted |= self.running.as_ref().is_some_and(|job| job.location == location);
        self.queue.retain(|(_, wanted)| *wanted != location);
    }

    /// Takes the job that has started, to perform it.
    pub(crate) fn take_begun(&mut self) -> Option<Job> {
        self.begun.take()
    }

    /// Ends the running install. Returns its job, and whether its result is still wanted.
    pub(crate) fn finish(&mut self) -> Option<(Job, bool)> {
        let wanted = !std::mem::take(&mut self.unwanted);
        self.running.take().map(|job| (job, wanted))
    }

    pub(crate) fn running(&self) -> Option<&str> {
        self.running.as_ref().map(|job| job.image.as_str())
    }

    pub(crate) fn waiting(&self) -> impl Iterator<Item = &str> {
        self.queue.iter().map(|(image, _)| image.as_str())
    }

    /// Returns true if `image` is being installed or waiting for it.
    pub(crate) fn is_under_way(&self, image: &str, location: Location) -> bool {
        let runs = |job: &Job| !self.unwanted && job.image == image && job.location == location;
        self.running.as_ref().is_some_and(runs)
            || self.queue.iter().any(|(waiting, wanted)| waiting == image && *wanted == location)
    }
}
