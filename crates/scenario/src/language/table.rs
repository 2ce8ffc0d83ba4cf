//! Tables of keys: maps with a fixed set of keys, and the structs they are read into.

use super::Shape;
use crate::reader::{Fields, Reader};
use crate::source::Span;

/// A map with a fixed set of keys.
pub struct Table {
    /// Its name in the schema, and in messages: "in a link".
    pub name: &'static str,
    /// Its description.
    pub(crate) about: &'static str,
    /// All keys, including those of its parts.
    pub keys: &'static [Key],
    /// The tables whose keys it includes.
    #[cfg_attr(not(test), allow(dead_code, reason = "the reference is written by a test"))]
    pub(crate) parts: &'static [&'static Self],
    /// The keys of which exactly one is written.
    pub one_of: &'static [&'static str],
}

/// A key of a table.
#[derive(Clone, Copy)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// The form of its value.
    pub shape: Shape,
    /// Its meaning, for people: one sentence or two.
    pub(crate) about: &'static str,
    /// Further sentences of the reference.
    #[cfg_attr(not(test), allow(dead_code, reason = "the reference is written by a test"))]
    pub(crate) details: &'static [&'static str],
    /// True if it has to be written.
    pub required: bool,
    /// The default, as it would be written.
    pub default: Option<&'static str>,
    /// The default in words, if it depends on something else.
    #[cfg_attr(not(test), allow(dead_code, reason = "the reference is written by a test"))]
    pub(crate) otherwise: Option<&'static str>,
    /// The values that editors propose.
    pub(crate) examples: &'static [&'static str],
    /// The values that the reference shows instead.
    #[cfg_attr(not(test), allow(dead_code, reason = "the reference is written by a test"))]
    pub(crate) shown: &'static [&'static str],
}

impl Table {
    pub(crate) const fn new(
        name: &'static str,
        about: &'static str,
        keys: &'static [Key],
        parts: &'static [&'static Self],
        one_of: &'static [&'static str],
    ) -> Self {
        Self { name, about, keys, parts, one_of }
    }

    /// Returns the key of that name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Returns its description, one sentence.
    pub(crate) fn about(&self) -> &'static str {
        self.about.trim_start()
    }
}

impl Key {
    /// Makes an optional key; the macro fills in the rest.
    pub(crate) const fn new(
        name: &'static str,
        shape: Shape,
        about: &'static str,
        details: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            shape,
            about,
            details,
            required: false,
            default: None,
            otherwise: None,
            examples: &[],
            shown: &[],
        }
    }

    /// Returns its meaning, without the default.
    pub(crate) fn about(&self) -> &'static str {
        self.about.trim_start()
    }

    /// Returns its meaning, with the default.
    pub(crate) fn sentence(&self) -> String {
        match self.default {
            Some(default) => format!("{}; {default} unless written.", self.about().trim_end_matches('.')),
            None => self.about().to_owned(),
        }
    }
}

/// A struct that a map is read into.
pub(crate) trait Record: Sized {
    const TABLE: &'static Table;

    /// Reads the values of the keys of this table. The map may be of a wider table that includes these keys.
    fn of(reader: &mut Reader, fields: &Fields<'_>) -> Self;

    /// Returns the keys that are written, in the order of the table. Keys that are only checked are not kept.
    fn written(&self) -> Vec<(&'static str, Place)>;

    /// Returns the written one of the keys that exclude one another; the first, if there are several, which is reported on reading.
    fn chosen(&self) -> Option<&'static str> {
        let written = self.written().into_iter().filter(|(key, _)| Self::TABLE.one_of.contains(key));
        written.min_by_key(|(_, place)| place.key).map(|(key, _)| key)
    }
}

/// The value of a key, as written.
#[derive(Debug, Clone)]
pub(crate) struct Written<T> {
    /// The place; nothing if it is not written.
    pub(crate) place: Option<Place>,
    /// The value, or the default of the table if none is written. Nothing if it is wrong, which was reported.
    pub(crate) value: Option<T>,
}

/// The places of a key and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) key: Span,
    pub(crate) value: Span,
}

impl<T> Written<T> {
    /// Returns true if it is written, right or wrong.
    pub(crate) fn is_written(&self) -> bool {
        self.place.is_some()
    }

    /// Returns the place of the value.
    pub(crate) fn span(&self) -> Option<Span> {
        self.place.map(|place| place.value)
    }

    /// Returns the value and its place.
    pub(crate) fn placed(self) -> Option<(T, Span)> {
        self.value.zip(self.place.map(|place| place.value))
    }

