//! The kinds of values: the way each is written, and the way it is read.
//!
//! A kind is a type without values: it is named by a key of a table. Tables and choices are kinds, too.

use std::marker::PhantomData;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use catalogue::Catalogue;
use jiff::{SignedDuration, Timestamp};
use text::units::{self, UnitError};

use super::{Form, Number, Record, Shape, Unit};
use crate::bounds::{DURING, TAKES};
use crate::facts::overrides;
use crate::model::Amount;
use crate::ranges::{Settle, Settler};
use crate::reader::{Reader, offset};
use crate::source::Span;
use crate::yaml::{self, Node};

/// The kind of a key's value.
pub(crate) trait Kind {
    /// The type of the value when read.
    type Value;
    /// The form of the value when written.
    const SHAPE: Shape;

    /// Reads the value; reports a wrong one and returns nothing.
    fn read(reader: &mut Reader, node: &Node) -> Option<Self::Value>;
}

/// A text and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// A key that the user chose, and its value; nothing if the value is wrong, which was reported.
#[derive(Debug, Clone)]
pub(crate) struct MapEntry<T> {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) span: Span,
    pub(crate) value: Option<T>,
}

/// Declares kinds of text, each with its form.
macro_rules! texts {
    ($($(#[$about:meta])* $name:ident $form:expr;)*) => {
        $($(#[$about])*
        pub(crate) struct $name;

        impl Kind for $name {
            type Value = String;
            const SHAPE: Shape = Shape::Text($form);

            fn read(reader: &mut Reader, node: &Node) -> Option<String> {
                reader.text(node).map(str::to_owned)
            }
        })*
    };
}

texts! {
    /// Any text.
    Text Form::Any("text");
    /// Any text, `true` included.
    Word Form::AnyWord;
    /// A name of a host or of a group, or a word for hosts.
    Name Form::Any("name");
    /// A name, an address or a prefix.
    End Form::Any("name, address, prefix");
    /// A name of a user.
    UserName Form::Any("user name");
    /// A version.
    PlainVersion Form::Any("version");
    /// A version, or the name of an image set, which stands for its version.
    Version Form::Any("version or image set");
    /// The name of an image set.
    ImageSetName Form::Any("image set");
    /// A text file beside the scenario.
    File Form::Any("file");
    /// A directory beside the scenario.
    DirectoryPath Form::Any("directory");
    /// A path on another machine.
    Path Form::Any("path");
    /// `udp/69`.
    Packets Form::Any("packets");
    /// `6c41.0e16.e79c`.
    Ethernet Form::Any("Ethernet address");
    /// An address range.
    Addresses Form::Any("from-to, or prefix");
    /// `2014-09-15`.
    Day Form::Any("day");
    /// `100kB/s`, or `none`.
    ByteRate Form::Any("bytes per second, or `none`");
    /// Text that is typed at a device.
    Command Form::Any("command");
    /// A regular expression.
    Regex Form::Any("regular expression");
    /// A model of access points.
    Model Form::Model { ewc: false };
    /// A model that can run EWC.
    EwcModel Form::Model { ewc: true };
    /// The name of an event.
    EventName Form::Event;
}

/// Declares kinds of numbers, each with its unit.
macro_rules! numbers {
    ($($(#[$about:meta])* $name:ident $unit:expr, $value:ty, $read:expr;)*) => {
        $($(#[$about])*
        pub(crate) struct $name;

        impl Kind for $name {
            type Value = $value;
            const SHAPE: Shape = Shape::Number(Number::of($unit));

            fn read(reader: &mut Reader, node: &Node) -> Option<$value> {
                reader.unit(node, $read)
            }
        })*
    };
}

numbers! {
    /// `250us`.
    Time Unit::Time, Duration, units::duration;
    /// `1h` or `-5h48m35s`.
    Offset Unit::Offset, SignedDuration, offset;
    /// `64KiB`.
    Size Unit::Size, u64, units::bytes;
    /// The size of an image file.
    ArchiveSize Unit::ArchiveSize, u64, units::bytes;
    /// `10Mbit`.
    BitRate Unit::BitRate, u64, units::bit_rate;
    /// `0.1%`.
    Share Unit::Share, f64, units::ratio;
}

/// A whole number from `LEAST` to `MOST`.
pub(crate) struct Whole<const LEAST: u64, const MOST: u64>;

/// A whole number.
pub(crate) type Count = Whole<0, { u64::MAX }>;

impl<const LEAST: u64, const MOST: u64> Kind for Whole<LEAST, MOST> {
    type Value = u64;
    const SHAPE: Shape = Shape::Number(Number::of(Unit::Count).within(LEAST, MOST));

    fn read(reader: &mut Reader, node: &Node) -> Option<u64> {
        reader.number_within(node, LEAST..=MOST)
    }
}

/// The number of a user or group. The kernel reserves the last one.
pub(crate) struct Id;

impl Kind for Id {
    type Value = u32;
    const SHAPE: Shape = Shape::Number(Number::of(Unit::Count));

    fn read(reader: &mut Reader, node: &Node) -> Option<u32> {
        let number = reader.number_within(node, 0..=u64::from(u32::MAX) - 1)?;
        u32::try_from(number).ok()
    }
}

/// An MTU: from the minimum that IPv4 requires of a link to the largest packet it allows (RFC 791).
pub(crate) struct Mtu;

const MTUS: RangeInclusive<u64> = 68..=65_535;

impl Kind for Mtu {
    type Value = u32;
    const SHAPE: Shape = Shape::Number(Number::of(Unit::Size).within(*MTUS.start(), *MTUS.end()));

    fn read(reader: &mut Reader, node: &Node) -> Option<u32> {
        reader.unit(node, |text| {
            let wrong = UnitError { expected: "an MTU from 68 to 65535 bytes" };
            let bytes = units::bytes(text).ok().filter(|bytes| MTUS.contains(bytes));
            bytes.and_then(|bytes| u32::try_from(bytes).ok()).ok_or(wrong)
        })
    }
}

/// A number, or a range of numbers, from which one is drawn.
pub(crate) struct Ranged<K>(PhantomData<K>);

impl<K: Kind> Kind for Ranged<K> {
    type Value = K::Value;
    const SHAPE: Shape = match K::SHAPE {
        Shape::Number(number) => Shape::Number(Number { ranged: true, ..number }),
        _ => panic!("only numbers have ranges"),
    };

    /// Ranges are settled before this.
    fn read(reader: &mut Reader, node: &Node) -> Option<K::Value> {
        K::read(reader, node)
    }
}

/// Declares kinds of values that are read by functions of the reader.
macro_rules! read_by {
    ($($(#[$about:meta])* $name:ident $shape:expr, $value:ty, $read:expr;)*) => {
        $($(#[$about])*
        pub(crate) struct $name;

        impl Kind for $name {
            type Value = $value;
            const SHAPE: Shape = $shape;

            fn read(reader: &mut Reader, node: &Node) -> Option<$value> {
                let read: fn(&mut Reader, &Node) -> Option<$value> = $read;
                read(reader, node)
            }
        })*
    };
}

read_by! {
    /// A moment of the wall clock, RFC 3339.
    Moment Shape::Text(Form::Timestamp), Timestamp, Reader::timestamp;
    /// The address of a host.
    Address Shape::Text(Form::Address), IpAddr, Reader::host_address;
    /// The address of an access point, which may be an IPv6 one: that is not modelled, which is said where the access point is resolved.
    ApAddress Shape::Text(Form::Address), IpAddr, Reader::ap_address;
    /// Permissions of files: `0644`.
    Mode Shape::Number(Number::of(Unit::Mode)), u32, Reader::mode;
    /// `true`, and nothing else.
    True Shape::True, (), |reader, node| reader.choice(node, &[("true", ())]);
    /// A count: `2`, or bounds `1..3`, `2..`, `..5`. Bounds are not ranges: nothing is drawn from them.
    HowMany Shape::Bounds(Unit::Count), Amount, Reader::amount;
    /// An amount of bytes: `1MB`, or bounds.
    HowMuch Shape::Bounds(Unit::Size), Amount, Reader::bytes;
    /// The bounds of a duration: `70s..95s`, `..95s`, `70s..`.
    HowLong Shape::Bounds(Unit::Time), RangeInclusive<Duration>, |reader, node| reader.period(node, TAKES);
    /// A period from one moment to another: `5m..20m`.
    During Shape::Bounds(Unit::Time), RangeInclusive<Duration>, |reader, node| reader.period(node, DURING);
    /// A name, or a list of names.
    Names Shape::Either(&[Name::SHAPE, Shape::List(&Name::SHAPE)]), Vec<Named>, Reader::names;
    /// Two names.
    Pair Shape::Pair(&Name::SHAPE), [Named; 2], Reader::pair;
    /// A list of texts.
    Texts Shape::List(&Text::SHAPE), Vec<Named>, Reader::texts;
    /// A configuration: the name of a file, or the text itself. The style of the scalar decides which.
    Config Shape::Text(Form::Any("file or text")), Node, |reader, node| reader.text(node).map(|_| node.clone());
    /// Facts of the catalogue, by key: values of the kinds they have there, or ranges.
    Facts Shape::Facts, (), |reader, node| {
        overrides(reader, &mut Catalogue::builtin().clone(), node);
        Some(())
    };
}

/// A list; wrong items are replaced by nothing.
pub(crate) struct List<K>(PhantomData<K>);

impl<K: Kind> Kind for List<K> {
    type Value = Vec<Option<K::Value>>;
    const SHAPE: Shape = Shape::List(&K::SHAPE);

    fn read(reader: &mut Reader, node: &Node) -> Option<Self::Value> {
        let items = reader.list_of(&K::SHAPE, node);
        let items = items.iter().map(|item| K::read(reader, item)).collect();
        matches!(node.kind, yaml::Kind::Sequence(_)).then_some(items)
    }
}

/// A map whose keys the user chooses.
pub(crate) struct Map<K>(PhantomData<K>);

impl<K: Kind> Kind for Map<K> {
    type Value = Vec<MapEntry<K::Value>>;
    const SHAPE: Shape = Shape::Map(&K::SHAPE);

    fn read(reader: &mut Reader, node: &Node) -> Option<Self::Value> {
        let entries = reader.map(node).iter().map(|entry| MapEntry {
            key: entry.key.clone(),
            key_span: entry.key_span,
            span: entry.value.span,
            value: K::read(reader, &entry.value),
        });
        let entries = entries.collect();
        matches!(node.kind, yaml::Kind::Mapping(_)).then_some(entries)
    }
}

/// The value of one of two kinds.
#[derive(Debug, Clone)]
pub(crate) enum TextOrValue<T> {
    Text(String),
    Value(T),
}

/// A text, or a map.
pub(crate) struct TextOr<K>(PhantomData<K>);

impl<K: Kind> Kind for TextOr<K> {
    type Value = TextOrValue<K::Value>;
    const SHAPE: Shape = Shape::Either(&[Text::SHAPE, Shape::Text(Form::Boolean), K::SHAPE]);

    fn read(reader: &mut Reader, node: &Node) -> Option<Self::Value> {
        match node.kind {
            yaml::Kind::Mapping(_) => K::read(reader, node).map(TextOrValue::Value),
            _ => reader.text(node).map(|text| TextOrValue::Text(text.to_owned())),
        }
    }
}

/// A text that a line contains, or fields and their values.
pub(crate) struct Said;

impl Kind for Said {
    type Value = ();
    const SHAPE: Shape = Shape::Either(&[Text::SHAPE, Map::<Word>::SHAPE]);

    fn read(reader: &mut Reader, node: &Node) -> Option<()> {
        TextOr::<Map<Word>>::read(reader, node).map(|_| ())
    }
}

/// A value that is read once its owner is known: in a counted group, for each member.
pub(crate) struct Later<K>(PhantomData<K>);

impl<K: Kind> Kind for Later<K> {
    type Value = Node;
    const SHAPE: Shape = K::SHAPE;

    /// A part of something is read at once, as nothing comes later.
    fn read(reader: &mut Reader, node: &Node) -> Option<Node> {
        if reader.partial {
            K::read(reader, node);
        }
        Some(node.clone())
    }
}

/// A table in which any key may be missing: the defaults of other entries.
pub(crate) struct Part<T>(PhantomData<T>);

impl<T: Record> Kind for Part<T> {
    type Value = ();
    const SHAPE: Shape = Shape::Part(T::TABLE);

    fn read(reader: &mut Reader, node: &Node) -> Option<()> {
        check_part::<T>(reader, node);
        Some(())
    }
}

/// Reports unknown keys and invalid values. Keys may be missing: labs and defaults are parts of scenarios, and name
/// things that others state.
pub(crate) fn check_part<T: Record>(reader: &mut Reader, node: &Node) {
    let mut settled = node.clone();
    Settler::at_once(Settle::Low).table(reader, &mut settled, T::TABLE, "");
    let was_partial = std::mem::replace(&mut reader.partial, true);
    reader.record::<T>(&settled);
    reader.partial = was_partial;
}
