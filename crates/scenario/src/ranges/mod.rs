//! Ranges `a..b`: settled on the tree, before anything reads it, by what the tables of keys say of each value.

mod draw;
mod settle;

pub(crate) use settle::{Settle, Settled, Settler};
