//! TFTP through a proxy that loses, copies, delays and adds packets: the right bytes or the right error, and always an end.

mod faults;
mod loopback;
mod plan;
mod programs;
mod proxy;
mod simulated;
