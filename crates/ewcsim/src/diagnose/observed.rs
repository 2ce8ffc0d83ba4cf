//! Lines as they are compared: which of their values have to be equal, which are names, and which are of one run alone.

use std::collections::BTreeMap;

use ::logs::{Candidate, Outcome, Read, ReadLine, Role, Told};
use diagnosis::{Log, Reading, Said, Value};
use image::{CONTROLLER_FILE, Version};
use text::MacAddress;

/// Fields whose numbers say what happened.
const RESULTS: [&str; 3] = ["result", "code", "status"];

/// Fields whose texts another network may have otherwise: of files, users, hosts and partitions.
const NAMES: [&str; 22] = [
    "active",
    "algorithm",
    "banner",
    "client",
    "directory",
    "file",
    "filename",
    "home",
    "host",
    "image",
    "key",
    "name",
    "partition",
    "path",
    "platform",
    "remapped",
    "root",
    "subject",
    "target",
    "url",
    "user",
    "version",
];

/// Words in the names of events that only an upgrade has that was ordered.
const UPGRADE: [&str; 4] = ["predownload", "activation", "release_", "swap"];

/// A log with the place of each line in what was read.
pub(super) struct Observed {
    /// The lines, as they are compared.
    pub(super) logs: Vec<Log>,
    /// For each log and line, the index among the lines that were read.
    pub(super) places: Vec<Vec<usize>>,
    /// For each log, how the last attempt ends that it shows to its end.
    pub(super) outcomes: Vec<Option<Outcome>>,
    /// True if some line is of an upgrade that was ordered: of a predownload, an activation, or the controller's own image.
    pub(super) upgrades: bool,
}

impl Observed {
    /// Takes what was read apart by speaker.
    pub(super) fn of(read: &Read) -> Self {
        let mut logs: Vec<Log> = Vec::new();
        for speaker in &read.speakers {
            let file = &read.files[speaker.file];
            let of_several = speaker.clock.map(|number| format!("{file}, access point {}", number + 1));
            let name = speaker.host.clone().or(of_several).unwrap_or_else(|| file.clone());
            logs.push(Log { speaker: word(speaker.role).to_owned(), name, lines: Vec::new() });
        }
        let mut places = vec![Vec::new(); logs.len()];
        let mut outcomes = vec![None; logs.len()];
        for (index, line) in read.lines.iter().enumerate() {
            logs[line.speaker].lines.push(said(line));
            places[line.speaker].push(index);
            let last = &mut outcomes[line.speaker];
            *last = line.reading.first().outcome.or(*last);
        }
        let upgrades = read.lines.iter().any(is_of_upgrade);
        Self { logs, places, outcomes, upgrades }
    }
}

/// Returns true for a line that only an upgrade has that was ordered: the event says so, the image is for the other partition alone (`IsPre 1`
/// on a console), or the controller fetches its own image.
fn is_of_upgrade(line: &ReadLine) -> bool {
    let told = &line.reading.first().told;
    let of_controller = |told: &Told| match told {
        Told::Value(serde_json::Value::String(url)) => url.rsplit('/').next() == Some(CONTROLLER_FILE),
        _ => false,
    };
    UPGRADE.iter().any(|word| line.reading.kind().contains(word))
        || told.get("predownload") == Some(&Told::Value(true.into()))
        || told.get("url").is_some_and(of_controller)
}

/// Returns the noun for a kind of speaker, as it stands in sentences.
pub(super) fn word(role: Role) -> &'static str {
    match role {
        Role::AccessPoint => "access point",
        Role::Controller => "controller",
        Role::TftpdHpa => "tftpd-hpa",
        Role::Tftpd64 => "Tftpd64",
        Role::OpenSsh => "OpenSSH",
    }
}

fn said(line: &ReadLine) -> Said {
    let others = line.reading.candidates.iter().skip(1).map(reading).collect();
    Said::new(reading(line.reading.first()), others, line.since)
}

fn reading(candidate: &Candidate) -> Reading {
    Reading { kind: format!("{} {}", candidate.kind, candidate.line), values: values(candidate) }
}

fn values(candidate: &Candidate) -> Vec<(String, Value)> {
    let mut values: Vec<(String, Value)> =
        candidate.told.iter().map(|(path, told)| (path.clone(), value(path, told))).collect();
    for (path, told) in &candidate.told {
        if let Told::Value(serde_json::Value::String(text)) | Told::Beginning(text) = told {
            let is_whole = matches!(told, Told::Value(_));
            values.extend(parts(text, is_whole).map(|(part, value)| (format!("{path}.{part}"), value)));
        }
    }
    values
}

/// Returns the parts of a URL or a path: the protocol, which is the same whatever the hosts are called, the host and the file.
fn parts(text: &str, is_whole: bool) -> impl Iterator<Item = (&'static str, Value)> {
    let (protocol, rest) =
        text.split_once("://").map_or((None, text), |(protocol, rest)| (Some(protocol), rest));
    let host = protocol.and(rest.split_once('/')).map(|(host, _)| host.rsplit('@').next().unwrap_or(host));
    let file = rest.rsplit_once('/').map(|(_, file)| file).filter(|file| is_whole && !file.is_empty());
    let name = |text: &str| Value::Name(text.to_owned());
    let parts = [
        ("protocol", protocol.map(|protocol| Value::Word(protocol.to_owned()))),
        ("host", host.map(name)),
        ("file", file.map(name)),
    ];
    parts.into_iter().filter_map(|(part, value)| Some((part, value?)))
}

/// Says how a value is compared.
fn value(path: &str, told: &Told) -> Value {
    let field = path.rsplit('.').next().unwrap_or(path);
    match told {
        Told::Address(address) => Value::Name(address.to_string()),
        Told::BaseRadio(mac) => Value::Name(mac.to_string()),
        // A port, a part of a value, or a rounded one.
        Told::Port(_) | Told::Beginning(_) | Told::Between(..) | Told::Low16(_) => Value::Free,
        Told::Value(serde_json::Value::String(text)) if is_name(field, text) => Value::Name(text.clone()),
        Told::Value(serde_json::Value::String(text)) => Value::Word(text.clone()),
        Told::Value(serde_json::Value::Number(number)) if RESULTS.contains(&field) => {
            Value::Word(number.to_string())
        }
        Told::Value(serde_json::Value::Number(_)) => Value::Free,
        Told::Value(other) => Value::Word(other.to_string()),
    }
}

fn is_name(field: &str, text: &str) -> bool {
    let is_address =
        || text.parse::<std::net::IpAddr>().is_ok() || text.parse::<std::net::SocketAddr>().is_ok();
    NAMES.contains(&field)
        || text.contains('/')
        || is_address()
        || MacAddress::parse(text).is_some()
        || text.parse::<Version>().is_ok()
}

/// Returns how many lines each kind of speaker printed.
pub(super) fn counts(logs: &[Log]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for log in logs {
        *counts.entry(log.speaker.as_str()).or_default() += log.lines.len();
    }
    counts
}
