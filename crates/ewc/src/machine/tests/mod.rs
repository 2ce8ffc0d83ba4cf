//! The machine, driven by hand: access points made of a channel each, a network, a clock.

mod data_channel;
mod hostile;
mod installs;
mod layout;
mod mandatory;
mod path_mtu;
mod predownload;
mod quirks;
mod relay;
mod sessions;
mod world;
