//! Specimens: sample values of the fields of events, by which a reader of logs learns what a rendering prints.
//!
//! An enum of [`events!`](crate::events) makes specimens of all its variants, so that none is forgotten. A word or flag takes each of its
//! values, because a rendering may print another text for each; a number, a text or an address is a *mark*, a value that occurs nowhere
//! else and is found again in the rendered line. Enums that are no events list their variants in [`specimens!`](crate::specimens).

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use rand::{RngExt as _, SeedableRng as _};
use text::{MacAddress, Version};

use crate::Entropy;

/// A type of which specimens can be made.
pub trait Specimen: Sized {
    /// Returns values of this type: each value for which a rendering may have another text, and marks for all others.
    fn specimens(samples: &mut Samples) -> Vec<Self>;
}

/// The kind of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// A number.
    Number,
    /// A text.
    Text,
    /// An IP address.
    Address,
    /// An IP address and a port.
    Endpoint,
    /// A MAC address.
    MacAddress,
    /// A version.
    Version,
}

/// The source of the values of specimens: of marks, or of random values of the same shapes, with which a reader is tested.
#[derive(Debug, Default)]
pub struct Samples {
    made: u32,
    random: Option<Entropy>,
    marks: BTreeMap<String, Mark>,
}

/// Marks for fields of type `&'static str`.
const STATIC_MARKS: [&str; 6] = ["Qz1sQ", "Qz2sQ", "Qz3sQ", "Qz4sQ", "Qz5sQ", "Qz6sQ"];
/// Random values for them.
const STATIC_WORDS: [&str; 6] =
    ["password", "publickey", "process_read", "write", "seek", "ssh_dispatch_run_fatal"];
/// The range of marks that fit into 16 bits and stand in no text.
const NUMBERS: std::ops::Range<u32> = 30_001..65_000;
/// The range of marks for fields of 64 bits: none fits into 16, as some programs print only those.
const LARGE: std::ops::Range<u32> = 100_001..600_000;
/// The length of the largest random number of up to 32 bits.
const RANDOM_BITS: u32 = 16;
/// The range of marks that fit into 8 bits.
const BYTES: std::ops::Range<u32> = 101..250;

impl Samples {
    /// Makes a source of marks.
    pub fn marks() -> Self {
        Self::default()
    }

    /// Makes a source of random values, which the seed decides.
    pub fn random(seed: u64) -> Self {
        Self { random: Some(Entropy::seed_from_u64(seed)), ..Self::default() }
    }

    /// Returns the kind of a mark that this source has made, by the way in which a record writes it.
    pub fn kind(&self, written: &str) -> Option<Mark> {
        self.marks.get(written).copied()
    }

    /// Returns all marks that this source has made, as records write them.
    pub fn all(&self) -> impl Iterator<Item = (&str, Mark)> {
        self.marks.iter().map(|(written, kind)| (written.as_str(), *kind))
    }

    /// Returns a text.
    pub fn text(&mut self) -> String {
        let made = self.count();
        let Some(random) = &mut self.random else { return self.note(format!("Qz{made}zQ"), Mark::Text) };
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/";
        let length = random.random_range(1..20);
        (0..length).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
    }

