//! The elements that describe radios.

use bytes::BytesMut;

use super::value::{Value, fields};
use super::{OperationalCause, State};
use crate::Error;
use crate::wire::Reader;

/// Bits of a radio's type (RFC 5416, 6.25).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RadioType(pub u32);

impl RadioType {
    /// 2.4 GHz: 802.11b, g and n.
    pub const BGN: Self = Self(0b1101);
    /// 5 GHz: 802.11a and n.
    pub const AN: Self = Self(0b1010);
}

impl Value for RadioType {
    fn length(&self) -> usize {
        4
    }

    fn write(&self, buffer: &mut BytesMut) {
        self.0.write(buffer);
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        reader.u32().map(Self)
    }
}

fields! {
    /// Element 1048, WTP Radio Information (RFC 5416, 6.25).
    #[derive(Copy)]
    WtpRadioInformation {
        /// The radio, 1..=31.
        radio_id: u8,
        /// The type of the radio.
        radio_type: RadioType,
    }
}

fields! {
    /// Element 31, Radio Administrative State (RFC 5415, 4.6.33).
    #[derive(Copy)]
    RadioAdministrativeState {
        /// The radio, 1..=31, or 255 for the whole AP.
        radio_id: u8,
        /// The configured state.
        state: State,
    }
}

fields! {
    /// Element 32, Radio Operational State (RFC 5415, 4.6.34).
    #[derive(Copy)]
    RadioOperationalState {
        /// The radio, 1..=31.
        radio_id: u8,
        /// The actual state.
        state: State,
        /// The reason for that state.
        cause: OperationalCause,
    }
}

fields! {
    /// Element 16, Decryption Error Report Period (RFC 5415, 4.6.18).
    #[derive(Copy)]
    DecryptionErrorReportPeriod {
        /// The radio, 1..=31.
        radio_id: u8,
        /// The interval between reports, in seconds.
        interval_s: u16,
    }
}

fields! {
    /// Element 47, WTP Radio Statistics (RFC 5415, 4.6.46). Counters wrap.
    #[derive(Copy, Default)]
    WtpRadioStatistics {
        /// The radio, 1..=31.
        radio_id: u8,
        /// The last failure: 0 not supported, 1 software, 2 hardware, 3 other, 255 unknown.
        last_failure: u8,
        /// The total number of resets.
        resets: u16,
        /// Resets for software reasons.
        software_failures: u16,
        /// Resets for hardware reasons.
        hardware_failures: u16,
        /// Resets for other reasons.
        other_failures: u16,
        /// Resets for unknown reasons.
        unknown_failures: u16,
        /// Changes of the configuration.
        configuration_updates: u16,
        /// Changes of the channel.
        channel_changes: u16,
        /// Changes of the band.
        band_changes: u16,
        /// Noise floor, in dBm.
        noise_floor_dbm: i16,
    }
}
