//! Numbers with names: the values of elements, and those inside of them.

use bytes::{BufMut, BytesMut};

use super::value::Value;
use crate::Error;
use crate::wire::Reader;

macro_rules! numbers {
    ($(#[$doc:meta])* $name:ident: $repr:ty { $($(#[$variant_doc:meta])* $variant:ident = $number:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// Any other number.
            Other($repr),
        }

        impl From<$repr> for $name {
            fn from(number: $repr) -> Self {
                match number {
                    $($number => Self::$variant,)*
                    other => Self::Other(other),
                }
            }
        }

        impl From<$name> for $repr {
            fn from(value: $name) -> Self {
                match value {
                    $($name::$variant => $number,)*
                    $name::Other(number) => number,
                }
            }
        }

        impl Value for $name {
            fn length(&self) -> usize {
                size_of::<$repr>()
            }

            fn write(&self, buffer: &mut BytesMut) {
                <$repr>::from(*self).write(buffer);
            }

            fn parse(reader: &mut Reader) -> Result<Self, Error> {
                <$repr>::parse(reader).map(Self::from)
            }
        }
    };
}

numbers! {
    /// Element 33, Result Code (RFC 5415, 4.6.35).
    ResultCode: u32 {
        /// Success.
        Success = 0,
        /// Failure; the AC List element is present.
        Failure = 1,
        /// Success, but the access point is behind a NAT.
        SuccessNat = 2,
        /// Join refused, unspecified.
        JoinFailure = 3,
        /// Join refused, no resources.
        JoinResourceDepletion = 4,
        /// Join refused, unknown source.
        JoinUnknownSource = 5,
        /// Join refused, incorrect data.
        JoinIncorrectData = 6,
        /// Join refused, session ID in use.
        JoinSessionIdInUse = 7,
        /// Join refused, hardware not supported.
        JoinHardwareNotSupported = 8,
        /// Join refused, binding not supported.
        JoinBindingNotSupported = 9,
        /// Reset failed, unable to reset.
        ResetUnable = 10,
        /// Reset failed, firmware write error.
        ResetFirmwareWriteError = 11,
        /// Configuration failed, service provided anyhow.
        ConfigurationServiceProvided = 12,
        /// Configuration failed, service not provided.
        ConfigurationServiceNotProvided = 13,
        /// Image data: invalid checksum.
        ImageDataInvalidChecksum = 14,
        /// Image data: invalid data length.
        ImageDataInvalidLength = 15,
        /// Image data: other error.
        ImageDataOtherError = 16,
        /// Image data: the image is already present.
        ImageDataAlreadyPresent = 17,
        /// The message is not expected in this state.
        MessageUnexpected = 18,
        /// The request is unknown.
        UnrecognizedRequest = 19,
        /// A mandatory element is missing.
        MissingMandatoryElement = 20,
        /// An element is unknown.
        UnrecognizedElement = 21,
        /// The data transfer has nothing to transfer.
        DataTransferNoInformation = 22,
    }
}

numbers! {
    /// Element 20, Discovery Type (RFC 5415, 4.6.21).
    DiscoveryType: u8 {
        /// `UNKNOWN(0)` on AP consoles.
        Unknown = 0,
        /// `STATIC_CONFIG(1)` on AP consoles.
        StaticConfiguration = 1,
        /// DHCP option 43.
        Dhcp = 2,
        /// A DNS name.
        Dns = 3,
        /// Another controller.
        AcReferral = 4,
    }
}

numbers! {
    /// Element 44, WTP MAC Type (RFC 5415, 4.6.44).
    WtpMacType: u8 {
        /// Local MAC only.
        Local = 0,
        /// Split MAC only.
        Split = 1,
        /// Either.
        Both = 2,
    }
}

numbers! {
    /// Element 53, ECN Support (RFC 5415, 4.6.25).
    EcnSupport: u8 {
        /// Limited.
        Limited = 0,
        /// Full and limited.
        Full = 1,
    }
}

numbers! {
    /// The state of a radio: elements 31 and 32 (RFC 5415, 4.6.33, 4.6.34); in element 40 (4.6.42), fallback of the access point
    /// to its primary controller.
    State: u8 {
        /// Yes.
        Enabled = 1,
        /// No.
        Disabled = 2,
    }
}

numbers! {
    /// The reason why a radio does not work (RFC 5415, 4.6.34).
    OperationalCause: u8 {
        /// It works.
        Normal = 0,
        /// The radio failed.
        RadioFailure = 1,
        /// The software failed.
        SoftwareFailure = 2,
        /// It is disabled.
        AdministrativelySet = 3,
    }
}

numbers! {
    /// The reason why an element is returned (RFC 5415, 4.6.36).
    ReturnReason: u8 {
        /// Its type is unknown.
        UnknownElement = 1,
        /// Its type is not supported.
        UnsupportedElement = 2,
        /// Its value is unknown.
        UnknownValue = 3,
        /// Its value is not supported.
        UnsupportedValue = 4,
    }
}

numbers! {
    /// Element 51, CAPWAP Transport Protocol: the transport of the data channel (RFC 5415, 4.6.14).
    TransportProtocol: u8 {
        /// UDP-Lite, over IPv6 only.
        UdpLite = 1,
        /// UDP.
        Udp = 2,
    }
}

numbers! {
    /// Element 14, Data Transfer Mode: the data that is transferred for debugging (RFC 5415, 4.6.16).
    DataTransferMode: u8 {
        /// The AP's crash data.
        CrashData = 1,
        /// The AP's memory.
        MemoryDump = 2,
    }
}

numbers! {
    /// The kind of a block of a data transfer (RFC 5415, 4.6.15).
    DataTransferKind: u8 {
        /// Data, with more to come.
        Data = 1,
        /// The last data.
        Last = 2,
        /// The sender gives up.
        Error = 5,
    }
}

impl ResultCode {
    /// Returns true if the request succeeded.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Success | Self::SuccessNat)
    }
}

/// Bits of element 41, WTP Frame Tunnel Mode (RFC 5415, 4.6.43).
pub mod tunnel_mode {
    /// Local bridging.
    pub const LOCAL: u8 = 2;
    /// 802.3 frames.
    pub const ETHERNET: u8 = 4;
    /// Native frames.
    pub const NATIVE: u8 = 8;
}

/// Element 35, Session ID (RFC 5415, 4.6.37).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub [u8; 16]);

impl SessionId {
    pub(crate) const LENGTH: usize = 16;
}

impl Value for SessionId {
    fn length(&self) -> usize {
        Self::LENGTH
    }

    fn write(&self, buffer: &mut BytesMut) {
        buffer.put_slice(&self.0);
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        reader.array().map(Self)
    }
}
