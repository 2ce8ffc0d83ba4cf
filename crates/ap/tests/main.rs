//! The access point, seen from outside. One program for all, as linking many takes longer than running them.

mod common;
mod data_channel;
mod discovery;
mod field_logs;
mod flash_faults;
mod mandatory;
mod path_mtu;
mod power;
mod predownload;
mod quirks;
mod show;
mod upgrade;
