//! The outputs of commands, one reader each. A reader gets the lines of one output, and passes on what it does not understand.

mod ap_version;
mod cdp;
mod chassis;
mod clock;
mod ewc_ap;
mod general;
mod image;
mod install;
mod inventory;
mod joins;
mod status;
mod summary;
mod tags;
mod uptime;
mod version;

use std::collections::BTreeMap;
use std::ops::Range;

use ::text::MacAddress;
use ::text::secrets::in_config_lines;

use crate::network::Network;
use crate::place::Place;
use crate::terminal::kind::Kind;
use crate::terminal::prompt::At;
use crate::terminal::table::{self, Shape, Table};
use crate::terminal::{Line, Log, Section, is_rule, squeezed};
use crate::{config, listings, servers};

/// Reads one section of a log.
pub(crate) fn read(network: &mut Network, file: usize, log: &Log, section: &Section) {
    let Some(kind) = section.kind else {
        unknown(network, file, section);
        return;
    };
    let mut of = Of { network, file, width: log.width, section };
    let read: fn(&mut Of<'_>) -> bool = match kind {
        Kind::ApSummary => summary::read,
        Kind::ApImage => image::read,
        Kind::ApGeneral => general::read,
        Kind::ApUptime => uptime::read,
        Kind::ApStatus => status::read,
        Kind::ApTags => tags::read,
        Kind::ApCdp => cdp::read,
        Kind::ApJoins => joins::read,
        Kind::ImageFiles => ewc_ap::image_files,
        Kind::EwcProgress => ewc_ap::progress,
        Kind::EwcPredownload => ewc_ap::predownload,
        Kind::EwcRedundancy => ewc_ap::redundancy,
        Kind::ImageDownload => ewc_ap::image_download,
        Kind::Version => version::read,
        Kind::ApVersion => ap_version::read,
        Kind::Inventory => inventory::read,
        Kind::Install => install::read,
        Kind::Chassis => chassis::read,
        Kind::Clock => clock::read,
        Kind::Config => config::read,
        Kind::Listing => listings::read,
        Kind::TftpdHpa | Kind::Tftpd32 | Kind::Sshd => servers::read,
    };
    if read(&mut of) {
        of.network.outputs += 1;
        of.name_controller(kind);
    }
}

/// Lists the lines of a section of which no kind is known. A private key in them takes several lines.
fn unknown(network: &mut Network, file: usize, section: &Section) {
    let text: String = section.lines.iter().map(|line| format!("{}\n", line.text)).collect();
    let secrets: BTreeMap<usize, Range<usize>> = in_config_lines(&text).collect();
    for (index, line) in section.lines.iter().enumerate() {
        if line.text.starts_with('!') || is_rule(&line.text) {
            continue;
        }
        let shown = match secrets.get(&index) {
            Some(secret) => format!("{}*****{}", &line.text[..secret.start], &line.text[secret.end..]),
            None => line.text.clone(),
        };
        network.unread(Place { file, line: line.number }, &shown);
    }
}

/// An output, and the network that it is read into.
pub(crate) struct Of<'a> {
    pub(crate) network: &'a mut Network,
    pub(crate) file: usize,
    pub(crate) width: usize,
    pub(crate) section: &'a Section,
}

impl Of<'_> {
    pub(crate) fn at(&self, line: usize) -> Place {
        Place { file: self.file, line }
    }

    /// Notes a line as not understood.
    pub(crate) fn unread(&mut self, line: &Line) {
        let at = self.at(line.number);
        self.network.unread(at, &line.text);
    }

    /// Reads the table, and checks the count in front of it. What is neither is passed on.
    fn table(&mut self, shape: &Shape, count: &str) -> Table {
        let mut table = table::read(self.section, self.width, shape);
        let mut counted = None;
        table.others.retain(|line| match count_of(&line.text, count) {
            Some(number) => {
                counted.get_or_insert((line.number, number));
                false
            }
            None => true,
        });
        if let Some((line, number)) = counted
            && number != table.rows.len() as u64
        {
            let at = self.at(line);
            let message = format!("`{count}` is {number}, and {} rows follow", table.rows.len());
            self.network.warn(Some(at), message);
        }
        table
    }

    /// Notes all these lines as not understood.
    fn rest(&mut self, lines: &[Line]) {
        for line in lines {
            if !is_rule(&line.text) && !line.text.starts_with("CC = ") && !line.text.starts_with("RD = ") {
                self.unread(line);
            }
        }
    }

    /// Takes the name in the prompt of an output that only a controller prints.
    fn name_controller(&mut self, kind: Kind) {
        let of_controller = matches!(
            kind,
            Kind::ApSummary
                | Kind::ApImage
                | Kind::ApGeneral
                | Kind::ApUptime
                | Kind::ApJoins
                | Kind::EwcPredownload
                | Kind::ImageDownload
                | Kind::Config
        );
        let typed = self.section.typed.as_ref().filter(|typed| of_controller && typed.at != At::Shell);
        let Some(host) = typed.and_then(|typed| typed.host.clone()) else { return };
        let Some(line) = self.section.lines.first().map(|line| line.number) else { return };
        let at = self.at(line);
        let name = &mut self.network.controller.name;
        let clash = crate::network::set(name, host.clone(), at);
        crate::network::conflict(self.network, &host, "the name of the controller", at, clash);
    }
}

/// Reads `Number of APs: 5`.
fn count_of(line: &str, label: &str) -> Option<u64> {
    let squeezed = squeezed(line);
    let rest = squeezed.strip_prefix(label)?.trim_start().strip_prefix(':')?;
    rest.trim().parse().ok()
}

/// Reads `label : value`, the label without blanks at its ends.
fn labelled(line: &str) -> Option<(&str, &str)> {
    let (label, value) =
        line.split_once(" :").or_else(|| line.split_once(": ")).or_else(|| line.split_once(':'))?;
    Some((label.trim(), value.trim()))
}

fn is_mac(word: &str) -> bool {
    MacAddress::parse(word).is_some()
}

/// Returns true for the beginning of an Ethernet address, where a line was cut.
fn may_be_mac(word: &str) -> bool {
    word.len() <= 14 && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'.')
}
