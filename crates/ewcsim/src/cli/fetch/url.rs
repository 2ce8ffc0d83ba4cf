//! URLs of files on servers: `tftp://host[:port]/path[;mode=octet]` (RFC 3617) and `sftp://user@host[:port]/path`.

use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, ToSocketAddrs};

use fetch::sftp::Path;
use tftp::Text;

/// The port of TFTP.
const TFTP_PORT: u16 = 69;
/// The port of SSH.
const SSH_PORT: u16 = 22;
/// No TFTP server accepts longer names: they would not fit in a request with options.
const TFTP_FILE_MAX: usize = 1_024;
/// No file has a longer name (PATH_MAX of Linux).
const SFTP_FILE_MAX: usize = 4_096;

/// A file on a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    /// A name or an address; an IPv6 address without its brackets.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) target: Target,
}

/// The protocol, and the file to request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Tftp {
        /// The name as requested: with a leading slash, as the controller does it.
        file: Text,
    },
    Sftp {
        user: String,
        /// Relative to the login directory, unless a second slash precedes it.
        path: Path,
    },
}

/// The reason why a text is not such a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) message: &'static str,
    pub(super) help: &'static str,
}

const FORM: &str =
    "write tftp://HOST[:PORT]/PATH, such as tftp://10.0.5.27/17.9.4a/ap1g8, or sftp://USER@HOST[:PORT]/PATH";

fn wrong<T>(message: &'static str) -> Result<T, Problem> {
    Err(Problem { message, help: FORM })
}

impl Url {
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let Some((scheme, rest)) = text.split_once("://") else { return wrong("this is not a URL") };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        match scheme.to_ascii_lowercase().as_str() {
            "tftp" => Self::tftp(authority, path),
            "sftp" => Self::sftp(authority, path),
            _ => wrong("only tftp:// and sftp:// can be fetched"),
        }
    }

    fn tftp(authority: &str, path: &str) -> Result<Self, Problem> {
        if authority.contains('@') {
            return wrong("TFTP has no users");
        }
        let (host, port) = authority_parts(authority)?;
        let path = match path.rsplit_once(";mode=") {
            Some((path, mode)) if mode.eq_ignore_ascii_case("octet") => path,
            Some(_) => return wrong("only mode=octet can be fetched"),
            None => path,
        };
        let file = file(path, TFTP_FILE_MAX)?;
        let target = Target::Tftp { file: Text::new(file) };
        Ok(Self { host: host.to_owned(), port: port.unwrap_or(TFTP_PORT), target })
    }

    fn sftp(authority: &str, path: &str) -> Result<Self, Problem> {
        let Some((user, authority)) = authority.rsplit_once('@').filter(|(user, _)| !user.is_empty()) else {
            return wrong("the URL names no user");
        };
        if user.contains(':') {
            return Err(Problem {
                message: "a password does not belong on the command line, where others on this machine can read it",
                help: "leave it out: it is read from EWCSIM_PASSWORD, or from the terminal",
            });
        }
        let (host, port) = authority_parts(authority)?;
        let Ok(user) = String::from_utf8(decoded(user)?) else {
            return wrong("the user's name is not UTF-8");
        };
        // The slash after the host is not part of the path.
        let file = file(path, SFTP_FILE_MAX)?.split_off(1);
        let path = if file.starts_with(b"/") {
            Path::Absolute(sftp::Text::new(file))
        } else {
            Path::Home(sftp::Text::new(file))
        };
        let target = Target::Sftp { user, path };
        Ok(Self { host: host.to_owned(), port: port.unwrap_or(SSH_PORT), target })
    }

    /// Returns the server's address. If the name has several, this is the first IPv4 address: the controller uses IPv4.
    pub(super) fn resolve(&self) -> io::Result<SocketAddr> {
        let all: Vec<SocketAddr> = (self.host.as_str(), self.port).to_socket_addrs()?.collect();
        let first = all.iter().find(|address| address.is_ipv4()).or(all.first());
        first.copied().ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the name has no address"))
    }
}

/// Returns the URL with its password starred.
pub(super) fn without_password(url: &str) -> String {
    let (scheme, rest) =
        url.split_once("://").map_or(("", url), |(scheme, rest)| (&url[..scheme.len() + 3], rest));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match authority.rsplit_once('@').and_then(|(user, host)| Some((user.split_once(':')?.0, host))) {
        Some((user, host)) => format!("{scheme}{user}:*****@{host}{path}"),
        None => url.to_owned(),
    }
}

/// Decodes `path` to the name of a file, with its leading slash.
fn file(path: &str, length_max: usize) -> Result<Vec<u8>, Problem> {
    let file = decoded(path)?;
    if file.is_empty() || file.ends_with(b"/") {
        return wrong("the URL names no file");
    }
    if file.len() > length_max {
        return wrong("the name of the file is too long");
    }
    Ok(file)
}

