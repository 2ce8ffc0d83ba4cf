//! Checks a capture against the text of RFC 5415, without the project's own code.

mod checker;
mod data_channel;
mod direction;
mod edit;
mod fragments;
mod mutations;
mod pcapng;
mod rules;
mod tables;
mod translation;
mod wire;

use std::sync::{Arc, Mutex};

use checker::Checker;
use engine::Capture;
use libtest_mimic::Failed;
use pcapng::{Packet, Sink};
use rules::Context;
use translation::Undo;

pub(crate) use mutations::trials;

/// A reader of the capture of a run while it is written.
pub(crate) struct Reader(Arc<Mutex<Checker>>);

impl Reader {
    /// Creates a reader for a run of the scenario with this text.
    pub(crate) fn new(text: &str) -> Self {
        Self(Arc::new(Mutex::new(Checker::new(context(text)))))
    }

    /// Returns the capture for the run.
    pub(crate) fn capture(&self) -> Capture {
        let (taking, mut translation) = (self.0.clone(), Undo::default());
        let take = move |packet| {
            taking.lock().expect("no thread panicked").take(&translation.undo(packet));
        };
        capture(Arc::new(Mutex::new(take)))
    }

    /// Returns the findings after the run.
    pub(crate) fn verdict(&self) -> Result<(), Failed> {
        let mut checker = self.0.lock().expect("no thread panicked");
        checker.finish();
        if checker.messages.is_empty() {
            return Err("no CAPWAP in the capture".into());
        }
        match checker.found.as_slice() {
            [] => Ok(()),
            found => Err(format!("{found:#?}\nmessages by type: {:?}", checker.messages).into()),
        }
    }
}

/// Creates a capture that passes its packets to `take`.
fn capture(take: Arc<Mutex<impl FnMut(Packet) + Send + 'static>>) -> Capture {
    Capture::new(Sink::new(take), 0)
}

/// Reads the window and the layout from the text of the scenario.
fn context(text: &str) -> Context {
    let value = |key: &str| {
        // Without comment lines.
        let mut lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
        let rest = lines.find_map(|line| Some(line.split_once(key)?.1))?;
        Some(rest.trim_start().split(|end: char| !end.is_alphanumeric()).next().unwrap_or_default())
    };
    // `capwap.window: 10` of the catalogue, `capwap: { window: 10 }`.
    let window = value("window:").map_or(1, |window| window.parse().expect("a number"));
    Context { window, rfc_image_data: value("image_data:") == Some("rfc5415") }
}
