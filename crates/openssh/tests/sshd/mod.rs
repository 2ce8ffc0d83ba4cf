//! sshd with clients of all kinds, simulated and on real sockets: who gets in, what is logged, and how it ends.

mod ends;
mod files;
mod limits;
mod logins;
mod programs;
mod world;
