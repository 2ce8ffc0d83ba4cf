//! The texts of findings: one sentence of the cause, one of what to do.

use std::time::Duration;

use text::durations::short;
use text::numbers::grouped;
use text::printable_of_peer as shown;

use super::finding::{AlgorithmList, Content, Denied, Difference, Finding, Place, Reach, Session, Transport};

/// The most names of algorithms that a sentence lists.
const NAMES_MAX: usize = 8;

/// Returns the cause, and what to do.
pub(crate) fn words(finding: &Finding) -> (String, String) {
    match finding {
        Finding::Reach(reach) => of_reach(reach),
        Finding::Session(session) => of_session(session),
        Finding::Place(place) => of_place(place),
        Finding::Content(content) => of_content(content),
    }
}

/// Findings about packets that do not come, and about options of TFTP.
fn of_reach(reach: &Reach) -> (String, String) {
    match reach {
        Reach::PortClosed { transport } => (
            format!("the machine answers that its {} port is closed", transport_word(*transport)),
            match transport {
                Transport::Udp => "start the TFTP server there, or correct the address and the port",
                Transport::Tcp => "start sshd there, or correct the address and the port; a firewall that rejects looks the same",
            }
            .to_owned(),
        ),
        Reach::NoAnswer { transport, waited_ms } => (
            format!(
                "nothing answered within {}: the server does not run, or a firewall drops the packets on one of the ways",
                short(Duration::from_millis(*waited_ms))
            ),
            match transport {
                Transport::Udp => "check that the server logs the request; TFTP answers from a new port, which a firewall passes only with an inspection of TFTP (`inspect: tftp`)",
                Transport::Tcp => "check that a connection to this TCP port works from the controller's network at all",
            }
            .to_owned(),
        ),
        Reach::NoRoute { text } => (
            format!("the network does not deliver the packets: {}", shown(text)),
            "check the address and the route to it".to_owned(),
        ),
        Reach::AnswersFromOtherAddress { from } => (
            format!("the answers come from another address, {from}: the controller drops them (RFC 1350, section 4)"),
            format!("let the server answer from the address that is asked, or put {from} into the profile; servers with several addresses and translations do this"),
        ),
        Reach::AnswersFromRequestPort => (
            "the server answers from the port of the request and not from a new one".to_owned(),
            "nothing has to be done for one transfer at a time; firewalls with an inspection of TFTP may not expect it".to_owned(),
        ),
        Reach::PortChanges { first, then } => (
            format!("the packets of one transfer come from port {first} and from port {then}: the controller takes only the first"),
            "look for two servers behind one address, or for a translation that forgets the transfer".to_owned(),
        ),
        Reach::OptionsUnanswered { asks_block_size } => (
            "requests with options (RFC 2347) are not answered, requests without are".to_owned(),
            block_size_advice(*asks_block_size),
        ),
        Reach::OptionsRefused { text, asks_block_size } => (
            format!("requests with options (RFC 2347) are refused: {}", shown(text)),
            block_size_advice(*asks_block_size),
        ),
        Reach::BlockSizeLowered { asked, accepted } => (
            format!("the controller requests blocks of {asked} bytes, and the server sends {accepted}"),
            "raise the limit of the server, or plan with this block size: the time grows by the ratio of the two".to_owned(),
        ),
        Reach::BlocksLost { block_size } => (
            format!("the server agrees to blocks of {block_size} bytes, and they do not arrive; blocks of 512 bytes do"),
            "set `ip tftp blocksize 1428`, so that no block goes in fragments, or let the firewall pass fragments".to_owned(),
        ),
    }
}

fn block_size_advice(asks_block_size: bool) -> String {
    if asks_block_size {
        "remove `ip tftp blocksize` from the controller, or let the server take options: the controller asks for one".to_owned()
    } else {
        "nothing has to be done: the controller asks for no option".to_owned()
    }
}

fn transport_word(transport: Transport) -> &'static str {
    match transport {
        Transport::Udp => "UDP",
        Transport::Tcp => "TCP",
    }
}

