//! The help of the words of commands, as IOS prints it behind `?`. Words without a source are in [`crate::unverified`].

use command_line::Help;

/// Listings of IOS 12 to IOS-XE 17 in privileged mode.
pub(super) const KNOWN: &[Help] = &[
    ("clear", "Reset functions"),
    ("reload", "Halt and perform a cold restart"),
    ("show", "Show running system information"),
];
