//! File servers with the manners of real ones: the same requests get the same answers, and the same lines in the log.
//!
//! - [`files`]: what is served. A [`files::Tree`] made from directory listings, whose contents are made when first read and
//!   which faults may change during a run, or a real [`files::Directory`].
//! - [`tftpd_hpa`]: in.tftpd of tftp-hpa 5.2. [`tftpd_hpa::Config`] reads `/etc/default/tftpd-hpa`, [`tftpd_hpa::run`] serves,
//!   [`tftpd_hpa::Event`] is what happened and [`tftpd_hpa::line`] is the syslog line of it.
//! - [`tftpd64`]: Tftpd64 4.73 for Windows. [`tftpd64::Config`] reads its `tftpd32.ini`; the rest is as above.
//! - [`openssh`]: sshd of OpenSSH 8.9p1 with its SFTP server. [`openssh::Config`] reads `/etc/ssh/sshd_config`.
//!
//! Servers are generic over [`host::Host`]: the same code runs on the simulated network and on real sockets.

pub mod files;
mod locks;
pub mod openssh;
mod parsed;
mod pid;
mod place;
mod socket;
mod strerror;
pub mod tftpd64;
pub mod tftpd_hpa;
