//! The kinds of values in event fields, as far as records and event patterns need them.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use text::{MacAddress, Version};

use crate::EventField;

/// The kind of value that an event field has in a record. Displays as a reader of the records would call it.
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
    /// One of a few words, in small letters.
    Word,
    /// A structure, or a word for a value without one.
    Structure,
    /// Two numbers.
    Numbers,
    /// A list of pairs of texts.
    Pairs,
    /// A structure with these fields.
    Fields(&'static [EventField]),
    /// The same kind, or none.
    Optional(&'static Self),
}

/// A type that a field of an event can have.
pub trait FieldType {
    /// The kind of its values.
    const KIND: FieldKind;
}

impl FieldKind {
    /// Returns true if it is one of a few words, in small letters.
    pub fn is_word(self) -> bool {
        match self {
            Self::Optional(inner) => inner.is_word(),
            kind => kind == Self::Word,
        }
    }

    /// Returns true if it is a single value without structure.
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

/// Implements [`FieldType`] for types: `field_types! { Word: State, Partition }`.
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
