//! `ewcsim serve` and `ewcsim fetch` against programs that nobody here wrote, over the loopback of this machine.

mod clients;
mod fetch;
mod peers;
mod serve;
mod signals;
mod support;
