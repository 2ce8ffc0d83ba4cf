//! Tftpd64 against clients, on real sockets and on simulated ones.

mod answers;
mod simulated;
mod world;