    /// Returns an optional value; nothing only if it is wrong.
    pub(crate) fn optional(self) -> Option<Option<T>> {
        match (self.place, self.value) {
            (Some(_), None) => None,
            (_, value) => Some(value),
        }
    }

    /// Sets `to` to the value, if it is written.
    pub(crate) fn set<U: From<T>>(&self, to: &mut U)
    where
        T: Copy,
    {
        if let (Some(_), Some(value)) = (self.place, self.value) {
            *to = value.into();
        }
    }

    /// Returns the value as a text.
    pub(crate) fn map_text(self, text: impl FnOnce(T) -> String) -> Written<String> {
        Written { place: self.place, value: self.value.map(text) }
    }

    /// Applies a function that may report a problem itself to the value.
    pub(crate) fn and_then<U>(self, then: impl FnOnce(T, Span) -> Option<U>) -> Written<U> {
        let value = self.place.zip(self.value).and_then(|(place, value)| then(value, place.value));
        Written { place: self.place, value }
    }
}

/// Joins the keys of several tables into one list.
pub(crate) const fn join<const N: usize>(lists: &[&[Key]]) -> [Key; N] {
    let mut keys = [Key::new("", Shape::True, "", &[]); N];
    let (mut list, mut index) = (0, 0);
    while list < lists.len() {
        let mut at = 0;
        while at < lists[list].len() {
            keys[index] = lists[list][at];
            at += 1;
            index += 1;
        }
        list += 1;
    }
    keys
}

pub(crate) const fn length(lists: &[&[Key]]) -> usize {
    let (mut list, mut sum) = (0, 0);
    while list < lists.len() {
        sum += lists[list].len();
        list += 1;
    }
    sum
}

