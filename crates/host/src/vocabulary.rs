//! The vocabulary of a device's events: names, fields and meanings, taken from the enum itself, so that none is forgotten; and its
//! [`Specimen`](crate::Specimen)s.

use crate::field_kind::{FieldKind, FieldType};

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventKind {
    /// The variant: `ImageDataStarted`. Records have it in snake case, as [`is_named`] compares.
    pub variant: &'static str,
    /// Its meaning: the first lines of its documentation.
    pub about: &'static str,
    /// Its fields.
    pub fields: &'static [EventField],
    /// Kinds that replace this one in a record: those of the enum that the variant holds.
    pub inner: &'static [&'static [Self]],
}

/// A field of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventField {
    /// Its name.
    pub name: &'static str,
    /// The kind of its values.
    pub kind: FieldKind,
    /// Its meaning, if the name does not say it.
    pub about: &'static str,
    /// Its serde attribute: `flatten`, `skip`, or empty.
    pub serde: &'static str,
}

impl EventField {
    /// Makes a field of type `T` that is not declared in an enum of events.
    pub const fn of<T: FieldType>(name: &'static str, about: &'static str) -> Self {
        Self { name, kind: T::KIND, about, serde: "" }
    }
}

impl EventKind {
    /// Returns its name in records: `image_data_started`.
    pub fn name(&self) -> String {
        let mut name = String::new();
        for (index, letter) in self.variant.chars().enumerate() {
            if index > 0 && letter.is_uppercase() {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }

    /// Returns its fields in a record: a flattened field is replaced by its own fields.
    pub fn recorded_fields(&self) -> Vec<EventField> {
        let mut out = Vec::new();
        for field in self.fields {
            match (field.serde, field.kind) {
                ("skip", _) => {}
                ("flatten", FieldKind::Fields(fields)) => out.extend(fields),
                _ => out.push(*field),
            }
        }
        out
    }

    /// Returns `kinds`; a kind that holds another enum is replaced by that enum's kinds.
    pub fn recorded(kinds: &'static [Self]) -> Vec<&'static Self> {
        let of = |kind: &'static Self| match kind.inner {
            [] => vec![kind],
            inner => inner.iter().flat_map(|kinds| Self::recorded(kinds)).collect(),
        };
        kinds.iter().flat_map(of).collect()
    }
}

/// Returns true if `variant` is called `name` in records: `ImageDataStarted` is `image_data_started`. Does not allocate.
pub fn is_named(variant: &str, name: &str) -> bool {
    let mut rest = name.chars();
    for (index, letter) in variant.chars().enumerate() {
        if index > 0 && letter.is_uppercase() && rest.next() != Some('_') {
            return false;
        }
        if rest.next() != Some(letter.to_ascii_lowercase()) {
            return false;
        }
    }
    rest.next().is_none()
}

/// Defines an enum of events, or of words in events, with a list of its kinds: `KINDS`, `variant()` of a value, and specimens of all kinds.
///
/// Variants are plain, have named fields, or hold one value whose type is such an enum, too, and whose kinds replace them.
#[macro_export]
macro_rules! events {
    (
        $(#[$($meta:tt)*])*
        $vis:vis enum $name:ident {
            $(
                $(#[$($variant_meta:tt)*])*
                $variant:ident
                $({ $( $(#[$($field_meta:tt)*])* $field:ident : $kind:ty ),* $(,)? })?
                $(( $inner:ty ))?
            ),* $(,)?
        }
    ) => {
        $(#[$($meta)*])*
        $vis enum $name {
            $(
                $(#[$($variant_meta)*])*
                $variant $({ $( $(#[$($field_meta)*])* $field : $kind ),* })? $(( $inner ))?
            ),*
        }

        #[allow(unreachable_pub, reason = "the enum may be private")]
        impl $name {
            /// All kinds, in the order of the enum.
            pub const KINDS: &'static [$crate::EventKind] = &[$(
                $crate::EventKind {
                    variant: stringify!($variant),
                    about: concat!($($crate::event_attribute!(doc: $($variant_meta)*)),*),
                    fields: &[$($(
                        $crate::EventField {
                            name: stringify!($field),
                            kind: <$kind as $crate::FieldType>::KIND,
                            about: concat!($($crate::event_attribute!(doc: $($field_meta)*)),*),
                            serde: concat!($($crate::event_attribute!(serde: $($field_meta)*)),*),
                        }
                    ),*)?],
                    inner: &[$(<$inner>::KINDS)?],
                }
            ),*];

            /// Returns the name of its variant.
            pub fn variant(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => stringify!($variant)),*
                }
            }
        }

        impl $crate::Specimen for $name {
            fn specimens(samples: &mut $crate::Samples) -> Vec<Self> {
                let _ = &samples;
                let mut all = Vec::new();
                $($crate::event_specimens!(
                    samples, all, $name::$variant $({ $($field),* })? $(($inner))?
                );)*
                all
            }
        }
    };
}

/// Returns the value of an attribute, for [`events!`].
#[doc(hidden)]
#[macro_export]
macro_rules! event_attribute {
    (doc: doc = $text:expr) => {
        $text
    };
    (serde: serde(flatten)) => {
        "flatten"
    };
    (serde: serde(skip)) => {
        "skip"
    };
    ($($other:tt)*) => {
        ""
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    events! {
        /// Anything.
        #[derive(Debug)]
        #[allow(dead_code)]
        enum Sample {
            /// Nothing more.
            Plain,
            /// Two lines,
            /// one meaning.
            WithFields {
                /// How many.
                number: u32,
                name: Option<String>,
            },
            /// Another.
            Held(Inner),
        }
    }

    events! {
        /// Inside.
        #[derive(Debug)]
        #[allow(dead_code)]
        enum Inner {
            /// The only one.
            VeryDeep { far: bool },
        }
    }

    #[test]
    fn an_enum_knows_its_kinds() {
        let [plain, with_fields, held] = Sample::KINDS else { panic!("three kinds") };
        assert_eq!((plain.name().as_str(), plain.about.trim()), ("plain", "Nothing more."));
        assert_eq!(with_fields.about.trim(), "Two lines, one meaning.");
        let fields = with_fields.fields.iter().map(|field| (field.name, field.kind, field.about.trim()));
        let expected =
            [("number", FieldKind::Number, "How many."), ("name", FieldKind::Optional(&FieldKind::Text), "")];
        assert!(fields.eq(expected));
        assert_eq!(held.inner, [Inner::KINDS]);
        assert_eq!(Sample::Plain.variant(), "Plain");
        let inner = Inner::VeryDeep { far: true };
        assert_eq!(inner.variant(), "VeryDeep");
        assert_eq!(Sample::Held(inner).variant(), "Held");
    }

    #[test]
    fn names_are_compared_as_serde_writes_them() {
        for kind in Sample::KINDS.iter().chain(Inner::KINDS) {
            assert!(is_named(kind.variant, &kind.name()));
        }
        for wrong in ["withfields", "with_field", "with_fieldss", "With_fields", "", "_with_fields"] {
            assert!(!is_named("WithFields", wrong), "{wrong}");
        }
    }
}
