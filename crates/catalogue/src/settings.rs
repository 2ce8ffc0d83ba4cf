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
///         /// From the order to the first picture.
///         pub delay: Duration = "ap.reload.delay",
///         /// The settings of its channel.
///         pub channel: catalogue::ChannelSettings,
///         /// Not a fact.
///         pub lenses: u8 = const { 2 },
///     }
/// }
/// assert_eq!(Camera::default().delay, Duration::from_secs(5));
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

/// A duration that differs from one time to the next. Its facts are `KEY`, the most frequent one, `KEY-min` and `KEY-max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    min: Duration,
    mode: Duration,
    max: Duration,
}

impl Spread {
    /// Makes every one as long.
    pub fn exactly(duration: Duration) -> Self {
        Self { min: duration, mode: duration, max: duration }
    }

    /// Returns a duration of the triangular distribution between the two extremes, which has its peak at the most frequent one. Every
    /// `probability` of 0 to 1 has one; equal extremes are drawn without a call of `probability`.
    pub fn draw(&self, probability: impl FnOnce() -> f64) -> Duration {
        if self.min == self.max {
            return self.mode;
        }
        let (width, rise) = ((self.max - self.min).as_secs_f64(), (self.mode - self.min).as_secs_f64());
        let probability = probability();
        let from_min = if probability * width < rise {
            (probability * width * rise).sqrt()
        } else {
            width - ((1.0 - probability) * width * (width - rise)).sqrt()
        };
        // To the microsecond, as other times of devices.
        self.min + Duration::from_micros((from_min * 1e6) as u64)
    }
}

/// A mode that the catalogue's user states alone is exact. Extremes on the wrong side of the mode are taken for it.
impl Setting for Spread {
    fn read(catalogue: &Catalogue, key: &str) -> Result<Self, FactError> {
        let [min, max] = ["min", "max"].map(|end| format!("{key}-{end}"));
        let mode = catalogue.duration(key)?;
        let is_stated = |wanted: &str| catalogue.overrides().any(|(key, _)| key == wanted);
        if is_stated(key) && !is_stated(&min) && !is_stated(&max) {
            return Ok(Self::exactly(mode));
        }
        Ok(Self { min: catalogue.duration(&min)?.min(mode), mode, max: catalogue.duration(&max)?.max(mode) })
    }

    fn keys(key: &str) -> Vec<String> {
        vec![key.to_owned(), format!("{key}-min"), format!("{key}-max")]
    }
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
    fn a_spread_is_drawn_between_its_extremes_with_its_peak_at_the_mode() {
        let of = |min, mode, max| Spread {
            min: Duration::from_secs(min),
            mode: Duration::from_secs(mode),
            max: Duration::from_secs(max),
        };
        let spread = of(75, 150, 180);
        let at = |probability| spread.draw(|| probability).as_secs_f64();
        assert_eq!([at(0.0), at(75.0 / 105.0), at(1.0)], [75.0, 150.0, 180.0]);
        // Half way to a side of the triangle lies a quarter of that side.
        assert!((at(75.0 / 105.0 / 4.0) - 112.5).abs() < 1e-5);
        assert!((at(1.0 - 30.0 / 105.0 / 4.0) - 165.0).abs() < 1e-5);
        for at_an_end in [of(75, 75, 180), of(75, 180, 180)] {
            let drawn = [0.0, 0.3, 1.0].map(|probability| at_an_end.draw(|| probability));
            assert!(drawn.is_sorted() && drawn[0] == at_an_end.min && drawn[2] == at_an_end.max);
        }
        let exact = Spread::exactly(Duration::from_secs(75));
        assert_eq!(exact.draw(|| unreachable!("nothing is drawn")), Duration::from_secs(75));
    }

    #[test]
    fn a_stated_mode_is_exact_and_stated_extremes_spread_it() {
        let read = |stated: &[(&str, &str)]| {
            let catalogue = stated.iter().fold(Catalogue::builtin().clone(), |catalogue, (key, value)| {
                catalogue.with_override(key, value).expect("a duration")
            });
            Spread::read(&catalogue, "ap.boot.duration").expect("three durations")
        };
        let seconds = Duration::from_secs;
        assert_eq!(read(&[("ap.boot.duration", "3s")]), Spread::exactly(seconds(3)));
        let spread = read(&[("ap.boot.duration", "3s"), ("ap.boot.duration-max", "5s")]);
        assert_eq!(spread, Spread { min: seconds(3), mode: seconds(3), max: seconds(5) });
        assert_eq!(read(&[("ap.boot.duration-max", "1s")]).max, seconds(150));
    }

    #[test]
    fn overrides_arrive() {
        let changed = Catalogue::builtin().with_override("capwap.window", "10").expect("a number");
        assert_eq!(Some::from_catalogue(&changed).map(|some| some.channel.window), Ok(10));
        let large = Catalogue::builtin().with_override("ap.path-mtu.joined", "70000").expect("a number");
        assert_eq!(ChannelSettings::from_catalogue(&large).map(|channel| channel.path_mtu), Ok(u16::MAX));
    }
}
