//! Choices: values that are written as words.

/// An enum whose variants are written as words, or the words of a value that is defined elsewhere:
///
/// ```ignore
/// choice! { pub enum LinkState { Up = "up", Down = "down" } }
/// choice! { DefaultVerdict: Verdict { Permit = "permit", Deny = "deny" } }
/// ```
macro_rules! choice {
    ($(#[$about:meta])* $visibility:vis enum $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $visibility enum $name {
            $($(#[$each])* $variant,)+
        }

        impl $name {
            /// All words, as a scenario writes them.
            #[allow(dead_code, reason = "not every choice is listed")]
            $visibility const WORDS: &'static [&'static str] = &[$($word),+];

            /// All variants, in the order of the words.
            #[allow(dead_code, reason = "not every choice is listed")]
            $visibility const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the word, as a scenario writes it.
            #[allow(dead_code, reason = "not every choice is written again")]
            $visibility const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            /// Writes the word, as a scenario does.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        $crate::language::choice! { @kind $name: $name { $($variant = $word,)+ } }
    };
    ($(#[$about:meta])* $name:ident: $value:ident { $($variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        pub(crate) struct $name;

        $crate::language::choice! { @kind $name: $value { $($variant = $word,)+ } }
    };
    (@kind $name:ident: $value:ident { $($variant:ident = $word:literal,)+ }) => {
        impl $crate::language::Kind for $name {
            type Value = $value;
            const SHAPE: $crate::language::Shape = $crate::language::Shape::Choice(&[$($word),+]);

            fn read(reader: &mut $crate::reader::Reader, node: &$crate::yaml::Node) -> Option<$value> {
                reader.choice(node, &[$(($word, $value::$variant)),+])
            }
        }
    };
}
pub(crate) use choice;
