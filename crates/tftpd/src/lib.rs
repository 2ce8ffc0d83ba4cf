//! TFTP servers with the behaviour of real ones: the same requests get the same answers, and the same lines in the log.
//!
//! - [`tftpd_hpa`]: in.tftpd of tftp-hpa 5.2. [`tftpd_hpa::TftpdHpaConfig`] reads `/etc/default/tftpd-hpa`, [`tftpd_hpa::run`]
//!   serves, [`tftpd_hpa::TftpdHpaEvent`] is an event and [`tftpd_hpa::line`] is its syslog line.
//! - [`tftpd64`]: Tftpd64 4.73 for Windows. [`tftpd64::Tftpd64Config`] reads its `tftpd32.ini`; the rest is as above.
//!
//! Servers are generic over [`host::Host`]: the same code runs on the simulated network and on real sockets.

mod locks;
mod socket;
pub mod tftpd64;
pub mod tftpd_hpa;