/// Declares a table, and the struct that such a map is read into.
///
/// ```ignore
/// table! {
///     /// A description, one sentence.
///     Name "name in messages" one_of ["this", "that"] {
///         // The keys of another table are included here.
///         with part: Part,
///         /// The meaning of the key, one sentence.
///         /// Further sentences of the reference.
///         key: Kind { default: Some("the value if nothing is written") },
///     }
/// }
/// ```
///
/// A key is followed by its [`Kind`] and its attributes, named like the fields of [`Key`]. Each key is a field of the struct, of
/// type `Written<Kind::Value>`; each part is a field of the part's type. Parts come first, or last.
///
/// `keys Name "…"` has no struct: such maps are read from the tree. `Name "…" changes Value` has a method `over`, which returns
/// a `Value` with the written fields of the same names.
macro_rules! table {
    (
        #[doc = $about:literal]
        $name:ident $noun:literal changes $changed:ty {
            $(
                #[doc = $sentence:literal]
                $(#[doc = $detail:literal])*
                $key:ident: $kind:ty $({ $($attribute:ident: $value:expr),+ $(,)? })?,
            )*
        }
    ) => {
        $crate::language::table! {
            #[doc = $about]
            $name $noun {
                $(
                    #[doc = $sentence]
                    $(#[doc = $detail])*
                    $key: $kind $({ $($attribute: $value),+ })?,
                )*
            }
        }

        impl $name {
            /// Returns `base` with the written values. Defaults do not count: they lie beneath all maps of this kind.
            pub(crate) fn over(&self, base: &$changed) -> $changed {
                let mut changed = base.clone();
                $(self.$key.set(&mut changed.$key);)*
                changed
            }
        }
    };
    (
        #[doc = $about:literal]
        $name:ident $noun:literal $(one_of [$($one:literal),+ $(,)?])? {
            $(with $before:ident: $Before:ty,)*
            $(
                #[doc = $sentence:literal]
                $(#[doc = $detail:literal])*
                $key:ident: $kind:ty $({ $($attribute:ident: $value:expr),+ $(,)? })?,
            )*
            $(also $after:ident: $After:ty,)*
        }
    ) => {
        #[doc = $about]
        #[derive(Debug, Clone)]
        pub(crate) struct $name {
            /// The place of the whole map.
            #[allow(dead_code, reason = "few maps are pointed at as a whole")]
            pub(crate) span: $crate::source::Span,
            /// The place for messages about the whole map.
            #[allow(dead_code, reason = "few maps are pointed at as a whole")]
            pub(crate) head: $crate::source::Span,
            $(pub(crate) $before: $Before,)*
            $(
                #[doc = $sentence]
                pub(crate) $key: $crate::language::Written<<$kind as $crate::language::Kind>::Value>,
            )*
            $(pub(crate) $after: $After,)*
        }

        impl $crate::language::Record for $name {
            const TABLE: &'static $crate::language::Table = $crate::language::table! {
                @table #[doc = $about] $name $noun $(one_of [$($one),+])? {
                    $(with $Before,)*
                    $(
                        #[doc = $sentence]
                        $(#[doc = $detail])*
                        $key: $kind $({ $($attribute: $value),+ })?,
                    )*
                    $(also $After,)*
                }
            };

            fn of(
                reader: &mut $crate::reader::Reader,
                fields: &$crate::reader::Fields<'_>,
            ) -> Self {
                Self {
                    span: fields.span,
                    head: fields.head(),
                    $($before: <$Before as $crate::language::Record>::of(reader, fields),)*
                    $($key: fields.read::<$kind>(reader, stringify!($key)),)*
                    $($after: <$After as $crate::language::Record>::of(reader, fields),)*
                }
            }

            fn written(&self) -> Vec<(&'static str, $crate::language::Place)> {
                let before: &[Vec<_>] = &[$($crate::language::Record::written(&self.$before)),*];
                let own: &[(_, Option<_>)] = &[$((stringify!($key), self.$key.place)),*];
                let after: &[Vec<_>] = &[$($crate::language::Record::written(&self.$after)),*];
                let own = own.iter().filter_map(|(key, place)| Some((*key, (*place)?)));
                before.concat().into_iter().chain(own).chain(after.concat()).collect()
            }
        }

        impl $crate::language::Kind for $name {
            type Value = Self;
            const SHAPE: $crate::language::Shape =
                $crate::language::Shape::Table(<Self as $crate::language::Record>::TABLE);

            fn read(reader: &mut $crate::reader::Reader, node: &$crate::yaml::Node) -> Option<Self> {
                reader.record(node)
            }
        }
    };
    (
        #[doc = $about:literal]
        keys $name:ident $noun:literal $(one_of [$($one:literal),+ $(,)?])? {
            $(with $before:ident: $Before:ty,)*
            $(
                #[doc = $sentence:literal]
                $(#[doc = $detail:literal])*
                $key:ident: $kind:ty $({ $($attribute:ident: $value:expr),+ $(,)? })?,
            )*
            $(also $after:ident: $After:ty,)*
        }
    ) => {
        #[doc = $about]
        #[derive(Debug, Clone)]
        pub(crate) struct $name;

        impl $crate::language::Record for $name {
            const TABLE: &'static $crate::language::Table = $crate::language::table! {
                @table #[doc = $about] $name $noun $(one_of [$($one),+])? {
                    $(with $Before,)*
                    $(
                        #[doc = $sentence]
                        $(#[doc = $detail])*
                        $key: $kind $({ $($attribute: $value),+ })?,
                    )*
                    $(also $After,)*
                }
            };

            fn of(
                reader: &mut $crate::reader::Reader,
                fields: &$crate::reader::Fields<'_>,
            ) -> Self {
                $(<$Before as $crate::language::Record>::of(reader, fields);)*
                $(fields.read::<$kind>(reader, stringify!($key));)*
                $(<$After as $crate::language::Record>::of(reader, fields);)*
                Self
            }

            fn written(&self) -> Vec<(&'static str, $crate::language::Place)> {
                Vec::new()
            }
        }

        impl $crate::language::Kind for $name {
            type Value = Self;
            const SHAPE: $crate::language::Shape =
                $crate::language::Shape::Table(<Self as $crate::language::Record>::TABLE);

            fn read(reader: &mut $crate::reader::Reader, node: &$crate::yaml::Node) -> Option<Self> {
                reader.record(node)
            }
        }
    };
    (
        @table #[doc = $about:literal] $name:ident $noun:literal $(one_of [$($one:literal),+])? {
            $(with $Before:ty,)*
            $(
                #[doc = $sentence:literal]
                $(#[doc = $detail:literal])*
                $key:ident: $kind:ty $({ $($attribute:ident: $value:expr),+ })?,
            )*
            $(also $After:ty,)*
        }
    ) => {{
        use $crate::language::{Key, Table, join, length};
        const OWN: &[Key] = &[$(
            Key {
                $($($attribute: $value,)+)?
                ..Key::new(stringify!($key), <$kind as $crate::language::Kind>::SHAPE, $sentence, &[$($detail),*])
            },
        )*];
        const LISTS: &[&[Key]] = &[$(<$Before as $crate::language::Record>::TABLE.keys,)* OWN, $(<$After as $crate::language::Record>::TABLE.keys,)*];
        static KEYS: [Key; length(LISTS)] = join(LISTS);
        static PARTS: &[&Table] = &[$(<$Before as $crate::language::Record>::TABLE,)* $(<$After as $crate::language::Record>::TABLE,)*];
        static TABLE: Table = Table::new($noun, $about, &KEYS, PARTS, &[$($($one),+)?]);
        &TABLE
    }};
}
pub(crate) use table;
