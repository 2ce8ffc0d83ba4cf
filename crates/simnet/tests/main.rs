//! The simulated network, seen from its hosts. One program for all, as linking many takes longer than running them.

mod common;
mod flow;
mod impairments;
mod library_tasks;
mod tcp;
mod tcp_loss;
mod udp;
