//! Settings of devices: structs whose fields are facts, each declared in one row.

use std::time::Duration;

use crate::{Catalogue, Dialect, FactError, Value};

/// Declares a struct of settings that is read from the catalogue.
///
/// A row is a field, its type and the key of its fact. A field without a key is a struct of settings itself; one with
/// `const { … }` is not a fact, and has that value unless the device's user overrides it. The struct gets `from_catalogue`,
/// `keys` (the facts that it reads) and `Default` (the built-in catalogue's values).
///
/// ```
/// use std::time::Duration;
///
/// catalogue::settings! {
///     /// The behaviour of a camera.
///     pub struct Camera {
///         /// From power to the first picture.
///         pub boot: Duration = "ap.boot.duration",
///         /// The settings of its channel.
///         pub channel: catalogue::ChannelSettings,
///         /// Not a fact.
///         pub lenses: u8 = const { 2 },
///     }
/// }
/// assert_eq!(Camera::default().boot, Duration::from_secs(75));
/// assert!(Camera::keys().contains(&"capwap.window".to_owned()));
/// ```
#[macro_export]
macro_rules! settings {
    (
        $(#[$about:meta])*
        $vis:vis struct $name:ident {
            $(
                $(#[$field_about:meta])*
                $field_vis:vis $field:ident : $type:ty $(= $key:literal)? $(= const $constant:block)?
            ),* $(,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        $vis struct $name {
            $(
                $(#[$field_about])*
                $(#[doc = concat!("\n\nFact: `", $key, "`.")])?
                $field_vis $field: $type,
            )*
        }

        impl $name {
            /// Returns the values in force in `catalogue`.
            ///
            /// # Errors
            /// A fact is missing or of another kind, which the built-in catalogue excludes.
            $vis fn from_catalogue(catalogue: &$crate::Catalogue) -> Result<Self, $crate::FactError> {
                Ok(Self { $($field: $crate::settings!(@value catalogue, $type $(, $key)? $(, const $constant)?)),* })
            }

            /// Returns the keys of the facts that are read.
            $vis fn keys() -> Vec<String> {
                let mut keys = Vec::new();
                $(keys.extend($crate::settings!(@keys $type $(, $key)? $(, const $constant)?));)*
                keys
            }
        }

        impl Default for $name {
            /// Returns the values of the built-in catalogue.
            fn default() -> Self {
                Self::from_catalogue($crate::Catalogue::builtin()).expect("the built-in catalogue has every fact")
            }
        }
    };
    (@value $catalogue:ident, $type:ty) => { <$type>::from_catalogue($catalogue)? };
    (@value $catalogue:ident, $type:ty, $key:literal) => { <$type as $crate::Setting>::read($catalogue, $key)? };
    (@value $catalogue:ident, $type:ty, const $constant:block) => { $constant };
    (@keys $type:ty) => { <$type>::keys() };
    (@keys $type:ty, $key:literal) => { <$type as $crate::Setting>::keys($key) };
    (@keys $type:ty, const $constant:block) => { None::<String> };
}

/// A type that a field of [`settings!`](crate::settings) can have.
pub trait Setting: Sized {
    /// Reads the value in force. A number that the type cannot hold becomes the nearest one that it can.
    ///
    /// # Errors
    /// No such key, or a fact of another kind.
    fn read(catalogue: &Catalogue, key: &str) -> Result<Self, FactError>;

    /// Returns the facts that `key` stands for: one, except for [`PerDialect`].
    fn keys(key: &str) -> Vec<String> {
        vec![key.to_owned()]
    }
}

impl Setting for Duration {
    fn read(catalogue: &Catalogue, key: &str) -> Result<Self, FactError> {
        catalogue.duration(key)
    }
}

/// A whole number, bytes, or bytes per second, depending on the fact.
impl Setting for u64 {
    fn read(catalogue: &Catalogue, key: &str) -> Result<Self, FactError> {
        match catalogue.value(key)? {
            Value::Bytes(number) | Value::Rate(number) | Value::Number(number) => Ok(number),
            other => Err(other.is_not(key, "a number")),
        }
    }
}

macro_rules! small_numbers {
    ($($type:ty)*) => {$(
        impl Setting for $type {
            fn read(catalogue: &Catalogue, key: &str) -> Result<Self, FactError> {
                Ok(Self::try_from(catalogue.number(key)?).unwrap_or(Self::MAX))
            }
        }
    )*};
}
small_numbers!(u8 u16 u32 usize);

impl Setting for String {
    fn read(catalogue: &Catalogue, key: &str) -> Result<Self, FactError> {
        catalogue.text(key)
    }
}

/// Words, separated by blanks or commas.
impl Setting for Vec<String> {
    fn read(catalogue: &Catalogue, key: &str) -> Result<Self, FactError> {
        let text = catalogue.text(key)?;
        Ok(text.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect())
    }
}

/// A value that depends on the console dialect. Its key contains `{dialect}`, for `older` and `newer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerDialect<T> {
    /// The value with the older text.
    pub older: T,
    /// The value with the newer text.
    pub newer: T,
}

impl<T: Copy> PerDialect<T> {
    /// Uses the same value with either text.
    pub fn both(value: T) -> Self {
        Self { older: value, newer: value }
    }

    /// Returns the value with this text.
    pub fn of(&self, dialect: Dialect) -> T {
        match dialect {
            Dialect::Older => self.older,
            Dialect::Newer => self.newer,
        }
    }
}

impl<T: Setting> Setting for PerDialect<T> {
    fn read(catalogue: &Catalogue, key: &str) -> Result<Self, FactError> {
        let [older, newer] = in_dialects(key);
        Ok(Self { older: T::read(catalogue, &older)?, newer: T::read(catalogue, &newer)? })
    }

    fn keys(key: &str) -> Vec<String> {
        in_dialects(key).into()
    }
}

fn in_dialects(key: &str) -> [String; 2] {
    ["older", "newer"].map(|dialect| key.replace("{dialect}", dialect))
}

settings! {
    /// The retransmission and window of a CAPWAP control channel, for both ends.
    pub struct ChannelSettings {
        /// RetransmitInterval.
        pub retransmit_interval: Duration = "capwap.retransmit-interval",
        /// The longest interval between retransmissions.
        pub retransmit_interval_max: Duration = "capwap.retransmit-interval-max",
        /// MaxRetransmit.
        pub max_retransmit: u32 = "capwap.max-retransmit",
        /// The maximum number of outstanding requests to the other end.
        pub window: u8 = "capwap.window",
        /// The longest path MTU, in bytes.
        pub path_mtu: u16 = "ap.path-mtu.joined",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::settings! {
        struct Some {
            wait: Duration = "ap.capwap.wait-join",
            tmp: PerDialect<u64> = "ap.tmp.{dialect}.required",
            macs: Vec<String> = "ewc.ssh.mac",
            channel: ChannelSettings,
            constant: u8 = const { 7 },
        }
    }

    #[test]
    fn rows_are_read_by_their_types() {
        let some = Some::default();
        assert_eq!((some.wait, some.constant), (Duration::from_secs(60), 7));
        assert_eq!([Dialect::Older, Dialect::Newer].map(|d| some.tmp.of(d)), [40_960_000, 51_200_000]);
        assert_eq!(
            some.macs,
            [
                "hmac-sha2-256-etm@openssh.com",
                "hmac-sha2-512-etm@openssh.com",
                "hmac-sha2-256",
                "hmac-sha2-512",
                "hmac-sha1"
            ]
        );
        assert_eq!((some.channel.window, some.channel.path_mtu), (1, 1485));
    }

    #[test]
    fn keys_are_those_that_are_read() {
        let keys = Some::keys();
        assert_eq!(
            keys[..4],
            ["ap.capwap.wait-join", "ap.tmp.older.required", "ap.tmp.newer.required", "ewc.ssh.mac"]
        );
        assert_eq!(keys[4..], ChannelSettings::keys());
    }

    #[test]
    fn overrides_arrive() {
        let changed = Catalogue::builtin().with_override("capwap.window", "10").expect("a number");
        assert_eq!(Some::from_catalogue(&changed).map(|some| some.channel.window), Ok(10));
        let large = Catalogue::builtin().with_override("ap.path-mtu.joined", "70000").expect("a number");
        assert_eq!(ChannelSettings::from_catalogue(&large).map(|channel| channel.path_mtu), Ok(u16::MAX));
    }
}
