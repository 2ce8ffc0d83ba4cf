//! The C library's texts for errors, which servers put into their logs and answers.

use std::io;

/// EMSGSIZE on Linux; the standard library has no kind for it.
const EMSGSIZE: i32 = 90;

/// Returns the text of strerror(3) for an error of the network or of files, from a real operating system or a simulated one.
pub fn strerror(error: &io::Error) -> String {
    if error.raw_os_error() == Some(EMSGSIZE) {
        return "Message too long".into();
    }
    let words = match error.kind() {
        io::ErrorKind::NotFound => "No such file or directory",
        io::ErrorKind::PermissionDenied => "Permission denied",
        io::ErrorKind::ConnectionRefused => "Connection refused",
        io::ErrorKind::ConnectionReset => "Connection reset by peer",
        io::ErrorKind::HostUnreachable => "No route to host",
        io::ErrorKind::NetworkUnreachable => "Network is unreachable",
        io::ErrorKind::NetworkDown => "Network is down",
        io::ErrorKind::AddrInUse => "Address already in use",
        io::ErrorKind::AddrNotAvailable => "Cannot assign requested address",
        io::ErrorKind::TimedOut => "Connection timed out",
        _ => {
            let text = error.to_string();
            return text.split(" (os error").next().unwrap_or(&text).to_owned();
        }
    };
    words.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simulated_and_real_errors_read_alike() {
        let simulated = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(strerror(&simulated), "Connection refused");
        let message_too_long = io::Error::from_raw_os_error(EMSGSIZE);
        assert_eq!(strerror(&message_too_long), "Message too long");
        let other = io::Error::from_raw_os_error(5);
        assert!(!strerror(&other).contains("os error"), "{}", strerror(&other));
    }
}
