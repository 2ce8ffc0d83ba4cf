//! `ewcsim serve` and `ewcsim fetch` against independent programs, over the loopback of this machine: TFTP here, SFTP in
//! `openssh`. `fragments` has a network of its own.

mod clients;
mod directory;
mod fetch;
mod fragments;
mod hostile_servers;
mod openssh;
mod peers;
mod probe;
mod serve;
mod signals;
pub(crate) mod support;
