//! What can be wrong in `tftpd32.ini`.

/// What can be wrong in a configuration. The program itself takes anything, and makes 0 of what is no number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// A value that a key does not take.
    #[error("bad value of {key}: {expected}")]
    BadValue {
        /// The key, as the program writes it.
        key: &'static str,
        /// What it takes.
        expected: &'static str,
    },
    /// The TFTP server is not among the services.
    #[error("the TFTP server is switched off: Services needs its bit 1")]
    NoTftpServer,
}
