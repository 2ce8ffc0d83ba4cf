//! `ewcsim serve` and `ewcsim fetch` against independent programs, over the loopback of this machine: TFTP here, SFTP in
//! `openssh`.

mod clients;
mod fetch;
mod openssh;
mod peers;
mod serve;
mod signals;
mod support;