    /// Returns a text that lives as long as the program.
    pub fn static_text(&mut self) -> &'static str {
        let made = self.count() as usize;
        if self.random.is_some() {
            return STATIC_WORDS[made % STATIC_WORDS.len()];
        }
        let mark = STATIC_MARKS[made % STATIC_MARKS.len()];
        self.note(mark.to_owned(), Mark::Text);
        mark
    }

    /// Returns an address.
    pub fn address(&mut self) -> Ipv4Addr {
        let [_, b, c, d] = self.count().to_be_bytes();
        let address = match &mut self.random {
            Some(random) => Ipv4Addr::from_bits(random.random()),
            None => Ipv4Addr::new(10, b, c, d),
        };
        self.note(address.to_string(), Mark::Address);
        address
    }

    /// Returns a number up to `most`.
    pub fn number(&mut self, most: u64) -> u64 {
        let made = self.count();
        if let Some(random) = &mut self.random {
            // Numbers of all lengths, so that small ones are frequent; some programs print so many dots.
            let bits = if most > u64::from(u32::MAX) { 32 } else { most.ilog2().min(RANDOM_BITS) };
            return random.random::<u64>() >> random.random_range(64 - bits..64);
        }
        let range = match most {
            0..30_000 => BYTES,
            30_000..=0xffff_ffff => NUMBERS,
            _ => LARGE,
        };
        let number = range.start + made % (range.end - range.start);
        self.note(number.to_string(), Mark::Number);
        number.into()
    }

    /// Returns a version that begins with this number.
    fn version(&mut self, first: u32) -> Version {
        let mut number = || self.number(u32::MAX.into());
        let text = format!("{first}.{}.{}.{}", number(), number(), number());
        self.note(text.clone(), Mark::Version);
        text.parse().expect("a version of four numbers")
    }

    fn count(&mut self) -> u32 {
        self.made += 1;
        self.made
    }

    /// Remembers a mark.
    fn note(&mut self, written: String, kind: Mark) -> String {
        if self.random.is_none() {
            self.marks.insert(written.clone(), kind);
        }
        written
    }
}

macro_rules! numbers {
    ($($name:ty)+) => {$(
        impl Specimen for $name {
            /// None, one, many: some texts count.
            fn specimens(samples: &mut Samples) -> Vec<Self> {
                let most = u64::try_from(Self::MAX).unwrap_or(u64::MAX);
                let many = samples.number(most);
                vec![Self::try_from(many).unwrap_or(Self::MAX), 0, 1]
            }
        }
    )+};
}

numbers! { u8 u16 u32 u64 usize i32 }

impl Specimen for bool {
    fn specimens(_: &mut Samples) -> Vec<Self> {
        vec![false, true]
    }
}

impl Specimen for String {
    fn specimens(samples: &mut Samples) -> Vec<Self> {
        vec![samples.text()]
    }
}

impl Specimen for &'static str {
    fn specimens(samples: &mut Samples) -> Vec<Self> {
        vec![samples.static_text()]
    }
}

impl Specimen for Ipv4Addr {
    fn specimens(samples: &mut Samples) -> Vec<Self> {
        vec![samples.address()]
    }
}

impl Specimen for SocketAddr {
    fn specimens(samples: &mut Samples) -> Vec<Self> {
        let port = u16::try_from(samples.number(u16::MAX.into())).unwrap_or(u16::MAX);
        let endpoint = Self::from((samples.address(), port));
        samples.note(endpoint.to_string(), Mark::Endpoint);
        vec![endpoint]
    }
}

impl Specimen for MacAddress {
    fn specimens(samples: &mut Samples) -> Vec<Self> {
        let [_, b, c, d] = samples.count().to_be_bytes();
        let mac = match &mut samples.random {
            Some(random) => Self(random.random()),
            None => Self([0xac, 0x41, 0x0e, b, c, d]),
        };
        samples.note(mac.to_string(), Mark::MacAddress);
        vec![mac]
    }
}

impl Specimen for Version {
    /// An old one and one of the future: the text of some lines depends on it.
    fn specimens(samples: &mut Samples) -> Vec<Self> {
        vec![samples.version(3), samples.version(99)]
    }
}

impl<T: Specimen> Specimen for Option<T> {
    fn specimens(samples: &mut Samples) -> Vec<Self> {
        std::iter::once(None).chain(T::specimens(samples).into_iter().map(Some)).collect()
    }
}

impl Specimen for Vec<String> {
    fn specimens(samples: &mut Samples) -> Vec<Self> {
        vec![vec![samples.text()]]
    }
}

impl Specimen for Vec<(String, String)> {
    fn specimens(samples: &mut Samples) -> Vec<Self> {
        let mut pair = || (samples.text(), samples.text());
        vec![vec![pair(), pair()]]
    }
}

