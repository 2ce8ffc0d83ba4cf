//! The servers: on real sockets, on simulated ones, and beside the real program. One program for all, as linking many takes longer than running them.

mod faulty;
mod interop;
mod parity;
mod support;
mod tftpd64;
mod tftpd_hpa;
