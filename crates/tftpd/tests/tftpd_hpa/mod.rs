//! The server against clients, on real sockets and on simulated ones.

mod answers;
mod simulated;
mod transfers;
mod world;
mod writes;