/// Findings about sessions of SSH.
fn of_session(session: &Session) -> (String, String) {
    match session {
        Session::NotSsh { line } => (
            format!("no SSH server answers at this port: it says `{}`", shown(line)),
            "correct the port, or start sshd there".to_owned(),
        ),
        Session::NoCommonAlgorithm { list, controller, server } => {
            let (name, directive) = algorithm_words(*list);
            let cause = format!(
                "the server has no {name} that the controller takes: it offers {}, the controller {}",
                names(server),
                names(controller)
            );
            let advice = match list {
                AlgorithmList::HostKey => "make a host key of a type that the controller takes (`ssh-keygen -A`), name it in a `HostKey` line, and allow its algorithm in `HostKeyAlgorithms`".to_owned(),
                _ => format!("add one of the controller's to `{directive}` of sshd_config"),
            };
            (cause, advice)
        }
        Session::ClosedBeforeLogin { text } => (
            format!("the connection ends before the login: {}", shown(text)),
            "check the server's log: it may be at its `MaxStartups`, or refuse this address (hosts.deny, `PerSourcePenalties`)".to_owned(),
        ),
        Session::LoginRefused { user, methods } => (
            format!("the login of {} with this password is refused; SSH does not tell whether the password, the user, or a rule such as `AllowUsers` is the reason", shown(user)),
            format!("check the password and the user, then the server's log, which tells them apart; methods that can continue: {}", names(methods)),
        ),
        Session::PasswordsNotAccepted { user, methods } => (
            format!("the server takes no passwords from {}, only {}", shown(user), names(methods)),
            "set `PasswordAuthentication yes` for this user; the controller can log in by password only".to_owned(),
        ),
        Session::ClosedAfterLogin { user, text } => (
            format!("the login of {} works, and the server then closes the connection: {}", shown(user), shown(text)),
            "check `ChrootDirectory`: it and all directories above must belong to root and be writable by nobody else; the server's log names the one that is not".to_owned(),
        ),
        Session::NoSubsystem { text } => (
            format!("the login works, and the server has no SFTP: {}", shown(text)),
            "add a line `Subsystem sftp internal-sftp` to sshd_config".to_owned(),
        ),
        Session::SubsystemEnds => (
            "the login works, and SFTP ends before its first answer".to_owned(),
            "check the path of the `Subsystem sftp` line, the user's shell, which must not be nologin, and that the chroot holds the program; `internal-sftp` needs none of them".to_owned(),
        ),
        Session::NotSftp { text } => (
            format!("the login works, and something else than SFTP answers: {}", shown(text)),
            "check that the user's shell prints nothing when nobody is there to read it (`ssh HOST true`), and the `ForceCommand` line".to_owned(),
        ),
    }
}

fn algorithm_words(list: AlgorithmList) -> (&'static str, &'static str) {
    match list {
        AlgorithmList::KeyExchange => ("key exchange method", "KexAlgorithms"),
        AlgorithmList::HostKey => ("host key type", "HostKeyAlgorithms"),
        AlgorithmList::Cipher => ("cipher", "Ciphers"),
        AlgorithmList::Mac => ("MAC", "MACs"),
        AlgorithmList::Compression => ("compression method", "Compression"),
    }
}

fn names(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let mut listed: Vec<String> = names.iter().take(NAMES_MAX).map(shown).collect();
    if names.len() > NAMES_MAX {
        listed.push(format!("{} more", names.len() - NAMES_MAX));
    }
    listed.join(", ")
}

/// Findings about the place of a file, and about permissions.
fn of_place(place: &Place) -> (String, String) {
    match place {
        Place::NotFound { text, nearest } => (
            format!("the server has no such file: {}", shown(text)),
            match nearest {
                Some(near) => format!("copy it there; the nearest name is `{}`", shown(near)),
                None => "copy it there, or correct the path of the profile; some servers, atftpd among them, say the same of a file that they may not read".to_owned(),
            },
        ),
        Place::Elsewhere { path, how } => (elsewhere(&shown(path), *how), elsewhere_advice(*how).to_owned()),
        Place::PermissionDenied { text, mode, of } => {
            let mode = mode.as_ref().map(|mode| format!(" (mode {mode})")).unwrap_or_default();
            let (what, advice) = match of {
                Denied::File => ("it may not read the file", "make the file readable: `chmod a+r FILE`"),
                Denied::Directory => (
                    "it may not enter the directory",
                    "let others enter the directories above it: `chmod a+x DIRECTORY`",
                ),
                Denied::Unknown => (
                    "it may not read the file, or not enter a directory above it",
                    "make the file readable by the user of the server and the directories passable: `chmod a+r FILE`, `chmod a+x DIRECTORY`",
                ),
            };
            (format!("the server answers `{}`: {what}{mode}", shown(text)), advice.to_owned())
        }
        Place::IsDirectory => (
            "this path is a directory".to_owned(),
            "put the image there as a file, or correct the path of the profile".to_owned(),
        ),
        Place::OutsideRoot { text } => (
            format!("the server answers `{}`: it serves certain directories only, and this path is in none of them", shown(text)),
            "let the server take its directory as the root (in.tftpd: `--secure`), or put the whole path into the profile".to_owned(),
        ),
        Place::Refused { text } => (
            format!("the server refuses the file: {}", shown(text)),
            "check the server's log and its configuration".to_owned(),
        ),
    }
}

