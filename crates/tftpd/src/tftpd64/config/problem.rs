//! The problems of `tftpd32.ini`.

/// A problem in a configuration. The program itself accepts any value, and reads 0 if it is not a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// A value that a key does not take.
    #[error("bad value of {key}: {expected}")]
    BadValue {
        /// The key, as the program writes it.
        key: &'static str,
        /// The kind of value that it takes.
        expected: &'static str,
    },
    /// The TFTP server is not among the services.
    #[error("the TFTP server is switched off: Services needs its bit 1")]
    NoTftpServer,
    /// The address is of a family that is switched off: the program does not start its TFTP server.
    #[error("an IPv6 address, and Enable IPv6 is 0: the TFTP server does not start")]
    Ipv6Off,
}
