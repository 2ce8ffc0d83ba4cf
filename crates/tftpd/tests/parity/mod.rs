//! The same TFTP exchanges over the simulated network and over the loopback of this machine: the same packets, at both ends.

mod exchanges;
mod recorder;
mod worlds;
