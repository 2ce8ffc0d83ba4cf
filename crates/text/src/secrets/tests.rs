//! Every place of a secret in IOS-XE, and lines without secrets.

use super::*;

/// Lines with `MARKER` in place of the secret.
const POSITIONS: &str = include_str!("positions.txt");

#[test]
fn no_secret_of_ios_xe_is_left() {
    let mut tried = 0;
    for line in POSITIONS.lines().filter(|line| !line.starts_with('!') && !line.is_empty()) {
        assert!(line.contains("MARKER"), "{line}");
        assert!(!starred(line).contains("MARKER"), "{}", starred(line));
        // Pasted from a terminal, and negated with `no`.
        for before in ["9120-EWC(config)#", "EWC#no ", "   ", "\"", "'", " --More-- \u{8}\u{8}"] {
            let pasted = format!("{before}{line}  ");
            assert!(!starred(&pasted).contains("MARKER"), "{}", starred(&pasted));
        }
        tried += 1;
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn secrets_are_found_and_their_kind_is_kept() {
    for (line, hidden) in [
        (" sftp-password 0 s3cret ", " sftp-password 0 ***** "),
        (" sftp-image-password 0 Sw0rd fish", " sftp-image-password 0 *****"),
        ("sftp-image-password s3cret", "sftp-image-password *****"),
        ("EWC(config-x)#sftp-password 0 with # and blanks", "EWC(config-x)#sftp-password 0 *****"),
        ("username admin privilege 15 secret 9 $9$x", "username admin privilege 15 secret 9 *****"),
        ("enable secret 1234", "enable secret *****"),
        ("sftp-pasword 0 s3cret", "sftp-pasword 0 *****"),
        ("sftp-password 0", "sftp-password *****"),
        ("snmp-server community X RO", "snmp-server community *****"),
        ("copy sftp://calo:x@y@10.0.0.1/a flash:", "copy sftp://calo:*****@10.0.0.1/a flash:"),
    ] {
        assert_eq!(starred(line), hidden);
    }
}

#[test]
fn what_is_no_secret_stays() {
    for line in [
        "hostname 9120-EWC",
        "sftp-username calo",
        "sftp-password",
        "ip ssh client algorithm mac hmac-sha2-256 hmac-sha1",
        "EWC(config)#ip ssh client algorithm kex ecdh-sha2-nistp256",
        "service password-encryption",
        "passive-interface Vlan1",
        "aaa authentication login default group radius local",
        "crypto key generate rsa modulus 2048",
        "HostKey /etc/ssh/ssh_host_ed25519_key",
        "PasswordAuthentication yes",
        "AuthenticationMethods password publickey",
        "TFTP_OPTIONS=\"--secure --blocksize 1400\"",
        "install add file tftp://10.0.5.27/EWC/17_9_4a/ap1g8",
        "security wpa akm psk",
    ] {
        assert_eq!(starred(line), line);
    }
}

#[test]
fn texts_that_are_no_yaml_hide_what_may_be_a_secret() {
    let broken = |text: &'static str| in_broken_text(text).map(|range| &text[range]).collect::<Vec<_>>();
    assert_eq!(broken("a: 1\r\n- { name: calo, Password : x, uid: 5 ]\r\n"), ["x, uid: 5 ]"]);
    assert_eq!(broken("\"passwort\":  x\nb: µpass: y\n sftp-password 0 z"), ["x", "z"]);
    assert_eq!(broken("password:\npass\nbypass: 1\n:\n"), [""]);
}

#[test]
fn the_lines_of_a_private_key_are_secret() {
    let text = "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nAbCd\n-----END RSA PRIVATE KEY-----\nhostname b\n";
    let found: Vec<&str> = in_config(text).map(|range| &text[range]).collect();
    assert_eq!(found, ["MIIE", "AbCd"]);
}

#[test]
fn a_secret_goes_on_in_the_next_line_if_the_terminal_wrapped_it() {
    for columns in [80, 132] {
        is_hidden_in_the_next_line(columns);
    }
}

fn is_hidden_in_the_next_line(columns: usize) {
    let prompt = "EWC(config-profile)#sftp-password 0 ";
    let first = format!("{prompt}{}", "x".repeat(columns - prompt.len()));
    let hidden = |text: &str| in_config_lines(text).map(|(index, _)| index).collect::<Vec<_>>();
    assert_eq!(hidden(&format!("{first}\nrest\nhostname b\n")), [0, 1]);
    assert_eq!(hidden(&format!("{first}\n sftp-port 22\n")), [0]);
    assert_eq!(hidden(&format!("{first}\n!\nhostname b\n")), [0]);
    assert_eq!(hidden(&format!("{first}\n{}\nlast", "y".repeat(columns))), [0, 1, 2]);
    assert_eq!(hidden(&format!("{}\nrest", &first[1..])), [0]);
    let text = format!("a\r\n{first}\r\nrest\r\n");
    assert_eq!(in_config(&text).last().map(|range| &text[range]), Some("rest"));
}
