//! Packets: one parse and one write, inverses of each other, and no bytes that harm.

mod fields;
mod frames;
mod inverse;
mod strategies;
