//! Every scenario's capture, read by the text of RFC 5415 and by nothing of the project's own code.

#[path = "../common/mod.rs"]
mod common;

mod checker;
mod edit;
mod fragments;
mod lane;
mod mutations;
mod pcapng;
mod rules;
mod tables;
mod wire;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use checker::Checker;
use ewcsim::{Options, Prepared, Progress};
use libtest_mimic::{Arguments, Failed, Trial};
use pcapng::{Packet, Sink};
use rules::Context;
use simnet::Capture;

fn main() {
    let arguments = Arguments::from_args();
    let root = common::workspace().join("scenarios");
    let mut trials: Vec<Trial> = scenarios(&root)
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).expect("they lie below it").with_extension("");
            Trial::test(name.display().to_string(), move || scenario(&path))
        })
        .collect();
    assert!(!trials.is_empty(), "no scenarios below {}", root.display());
    trials.extend(mutations::trials());
    libtest_mimic::run(&arguments, trials).exit();
}

/// All scenarios below `folder`, sorted.
fn scenarios(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the repository's folder of scenarios");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    paths.sort();
    paths
        .into_iter()
        .flat_map(|path| {
            if path.is_dir() {
                scenarios(&path)
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                vec![path]
            } else {
                Vec::new()
            }
        })
        .collect()
}

/// Runs a scenario and checks what goes over its network, packet by packet.
fn scenario(path: &Path) -> Result<(), Failed> {
    let prepared = common::load(&path.display().to_string());
    let text = std::fs::read_to_string(path)?;
    let checker = Arc::new(Mutex::new(Checker::new(context(&text))));
    let taking = checker.clone();
    capture(
        &prepared,
        Arc::new(Mutex::new(move |packet| taking.lock().expect("nobody panicked").take(&packet))),
    );
    let mut checker = checker.lock().expect("nobody panicked");
    checker.finish();
    if checker.messages.is_empty() {
        return Err("no CAPWAP in the capture".into());
    }
    match checker.found.as_slice() {
        [] => Ok(()),
        found => Err(format!("{found:#?}\nmessages by type: {:?}", checker.messages).into()),
    }
}

/// Runs a scenario with a capture that goes to `take`.
pub fn capture(prepared: &Prepared, take: Arc<Mutex<impl FnMut(Packet) + Send + 'static>>) {
    let options = Options { capture: Some(Capture::new(Sink::new(take), 0)), ..Options::default() };
    ewcsim::run(prepared, options, &mut Progress::none(), &AtomicBool::new(false)).expect("it runs");
}

/// What the scenario says of window and layout; its own words are enough for that.
fn context(text: &str) -> Context {
    let value = |key: &str| {
        // Lines that are not comments.
        let mut lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
        let rest = lines.find_map(|line| Some(line.split_once(key)?.1))?;
        Some(rest.trim_start().split(|end: char| !end.is_alphanumeric()).next().unwrap_or_default())
    };
    // `capwap.window: 10` of the catalogue, `capwap: { window: 10 }`.
    let window = value("window:").map_or(1, |window| window.parse().expect("a number"));
    Context { window, rfc_image_data: value("image_data:") == Some("rfc5415") }
}