impl Specimen for (u32, u32) {
    fn specimens(samples: &mut Samples) -> Vec<Self> {
        let mut number = || u32::try_from(samples.number(u32::MAX.into())).unwrap_or(u32::MAX);
        vec![(number(), number())]
    }
}

/// Implements [`Specimen`] for types by their variants, or by their fields: `specimens! { enum Who { Nobody, User(name) } struct Ap { name, mac } }`.
/// A variant that is missing does not compile.
#[macro_export]
macro_rules! specimens {
    () => {};
    (enum $name:ident { $($variant:ident $({ $($field:ident),* $(,)? })? $(($($place:ident),*))?),* $(,)? } $($more:tt)*) => {
        impl $crate::Specimen for $name {
            fn specimens(samples: &mut $crate::Samples) -> Vec<Self> {
                #[allow(dead_code, reason = "it is there for the compiler")]
                fn all_variants(value: &$name) {
                    match value { $($name::$variant { .. } => (),)* }
                }
                let _ = &samples;
                let mut all = Vec::new();
                $($crate::specimens_of!(
                    samples, all,
                    $name::$variant $({ $($field: Clone::clone(&$field)),* })? $(($(Clone::clone(&$place)),*))?
                    $($(, $field)*)? $($(, $place)*)?
                );)*
                all
            }
        }
        $crate::specimens! { $($more)* }
    };
    (struct $name:ident { $($field:ident),* $(,)? } $($more:tt)*) => {
        impl $crate::Specimen for $name {
            fn specimens(samples: &mut $crate::Samples) -> Vec<Self> {
                let mut all = Vec::new();
                $crate::specimens_of!(samples, all, $name { $($field: Clone::clone(&$field)),* } $(, $field)*);
                all
            }
        }
        $crate::specimens! { $($more)* }
    };
}

/// Makes a value with each combination of the specimens of its fields.
#[doc(hidden)]
#[macro_export]
macro_rules! specimens_of {
    ($samples:ident, $out:ident, $make:expr) => {
        $out.push($make)
    };
    ($samples:ident, $out:ident, $make:expr, $field:ident $(, $rest:ident)*) => {
        for $field in $crate::Specimen::specimens($samples) {
            $crate::specimens_of!($samples, $out, $make $(, $rest)*);
        }
    };
}

/// Makes the specimens of a variant, for [`events!`](crate::events).
#[doc(hidden)]
#[macro_export]
macro_rules! event_specimens {
    ($samples:ident, $out:ident, $name:ident::$variant:ident) => {
        $out.push($name::$variant)
    };
    ($samples:ident, $out:ident, $name:ident::$variant:ident { $($field:ident),* }) => {
        $crate::specimens_of!(
            $samples, $out, $name::$variant { $($field: Clone::clone(&$field)),* } $(, $field)*
        )
    };
    ($samples:ident, $out:ident, $name:ident::$variant:ident ($inner:ty)) => {
        $out.extend(<$inner as $crate::Specimen>::specimens($samples).into_iter().map($name::$variant))
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Who {
        Nobody,
        User(String),
        Both { first: bool, second: bool },
    }

    specimens! {
        enum Who { Nobody, User(name), Both { first, second } }
    }

    #[test]
    fn each_combination_is_made() {
        let mut samples = Samples::marks();
        let all = Who::specimens(&mut samples);
        assert_eq!(all.len(), 6);
        let Who::User(name) = &all[1] else { panic!("a user: {all:?}") };
        assert_eq!(samples.kind(name), Some(Mark::Text));
        assert!(all.contains(&Who::Both { first: true, second: false }), "{all:?}");
    }

    #[test]
    fn random_values_are_those_of_the_seed() {
        let of = |seed| {
            let mut samples = Samples::random(seed);
            (String::specimens(&mut samples), SocketAddr::specimens(&mut samples))
        };
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}