/// Splits an authority into host and port.
fn authority_parts(authority: &str) -> Result<(&str, Option<u16>), Problem> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let Some((host, after)) = rest.split_once(']') else { return wrong("a `]` is missing") };
        if host.parse::<Ipv6Addr>().is_err() {
            return wrong("the text in brackets is not an IPv6 address");
        }
        match after.strip_prefix(':') {
            _ if after.is_empty() => (host, None),
            Some(port) => (host, Some(port)),
            None => return wrong("expected a port or a path after `]`"),
        }
    } else if authority.parse::<IpAddr>().is_ok_and(|address| address.is_ipv6()) {
        return wrong("an IPv6 address needs brackets, as in tftp://[::1]/PATH");
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    if host.is_empty() {
        return wrong("the URL names no server");
    }
    match port.map(str::parse::<u16>) {
        None => Ok((host, None)),
        Some(Ok(port)) if port > 0 => Ok((host, Some(port))),
        Some(_) => wrong("the port is not a number from 1 to 65535"),
    }
}

/// Decodes `%2F` and the like (RFC 3986, section 2.1).
fn decoded(text: &str) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes().iter();
    while let Some(&byte) = rest.next() {
        let byte = if byte == b'%' {
            let mut digit = || rest.next().and_then(|&digit| char::from(digit).to_digit(16));
            match (digit(), digit()) {
                (Some(high), Some(low)) => (high * 16 + low) as u8,
                _ => return wrong("`%` needs two hexadecimal digits after it; `%25` is a percent sign"),
            }
        } else {
            byte
        };
        if byte == 0 {
            return wrong("a name cannot contain a zero byte");
        }
        bytes.push(byte);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (String, u16, String) {
        let url = Url::parse(text).unwrap_or_else(|problem| panic!("{text}: {}", problem.message));
        let file = match url.target {
            Target::Tftp { file } => file.to_string(),
            Target::Sftp { user, path: Path::Home(path) } => format!("{user}: ~/{path}"),
            Target::Sftp { user, path: Path::Absolute(path) } => format!("{user}: {path}"),
        };
        (url.host, url.port, file)
    }

    #[test]
    fn hosts_ports_and_files() {
        let expected = |host: &str, port, file: &str| (host.to_owned(), port, file.to_owned());
        assert_eq!(parsed("tftp://10.0.5.27/17.9.4a/ap1g8"), expected("10.0.5.27", 69, "/17.9.4a/ap1g8"));
        assert_eq!(parsed("TFTP://tftp-1:6969/ap1g8"), expected("tftp-1", 6969, "/ap1g8"));
        assert_eq!(parsed("tftp://[::1]/a"), expected("::1", 69, "/a"));
        assert_eq!(parsed("tftp://[::1]:70/a"), expected("::1", 70, "/a"));
        assert_eq!(parsed("tftp://h/a%20b%2Fc;mode=OCTET"), expected("h", 69, "/a b/c"));
        assert_eq!(parsed("tftp://h//absolute"), expected("h", 69, "//absolute"));
        assert_eq!(parsed("sftp://calo@h/EWC/ap3g3"), expected("h", 22, "calo: ~/EWC/ap3g3"));
        assert_eq!(
            parsed("SFTP://a%40b@[::1]:2222//srv/x;mode=a"),
            expected("::1", 2222, "a@b: /srv/x;mode=a")
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, message) in [
            ("10.0.5.27/ap1g8", "not a URL"),
            ("http://10.0.5.27/ap1g8", "only tftp://"),
            ("sftp://10.0.5.27/ap1g8", "no user"),
            ("sftp://@10.0.5.27/ap1g8", "no user"),
            ("sftp://calo:Sw0rdfish@h/ap1g8", "password"),
            ("sftp://%ff@h/ap1g8", "UTF-8"),
            ("sftp://calo@h", "no file"),
            ("sftp://calo@h/", "no file"),
            ("sftp://calo@h/EWC/", "no file"),
            ("tftp://user@h/a", "no users"),
            ("tftp://h", "no file"),
            ("tftp://h/", "no file"),
            ("tftp://h/directory/", "no file"),
            ("tftp:///a", "no server"),
            ("tftp://:69/a", "no server"),
            ("tftp://h:0/a", "port"),
            ("tftp://h:65536/a", "port"),
            ("tftp://h:/a", "port"),
            ("tftp://::1/a", "brackets"),
            ("tftp://[::1/a", "`]`"),
            ("tftp://[h]/a", "not an IPv6"),
            ("tftp://[::1]69/a", "after `]`"),
            ("tftp://h/a%2", "hexadecimal"),
            ("tftp://h/a%00", "zero"),
            ("tftp://h/a;mode=netascii", "mode=octet"),
        ] {
            let problem = Url::parse(text).expect_err(text);
            assert!(problem.message.contains(message), "{text}: {}", problem.message);
        }
        let long = format!("tftp://h/{}", "a".repeat(TFTP_FILE_MAX));
        assert!(Url::parse(&long).expect_err("long").message.contains("too long"));
    }

    #[test]
    fn passwords_are_not_repeated() {
        let hidden = "sftp://calo:*****@h:22/a:b@c";
        assert_eq!(without_password("sftp://calo:p@ss:word@h:22/a:b@c"), hidden);
        for url in ["sftp://calo@h:22/a:b@c", "tftp://h/a", "calo", "sftp://"] {
            assert_eq!(without_password(url), url);
        }
    }
}
