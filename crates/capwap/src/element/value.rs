//! Values and their parts: they have a length, are written and are parsed. Structs that are a sequence of parts get all
//! three from [`fields!`](crate::element::value::fields).

use std::net::{Ipv4Addr, Ipv6Addr};

use bytes::{BufMut, Bytes, BytesMut};

use crate::Error;
use crate::wire::Reader;

/// A part of an element's value.
pub(crate) trait Value: Sized {
    /// Returns the number of bytes on the wire.
    fn length(&self) -> usize;
    /// Writes exactly [`Value::length`] bytes.
    fn write(&self, buffer: &mut BytesMut);
    /// Reads the bytes that [`Value::write`] writes.
    fn parse(reader: &mut Reader) -> Result<Self, Error>;
}

/// Defines a struct whose value is its fields, one after the other.
macro_rules! fields {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl crate::element::value::Value for $name {
            fn length(&self) -> usize {
                0 $(+ crate::element::value::Value::length(&self.$field))*
            }

            fn write(&self, buffer: &mut bytes::BytesMut) {
                $(crate::element::value::Value::write(&self.$field, buffer);)*
            }

            fn parse(reader: &mut crate::wire::Reader) -> Result<Self, crate::Error> {
                Ok(Self { $($field: crate::element::value::Value::parse(reader)?,)* })
            }
        }
    };
}

pub(crate) use fields;

macro_rules! integers {
    ($($type:ident: $put:ident,)*) => {
        $(impl Value for $type {
            fn length(&self) -> usize {
                size_of::<Self>()
            }

            fn write(&self, buffer: &mut BytesMut) {
                buffer.$put(*self);
            }

            fn parse(reader: &mut Reader) -> Result<Self, Error> {
                reader.$type()
            }
        })*
    };
}

integers! { u8: put_u8, u16: put_u16, u32: put_u32, }

impl Value for i16 {
    fn length(&self) -> usize {
        2
    }

    fn write(&self, buffer: &mut BytesMut) {
        buffer.put_i16(*self);
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        reader.array().map(Self::from_be_bytes)
    }
}

impl<const N: usize> Value for [u8; N] {
    fn length(&self) -> usize {
        N
    }

    fn write(&self, buffer: &mut BytesMut) {
        buffer.put_slice(self);
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        reader.array()
    }
}

impl Value for Ipv4Addr {
    fn length(&self) -> usize {
        4
    }

    fn write(&self, buffer: &mut BytesMut) {
        buffer.put_slice(&self.octets());
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        reader.array::<4>().map(Self::from)
    }
}

impl Value for Ipv6Addr {
    fn length(&self) -> usize {
        16
    }

    fn write(&self, buffer: &mut BytesMut) {
        buffer.put_slice(&self.octets());
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        reader.array::<16>().map(Self::from)
    }
}

/// The rest of the value.
impl Value for Bytes {
    fn length(&self) -> usize {
        self.len()
    }

    fn write(&self, buffer: &mut BytesMut) {
        buffer.put_slice(self);
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        Ok(reader.rest())
    }
}

/// Lists with as many items as the value has room for.
macro_rules! lists {
    ($($type:ty,)*) => {
        $(impl Value for Vec<$type> {
            fn length(&self) -> usize {
                self.iter().map(Value::length).sum()
            }

            fn write(&self, buffer: &mut BytesMut) {
                self.iter().for_each(|part| part.write(buffer));
            }

            fn parse(reader: &mut Reader) -> Result<Self, Error> {
                let mut parts = Vec::new();
                while !reader.is_empty() {
                    parts.push(Value::parse(reader)?);
                }
                Ok(parts)
            }
        })*
    };
}

pub(crate) use lists;

lists! { Ipv4Addr, Ipv6Addr, }
