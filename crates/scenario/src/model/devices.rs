//! Servers, the controller, access points.

use std::fmt;
use std::net::IpAddr;

use catalogue::Dialect;
use image::Version;

use crate::model::FlashSetup;
use crate::source::Span;

/// A device's or server's configuration, and where each line of it stands.
#[derive(Clone)]
pub struct ConfigText {
    /// The text, without the scenario's indentation.
    pub text: String,
    pub(crate) span: Span,
    pub(crate) lines: Vec<Span>,
    /// Whether a line is written with parameters, so that its columns are not those of the text.
    pub(crate) inexact: Vec<bool>,
}

/// Not the text, which may hold passwords.
impl fmt::Debug for ConfigText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigText").field("span", &self.span).finish_non_exhaustive()
    }
}

impl ConfigText {
    /// Where the whole stands.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Where a line stands, `line` counting from 1; the whole where lines cannot be told apart (folded or quoted YAML).
    pub fn line_span(&self, line: usize) -> Span {
        line.checked_sub(1).and_then(|index| self.lines.get(index)).copied().unwrap_or(self.span)
    }

    /// Where bytes `columns` of a line stand, `line` counting from 1, `columns` from 0.
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
    /// As written: `C9120AXI`.
    pub model: String,
    /// The AP image it runs itself, and can hand out without a server.
    pub image_type: String,
    /// Its address.
    pub address: IpAddr,
    /// The image set it runs: a key into [`Scenario::images`](crate::Scenario::images).
    pub running: String,
    /// Of its access point.
    pub mac: MacAddress,
    /// IOS-XE configuration.
    pub config: Option<ConfigText>,
    /// Image types that are staged in `ap_images:` from the start.
    pub images: Vec<String>,
    /// Where the scenario names it.
    pub span: Span,
}

/// An access point.
#[derive(Debug, Clone)]
pub struct AccessPoint {
    /// Its host name; `branch-3` for the third of a group `branch`.
    pub name: String,
    /// The counted group it belongs to.
    pub group: Option<String>,
    /// As written: `C9105AXI`.
    pub model: String,
    /// The image file it runs: `ap1g8`.
    pub image_type: String,
    /// The word upgrade.sh prints after "on".
    pub platform: String,
    /// Its address; in a group the first one's plus its index.
    pub address: IpAddr,
    /// As written, or made from the address.
    pub mac: MacAddress,
    /// In its active partition.
    pub running: Version,
    /// In the other one.
    pub backup: Option<Version>,
    /// Its hardware revision, where it is written: `V05`.
    pub hardware: Option<String>,
    /// The day it was made, where it is written: `2014-09-15`.
    pub made: Option<String>,
    /// What its console prints: as written, or by its version.
    pub console: Dialect,
    /// The controller that it joins, by index into [`Scenario::controllers`](crate::Scenario::controllers).
    pub controller: usize,
    /// What its flash is like.
    pub flash: FlashSetup,
    /// Where the scenario names it.
    pub span: Span,
}

/// An Ethernet address; prints as `6c41.0e16.e79c`, as Cisco does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MacAddress(pub [u8; 6]);

impl MacAddress {
    /// A locally administered address made from an IP address, so that it is unique and the same in each run.
    pub fn from_address(address: IpAddr) -> Self {
        let [.., a, b, c, d] = match address {
            IpAddr::V4(v4) => v4.octets(),
            IpAddr::V6(v6) => {
                let [.., a, b, c, d] = v6.octets();
                [a, b, c, d]
            }
        };
        Self([0x02, 0x00, a, b, c, d])
    }

    /// The address `count` after this one; beyond the last it starts again.
    pub(crate) fn plus(self, count: u64) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [_, _, a, b, c, d, e, f] =
            u64::from_be_bytes([0, 0, a, b, c, d, e, f]).wrapping_add(count).to_be_bytes();
        Self([a, b, c, d, e, f])
    }

    /// Reads `6c41.0e16.e79c`, `6c:41:0e:16:e7:9c` or `6c-41-0e-16-e7-9c`.
    pub fn parse(text: &str) -> Option<Self> {
        let separators_stand_right =
            [(4, '.', 3), (2, ':', 6), (2, '-', 6)].iter().any(|(length, separator, count)| {
                text.split(*separator).count() == *count
                    && text.split(*separator).all(|part| part.len() == *length)
            });
        let digits: Vec<u8> = text
            .chars()
            .filter_map(|c| c.to_digit(16))
            .map(|digit| u8::try_from(digit).expect("below 16"))
            .collect();
        if !separators_stand_right || digits.len() != 12 {
            return None;
        }
        let mut bytes = [0; 6];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair[0] << 4 | pair[1];
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}{b:02x}.{c:02x}{d:02x}.{e:02x}{g:02x}")
    }
}

impl fmt::Debug for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::MacAddress;

    #[test]
    fn mac_addresses_in_three_notations() {
        let mac = MacAddress([0x6c, 0x41, 0x0e, 0x16, 0xe7, 0x9c]);
        for text in ["6c41.0e16.e79c", "6C:41:0E:16:E7:9C", "6c-41-0e-16-e7-9c"] {
            assert_eq!(MacAddress::parse(text), Some(mac), "{text}");
        }
        for text in
            ["", "6c410e16e79c", "6c41.0e16.e79", "6c41.0e16.e79g", "6c:41:0e:16:e7", "é6:41:0e:16:e7:9c"]
        {
            assert_eq!(MacAddress::parse(text), None, "{text}");
        }
        assert_eq!(mac.to_string(), "6c41.0e16.e79c");
    }
}
