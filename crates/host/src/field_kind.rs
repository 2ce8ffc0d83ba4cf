//! What fields of events hold, as far as records and patterns of events need to know.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use text::{MacAddress, Version};

use crate::EventField;

/// What a field of an event holds in a record. Displays as a reader of the records would call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// True or false.
    Flag,
    /// A number.
    Number,
    /// Any text.
    Text,
    /// An IP address.
    Address,
    /// An IP address and a port.
    Endpoint,
    /// A MAC address.
    MacAddress,
    /// A version of software.
    Version,
    /// One word of a few, in small letters.
    Word,
    /// Something with an inside, or a word where there is none.
    Structure,
    /// Two numbers.
    Numbers,
    /// A list of pairs of texts.
    Pairs,
    /// A structure with these fields.
    Fields(&'static [EventField]),
    /// The same, or none.
    Optional(&'static Self),
}

/// A type that a field of an event can have.
pub trait FieldType {
    /// What it holds.
    const KIND: FieldKind;
}

impl FieldKind {
    /// Whether it is one word of a few, in small letters.
    pub fn is_word(self) -> bool {
        match self {
            Self::Optional(inner) => inner.is_word(),
            kind => kind == Self::Word,
        }
    }

    /// Whether it is one value, which has nothing inside.
    pub fn is_plain(self) -> bool {
        match self {
            Self::Optional(inner) => inner.is_plain(),
            Self::Structure | Self::Numbers | Self::Pairs | Self::Fields(_) => false,
            Self::Flag
            | Self::Number
            | Self::Text
            | Self::Address
            | Self::Endpoint
            | Self::MacAddress
            | Self::Version
            | Self::Word => true,
        }
    }
}

impl fmt::Display for FieldKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "true or false",
            Self::Number => "number",
            Self::Text => "text",
            Self::Address => "address",
            Self::Endpoint => "address and port",
            Self::MacAddress => "MAC address",
            Self::Version => "version",
            Self::Word | Self::Structure | Self::Fields(_) => "word",
            Self::Numbers => "two numbers",
            Self::Pairs => "list of pairs",
            Self::Optional(inner) => return write!(f, "{inner} or none"),
        })
    }
}

/// Says what types hold: `field_types! { Word: State, Partition }`.
#[macro_export]
macro_rules! field_types {
    ($($kind:ident: $($name:ty),+;)+) => {
        $($(
            impl $crate::FieldType for $name {
                const KIND: $crate::FieldKind = $crate::FieldKind::$kind;
            }
        )+)+
    };
}

field_types! {
    Flag: bool;
    Number: u8, u16, u32, u64, usize, i32;
    Text: String, &'static str;
    Address: Ipv4Addr;
    Endpoint: SocketAddr;
    MacAddress: MacAddress;
    Version: Version;
    Numbers: (u32, u32);
    Pairs: Vec<(String, String)>;
}

impl<T: FieldType> FieldType for Option<T> {
    const KIND: FieldKind = FieldKind::Optional(&T::KIND);
}
