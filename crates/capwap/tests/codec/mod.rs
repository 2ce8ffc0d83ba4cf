//! Wire formats: parse and write are inverses, arbitrary bytes are harmless, the bytes are those of the standard.

mod arbitrary;
mod check;
mod elements;
mod fragments;
mod inverse;
mod layout;
mod strategies;
