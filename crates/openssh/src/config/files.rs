//! The files that `Include` reads.

use std::ops::Range;

use crate::patterns::fits;

/// The directory of relative paths.
const DIRECTORY: &str = "/etc/ssh/";

/// The other files of a configuration.
#[derive(Clone, Copy, Debug)]
pub enum Included<'a> {
    /// They are not given.
    Unknown,
    /// These, and no others.
    Files(&'a [IncludedFile]),
}

/// A file beside sshd_config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludedFile {
    /// Its absolute path: `/etc/ssh/sshd_config.d/50-cloud-init.conf`.
    pub path: String,
    /// Its range in the text that holds all files.
    pub range: Range<usize>,
}

impl<'a> Included<'a> {
    pub(super) fn files(self) -> &'a [IncludedFile] {
        match self {
            Self::Unknown => &[],
            Self::Files(files) => files,
        }
    }
}

impl IncludedFile {
    /// Returns true if a pattern of glob(7) names it; a relative one begins at /etc/ssh. Stars do not match slashes, nor a dot at
    /// the beginning of a name.
    pub(super) fn is_named(&self, pattern: &str) -> bool {
        let pattern =
            if pattern.starts_with('/') { pattern.to_owned() } else { format!("{DIRECTORY}{pattern}") };
        let (names, patterns) = (self.path.split('/'), pattern.split('/'));
        names.clone().count() == patterns.clone().count()
            && names.zip(patterns).all(|(name, pattern)| {
                (!name.starts_with('.') || pattern.starts_with('.')) && fits(name, pattern)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_files_of_one_directory() {
        let file = IncludedFile { path: "/etc/ssh/sshd_config.d/50-cloud-init.conf".into(), range: 0..0 };
        for pattern in [
            "/etc/ssh/sshd_config.d/*.conf",
            "sshd_config.d/*.conf",
            "/etc/*/sshd_config.d/50-*",
            "/etc/ssh/*/*",
        ] {
            assert!(file.is_named(pattern), "{pattern}");
        }
        for pattern in ["/etc/ssh/*.conf", "/etc/ssh/sshd_config.d/*.cnf", "*", "/etc/ssh/sshd_config.d"] {
            assert!(!file.is_named(pattern), "{pattern}");
        }
        let hidden = IncludedFile { path: "/etc/ssh/sshd_config.d/.old.conf".into(), range: 0..0 };
        assert!(!hidden.is_named("sshd_config.d/*.conf"));
    }
}
