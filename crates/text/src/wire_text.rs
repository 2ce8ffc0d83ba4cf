//! The strings of packets: bytes in an unknown encoding.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

/// A string from a packet: a name, a path, a message. It shares the packet's memory and is cheap to clone.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WireText(Bytes);

impl WireText {
    /// Creates the string of these bytes.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self(bytes.into())
    }

    /// Returns the part before the first NUL, which ends a string of TFTP.
    pub fn until_nul(mut self) -> Self {
        if let Some(end) = self.0.iter().position(|&byte| byte == 0) {
            self.0.truncate(end);
        }
        self
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the string, if it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Returns the string, with U+FFFD for bytes that are not UTF-8.
    pub fn to_str(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// Returns true if it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares while ignoring the case of ASCII letters, as for names of TFTP options and modes (RFC 1350, section 5;
    /// RFC 2347).
    pub fn eq_ignore_ascii_case(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other.as_bytes())
    }

    /// Returns the value of a string of decimal digits, and of nothing else.
    pub fn number(&self) -> Option<u64> {
        let digits = !self.is_empty() && self.0.iter().all(u8::is_ascii_digit);
        if digits { self.as_str()?.parse().ok() } else { None }
    }
}

impl From<Bytes> for WireText {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<&str> for WireText {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl From<String> for WireText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl PartialEq<str> for WireText {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for WireText {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

/// Shows bytes that are not UTF-8 as U+FFFD.
impl fmt::Display for WireText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_str())
    }
}

impl fmt::Debug for WireText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_str(), f)
    }
}
