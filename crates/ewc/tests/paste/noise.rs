//! Prompts, `--More--`, messages and carriage returns change nothing of what is read.

use proptest::prelude::*;

use super::read;

/// A terminal's way of showing a line.
#[derive(Clone, Copy, Debug)]
enum Shown {
    Plain,
    CarriageReturn,
    /// `--More--`, erased by backspaces.
    More,
    /// `--More--`, erased by carriage returns.
    MoreReturn,
    /// `--More--` of which an editor dropped the backspaces.
    MoreBlanks,
    /// A message of the device before the line.
    Message,
    /// The first letter mistyped and corrected.
    Corrected,
    BlankLine,
    Comment,
    Escape,
}

impl Shown {
    fn line(self, line: &str) -> String {
        let back = "\u{8}".repeat(9);
        match self {
            Self::Plain => format!("{line}\n"),
            Self::CarriageReturn => format!("{line}\r\r\n"),
            Self::More => format!(" --More-- {back}        {back}{line}\n"),
            Self::MoreReturn => format!(" --More-- \r          \r{line}\n"),
            Self::MoreBlanks => format!(" --More--         {line}\n"),
            Self::Message => {
                format!("*Mar  5 22:00:01.123: %SYS-5-CONFIG_I: Configured from console by console\n{line}\n")
            }
            Self::Corrected => {
                let blanks = line.len() - line.trim_start().len();
                let (indent, word) = line.split_at(blanks);
                if word.is_empty() { format!("{line}\n") } else { format!("{indent}q\u{8}{word}\n") }
            }
            Self::BlankLine => format!("\n   \n{line}\n"),
            Self::Comment => format!("! image-download-mode cco\n{line}\n"),
            Self::Escape => format!("\u{1b}[K\u{7}{line}\u{1b}[0m\n"),
        }
    }
}

fn shown() -> impl Strategy<Value = Shown> {
    prop::sample::select(vec![
        Shown::Plain,
        Shown::Plain,
        Shown::CarriageReturn,
        Shown::More,
        Shown::MoreReturn,
        Shown::MoreBlanks,
        Shown::Message,
        Shown::Corrected,
        Shown::BlankLine,
        Shown::Comment,
        Shown::Escape,
    ])
}

/// The same lines with and without prompts.
const TYPED: [(&str, &str); 9] = [
    ("(config)", "hostname x"),
    ("(config)", "wireless profile image-download default"),
    ("(config-wireless-image-download-profile)", "image-download-mode sftp"),
    ("(config-wireless-image-download-profile)", "sftp-image-server 192.0.2.62"),
    ("(config-wireless-image-download-profile-sftp)", "sftp-image-path a/b"),
    ("(config-wireless-image-download-profile-sftp)", "sftp-password 0 s3cret"),
    ("(config-wireless-image-download-profile-sftp)", "exit"),
    ("(config)", "ip tftp blocksize 1024"),
    ("(config)", "ap auth-list authorize-mac"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_whole_configuration_is_read_the_same(whole in 0..2_usize, ways in prop::collection::vec(shown(), 260)) {
        let text = [include_str!("whole/branch.cfg"), include_str!("whole/campus-sftp.cfg")][whole];
        prop_assert!(text.lines().count() <= ways.len());
        let noisy: String = text.lines().zip(ways).map(|(line, way)| way.line(line)).collect();
        prop_assert_eq!(read(&noisy), read(text));
    }

    #[test]
    fn typed_lines_are_read_the_same(
        name in "[A-Za-z][A-Za-z0-9-]{0,20}",
        ways in prop::collection::vec(shown(), TYPED.len()),
        is_prompted in any::<bool>(),
    ) {
        let plain: String = TYPED.iter().map(|(_, line)| format!("{line}\n")).collect();
        let noisy: String = TYPED
            .iter()
            .zip(ways)
            .map(|((mode, line), way)| way.line(&if is_prompted { format!("{name}{mode}#{line}") } else { (*line).to_owned() }))
            .collect();
        prop_assert_eq!(read(&noisy), read(&plain));
        prop_assert_eq!(read(&plain).not_modelled, ["ap auth-list"]);
    }
}
