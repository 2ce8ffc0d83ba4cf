//! Text on the wire: UTF-8 by the standard, any bytes in practice.

use bytes::BytesMut;
use text::WireText as Text;

use super::value::Value;
use crate::Error;
use crate::wire::Reader;

/// The rest of the value.
impl Value for Text {
    fn length(&self) -> usize {
        self.as_bytes().len()
    }

    fn write(&self, buffer: &mut BytesMut) {
        buffer.extend_from_slice(self.as_bytes());
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        Ok(Self::new(reader.rest()))
    }
}
