//! Ranges `a..b`: settled on the tree before it is read, according to the tables of keys.

mod draw;
mod settle;

pub(crate) use draw::generator;
pub(crate) use settle::{Settle, Settled, Settler};