fn elsewhere(path: &str, how: Difference) -> String {
    match how {
        Difference::Case => format!("the letters differ in their case: the server has `{path}`"),
        Difference::Punctuation => {
            format!("the directory is written in another way: the server has `{path}`")
        }
        Difference::LeadingSlash => {
            format!("the server has it as `{path}`, without the slash that the controller puts in front")
        }
        Difference::BelowRoot => {
            format!("the path begins with directories above the root of the server, which has it as `{path}`")
        }
        Difference::RootMissing => {
            format!("the path lacks the root directory of the server, which has it as `{path}`")
        }
        Difference::Directory => format!("it is in another directory: the server has `{path}`"),
        Difference::Ending => format!("the end of the name differs: the server has `{path}`"),
        Difference::FromRoot => format!(
            "the path is written from the root, and the controller takes it from the login directory, below which the server has `{path}`"
        ),
        Difference::NotInHome => {
            format!("the path is taken from the login directory, and the file is at `{path}` from the root")
        }
    }
}

fn elsewhere_advice(how: Difference) -> &'static str {
    match how {
        Difference::Case | Difference::Ending => {
            "rename it to the name that the controller asks for, letter by letter"
        }
        Difference::Punctuation | Difference::BelowRoot | Difference::Directory | Difference::FromRoot => {
            "correct the path of the profile on the controller"
        }
        Difference::LeadingSlash => {
            "start the server so that it takes its directory as the root (in.tftpd: `--secure`)"
        }
        Difference::RootMissing => {
            "start the server with its directory as the root (in.tftpd: `--secure`), or put the whole path into the profile"
        }
        Difference::NotInHome => {
            "move the files below the login directory, or link them there: the controller cannot ask for an absolute path"
        }
    }
}

/// Findings about what is in a file.
fn of_content(content: &Content) -> (String, String) {
    match content {
        Content::Empty => (
            "the file is empty, or a directory of which this server sends nothing".to_owned(),
            "copy the image there again".to_owned(),
        ),
        Content::Truncated { expected, actual } => (
            format!(
                "it has {} bytes, and the listing says {}: the copy is not complete",
                grouped(*actual),
                grouped(*expected)
            ),
            "copy it again and compare its size and checksum".to_owned(),
        ),
        Content::TooLong { expected, actual } => (
            format!(
                "it has {} bytes, and the listing says {}: it is another file",
                grouped(*actual),
                grouped(*expected)
            ),
            "compare its checksum with that of the release, or correct the listing of the lab".to_owned(),
        ),
        Content::SizeChanged { announced, sent } => (
            format!("the server announced {} bytes and sent {}", grouped(*announced), grouped(*sent)),
            "probe again when nobody copies to the server".to_owned(),
        ),
        Content::SizeUnknown => (
            "the server states no size, so that it is not known whether the copy is complete".to_owned(),
            "probe again with `--whole`".to_owned(),
        ),
        Content::NoRoom { size, room } => (
            format!("it has {} bytes, and the controller has room for {}", grouped(*size), grouped(*room)),
            "no setting helps: the controller refuses it".to_owned(),
        ),
        Content::OtherImage { expected, actual } => (
            format!(
                "it is an image for `{}` and not for `{expected}`: access points refuse it",
                shown(actual)
            ),
            "copy the right image there, under its own name".to_owned(),
        ),
        Content::OtherVersion { expected, actual } => (
            format!("it is of version {}, and the plan is for {expected}", shown(actual)),
            "copy the image of the planned release there, or plan for this one".to_owned(),
        ),
        Content::NotAnImage { why } => (
            format!("it is no access point image: {}", shown(why)),
            "copy the image there again, unpacked from the bundle and nothing else".to_owned(),
        ),
        Content::Unread { why } => (
            format!("what it is cannot be told: {}", shown(why)),
            "compare its checksum with that of the release".to_owned(),
        ),
        Content::Stopped { bytes, text } => (
            format!("the transfer stopped after {} bytes: {}", grouped(*bytes), shown(text)),
            "check the server's log and the network; probe again with `--whole`".to_owned(),
        ),
        Content::Faulty { text } => (
            format!("the server breaks the protocol: {}", shown(text)),
            "use another server software".to_owned(),
        ),
    }
}
