//! The control channel, driven by hand: two ends, a network between them, a clock.

mod fragments;
mod pair;
mod probe;
mod retransmit;
mod roles;
mod window;
