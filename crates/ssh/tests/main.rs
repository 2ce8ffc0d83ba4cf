//! Both sides of SSH, against each other and against OpenSSH. One program for all, as linking many takes longer than running them.

#[macro_use]
mod common;
mod determinism;
mod ends;
mod garbage;
mod openssh;
mod session;
