//! Servers, the controller, access points.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use catalogue::Dialect;
use image::Version;
use text::MacAddress;

use crate::model::FlashSetup;
use crate::source::Span;

/// The configuration of a device or server, and the places of its lines.
#[derive(Clone)]
pub struct ConfigText {
    /// The text, without the scenario's indentation.
    pub text: String,
    pub(crate) span: Span,
    /// True if it is a file of its own, all of it.
    pub(crate) is_file: bool,
    pub(crate) lines: Vec<Span>,
    /// True for lines written with parameters, whose columns differ from those of the text.
    pub(crate) inexact: Vec<bool>,
}

/// Omits the text, which may hold passwords.
impl fmt::Debug for ConfigText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigText").field("span", &self.span).finish_non_exhaustive()
    }
}

impl ConfigText {
    /// Makes a text that no one has written, for the host at `span`.
    pub fn unwritten(text: &str, span: Span) -> Self {
        Self { text: text.to_owned(), span, is_file: false, lines: Vec::new(), inexact: Vec::new() }
    }

    /// Returns several texts as one, a line end behind each that lacks it, and the range of each in it.
    #[must_use]
    pub fn joined<'a>(
        first: &'a Self,
        others: impl IntoIterator<Item = &'a Self>,
    ) -> (Self, Vec<std::ops::Range<usize>>) {
        let mut ranges = Vec::new();
        let mut all = Self { text: String::new(), lines: Vec::new(), inexact: Vec::new(), ..first.clone() };
        for text in std::iter::once(first).chain(others) {
            let start = all.text.len();
            all.text.push_str(&text.text);
            if !text.text.is_empty() && !text.text.ends_with('\n') {
                all.text.push('\n');
            }
            let count = text.text.lines().count();
            all.lines.extend((1..=count).map(|line| text.line_span(line)));
            all.inexact.extend(
                (0..count).map(|index| text.inexact.get(index).copied().unwrap_or(text.lines.is_empty())),
            );
            ranges.push(start..all.text.len());
        }
        (all, ranges)
    }

    /// Returns the place of the whole.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Returns the place of a line, counting from 1; the whole if lines cannot be told apart (folded or quoted YAML).
    pub fn line_span(&self, line: usize) -> Span {
        line.checked_sub(1).and_then(|index| self.lines.get(index)).copied().unwrap_or(self.span)
    }

    /// Returns the place of the bytes `columns` of a line; `line` counts from 1, `columns` from 0.
    pub fn part_span(&self, line: usize, columns: std::ops::Range<usize>) -> Span {
        let whole = self.line_span(line);
        let length = (whole.end - whole.start) as usize;
        let inexact = line.checked_sub(1).and_then(|index| self.inexact.get(index)).copied();
        if inexact == Some(true) || whole == self.span || columns.start > columns.end || columns.end > length
        {
            return whole;
        }
        let start = whole.start as usize;
        Span::new(whole.file, start + columns.start..start + columns.end)
    }
}

/// The embedded wireless controller.
#[derive(Debug, Clone)]
pub struct Controller {
    /// Its host name.
    pub name: String,
    /// Its model as written: `C9120AXI`.
    pub model: String,
    /// The AP image it runs itself, and can serve without a server.
    pub image_type: String,
    /// Its address.
    pub address: IpAddr,
    /// The image set it runs: a key into [`Scenario::images`](crate::Scenario::images).
    pub running: String,
    /// The Ethernet address of its access point.
    pub mac: MacAddress,
    /// IOS-XE configuration.
    pub config: Option<ConfigText>,
    /// Image types that are staged in `ap_images:` from the start.
    pub images: Vec<String>,
    /// True if the scenario states the address of its own access point.
    pub states_own_address: bool,
    /// The place where the scenario names it.
    pub span: Span,
}

/// The type of an access point, as the command `ap-type` sets it (Cisco, EWC configuration guide 17.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApType {
    /// It is an access point and no more.
    Capwap,
    /// It can be a controller as well.
    EwcAp,
}

/// An access point.
#[derive(Debug, Clone)]
pub struct AccessPoint {
    /// Its host name; `branch-3` for the third of a group `branch`.
    pub name: String,
    /// The counted group it belongs to.
    pub group: Option<String>,
    /// Its model as written: `C9105AXI`.
    pub model: String,
    /// The image file it runs: `ap1g8`.
    pub image_type: String,
    /// The word upgrade.sh prints after "on".
    pub platform: String,
    /// Its address; in a group the first one's plus its index.
    pub address: IpAddr,
    /// Its Ethernet address, as written or derived from the IP address.
    pub mac: MacAddress,
    /// The version in its active partition.
    pub running: Version,
    /// The version in the other one.
    pub backup: Option<Version>,
    /// Its hardware revision, where it is written: `V05`.
    pub hardware: Option<String>,
    /// The day it was made, where it is written: `2014-09-15`.
    pub made: Option<String>,
    /// The time it has been up when the run starts, where it is written.
    pub uptime: Option<Duration>,
    /// The text style of its console: as written, or by its version.
    pub console: Dialect,
    /// The controller that it joins, by index into [`Scenario::controllers`](crate::Scenario::controllers).
    pub controller: usize,
    /// True if that controller runs on it: the two are one box.
    pub runs_controller: bool,
    /// Its type; that of an access point on which a controller runs is [`ApType::EwcAp`].
    pub ap_type: ApType,
    /// True if the scenario states the type.
    pub states_ap_type: bool,
    /// The state of its flash.
    pub flash: FlashSetup,
    /// The place where the scenario names it.
    pub span: Span,
}

/// An access point that is no host of the simulation: its address is one of IPv6.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsimulated {
    /// Its host name.
    pub name: String,
    /// Its model as written; empty if that is missing.
    pub model: String,
    /// Its address.
    pub address: IpAddr,
}
