//! The rewriting of a file name before Windows sees it.

use super::config::{Security, Tftpd64Config};
use super::event::Operation;
use super::files::plain;
use super::windows::SystemError;

impl Tftpd64Config {
    /// Returns the path in a [`FileSource`](files::FileSource) of the file that a client calls `name`.
    pub fn local_path(&self, name: &str) -> String {
        plain(&extend(self, &rewrite(self, name)))
    }
}

/// Returns the name that the server uses, and writes into its log.
pub(super) fn rewrite(config: &Tftpd64Config, name: &str) -> String {
    let mut name = name.to_owned();
    if config.reduce_path {
        while name.contains("//") {
            name = name.replace("//", "/");
        }
    }
    if config.unix_strings {
        name = name.replace('/', "\\");
    }
    if name.get(1..2) == Some(":") {
        name = name[..1].to_ascii_uppercase() + &name[1..];
    }
    if config.virtual_root && name.starts_with('\\') {
        name.remove(0);
    }
    name
}

/// Checks that the security level allows a rewritten name; `size` is that of the file of this name, if it exists.
///
/// # Errors
/// The reason that the server has set for its log.
pub(super) fn check(
    security: Security,
    operation: Operation,
    name: &str,
    size: impl FnOnce() -> Option<u64>,
) -> Result<(), SystemError> {
    let forward = !name.contains("..") && !name.contains("\\\\");
    match (security, operation) {
        (Security::None, _) => Ok(()),
        (Security::Standard, _) | (Security::ReadOnly, Operation::Rrq) if forward => Ok(()),
        (Security::High, Operation::Wrq) if forward => match size() {
            Some(0) => Ok(()),
            _ => Err(SystemError::BAD_LENGTH),
        },
        // No branch of the program allows a read at this level, and none sets a reason.
        (Security::High, Operation::Rrq) if forward => Err(SystemError::SUCCESS),
        _ => Err(SystemError::DIRECTORY),
    }
}

/// Returns the name passed to Windows: the client's name is always below the base directory.
pub(super) fn extend(config: &Tftpd64Config, name: &str) -> String {
    let directory = &config.base_directory;
    let separator = if directory.ends_with('\\') { "" } else { "\\" };
    format!("{directory}{separator}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_become_backslashes() {
        let config = Tftpd64Config::default();
        assert_eq!(rewrite(&config, "/EWC/17_9_4a//ap1g8"), "\\EWC\\17_9_4a\\\\ap1g8");
        assert_eq!(rewrite(&config, "c:/ap1g8"), "C:\\ap1g8");
        assert_eq!(
            rewrite(&Tftpd64Config { reduce_path: true, ..Tftpd64Config::default() }, "//a///b"),
            "\\a\\b"
        );
        assert_eq!(
            rewrite(&Tftpd64Config { unix_strings: false, ..Tftpd64Config::default() }, "/a/b"),
            "/a/b"
        );
        assert_eq!(
            rewrite(&Tftpd64Config { virtual_root: true, ..Tftpd64Config::default() }, "/a/b"),
            "a\\b"
        );
        assert_eq!(rewrite(&config, "é:x"), "é:x");
    }

    #[test]
    fn everything_is_below_the_base_directory() {
        let config =
            |directory: &str| Tftpd64Config { base_directory: directory.into(), ..Tftpd64Config::default() };
        assert_eq!(extend(&config("C:\\TFTP"), "\\ap1g8"), "C:\\TFTP\\\\ap1g8");
        assert_eq!(extend(&config("D:\\"), "ap1g8"), "D:\\ap1g8");
    }

    #[test]
    fn security_levels_are_those_of_the_program() {
        let allowed = |security, operation, name: &str, size| check(security, operation, name, || size);
        for security in [Security::Standard, Security::High, Security::ReadOnly] {
            for name in ["..\\f", "a..b", "a\\\\b"] {
                let refused = allowed(security, Operation::Rrq, name, Some(0));
                assert_eq!(refused, Err(SystemError::DIRECTORY), "{security:?} {name}");
            }
        }
        for operation in [Operation::Rrq, Operation::Wrq] {
            assert_eq!(allowed(Security::None, operation, "..\\f", None), Ok(()));
            assert_eq!(allowed(Security::Standard, operation, "f", None), Ok(()));
        }
        assert_eq!(allowed(Security::ReadOnly, Operation::Rrq, "f", None), Ok(()));
        assert_eq!(allowed(Security::ReadOnly, Operation::Wrq, "f", Some(0)), Err(SystemError::DIRECTORY));
        assert_eq!(allowed(Security::High, Operation::Wrq, "f", Some(0)), Ok(()));
        assert_eq!(allowed(Security::High, Operation::Wrq, "f", Some(1)), Err(SystemError::BAD_LENGTH));
        assert_eq!(allowed(Security::High, Operation::Wrq, "f", None), Err(SystemError::BAD_LENGTH));
        assert_eq!(allowed(Security::High, Operation::Rrq, "f", Some(1)), Err(SystemError::SUCCESS));
    }
}
