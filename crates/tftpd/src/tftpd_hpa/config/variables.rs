//! The variables of `/etc/default/tftpd-hpa`, as `/etc/init.d/tftpd-hpa` of Debian and Ubuntu reads them: each is modelled, does not
//! matter here, or may matter and is not modelled.

use super::options::SettingClass;

/// The treatment of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variable {
    /// `TFTP_USERNAME`
    User,
    /// `TFTP_DIRECTORY`
    Directory,
    /// `TFTP_ADDRESS`
    Address,
    /// `TFTP_OPTIONS`
    Options,
    /// It does not matter here, for this reason.
    Immaterial(&'static str),
    /// It may matter and is not modelled, for this reason.
    NotModelled(&'static str),
}

const OLD: &str = "Debian's script read it before tftp-hpa 5.0 alone";
const SCRIPT: &str = "the script uses it for messages, or to stop in.tftpd";

const VARIABLES: [(&str, Variable); 14] = [
    ("TFTP_USERNAME", Variable::User),
    ("TFTP_DIRECTORY", Variable::Directory),
    ("TFTP_ADDRESS", Variable::Address),
    ("TFTP_OPTIONS", Variable::Options),
    ("RUN_DAEMON", Variable::Immaterial(OLD)),
    ("OPTIONS", Variable::Immaterial(OLD)),
    ("NAME", Variable::Immaterial(SCRIPT)),
    ("DESC", Variable::Immaterial(SCRIPT)),
    ("PIDFILE", Variable::Immaterial(SCRIPT)),
    ("DEFAULTS", Variable::Immaterial(SCRIPT)),
    ("LANG", Variable::Immaterial("it decides the language of messages")),
    ("DAEMON", Variable::NotModelled("the script starts this program instead of /usr/sbin/in.tftpd")),
    ("PATH", Variable::NotModelled("the script finds its programs there")),
    ("IFS", Variable::NotModelled("the shell splits the other variables by it")),
];

const UNKNOWN: &str =
    "Debian's script does not read it: the name is misspelt, or the file is of another system";

/// Returns the treatment of a variable.
pub(super) fn find(name: &str) -> Variable {
    let known = VARIABLES.iter().find(|(known, _)| *known == name);
    known.map_or(Variable::NotModelled(UNKNOWN), |&(_, variable)| variable)
}

/// Returns every variable with its class.
pub(super) fn classes() -> impl Iterator<Item = SettingClass> {
    VARIABLES.iter().copied().chain([("any other", Variable::NotModelled(UNKNOWN))]).map(
        |(name, variable)| {
            let (class, why) = match variable {
                Variable::Immaterial(why) => ("does not matter here", why),
                Variable::NotModelled(why) => ("may matter, not modelled", why),
                _ => ("modelled", ""),
            };
            SettingClass { name: name.to_owned(), class, why }
        },
    )
}
