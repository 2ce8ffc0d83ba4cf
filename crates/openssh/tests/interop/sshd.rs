//! sshd itself beside ours: what it makes of configurations, and what it says of those who do not get in.

mod config;
mod live;
mod random;
mod refused;
