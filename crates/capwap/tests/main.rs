//! The protocol: wire formats, and the control channel. One program for all, as linking many takes longer than running them.

mod channel;
mod codec;
