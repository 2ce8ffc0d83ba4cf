//! Packets, and the machines of both sides. One program for all, as linking many takes longer than running them.

mod machines;
mod packets;
