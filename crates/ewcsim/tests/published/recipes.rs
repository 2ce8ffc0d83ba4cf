//! Recipes for sshd: accounts for SFTP alone, hardening, drop-ins, addresses; each with what becomes of the fetch.

use super::Night;
use super::sshd::{night, with_server};

/// What becomes of a night.
enum Becomes {
    Passed,
    /// The controller's log has this.
    Failed(&'static str),
    /// It stops by this name.
    NotModelled(&'static str),
    /// sshd does not start, in these words.
    Refused(&'static str),
}

use Becomes::{Failed, NotModelled, Passed, Refused};

const SFTP: &str = "Subsystem sftp internal-sftp";
const CLOSED: Becomes = Failed("Connection closed by remote host");
const WRONG: Becomes = Failed("Authentication failed");
const MISSING: Becomes = Failed("No such file or directory");
const NOBODY: Becomes = Failed("Connection refused");

fn become_what_they_should(rows: Vec<(Night, Becomes)>) {
    for (night, becomes) in rows {
        match becomes {
            Passed => night.passes(),
            Failed(why) => night.fails("ewc", why),
            NotModelled(name) => night.is_not_modelled(name),
            Refused(words) => night.is_refused(words),
        }
    }
}

/// Lines below the subsystem.
fn below(lines: &str) -> Night {
    night(&format!("{SFTP}\n{lines}"))
}

/// The images are below `/srv/sftp/imguser`, where people put the root of an account.
fn jailed(config: &str, path: &str) -> Night {
    let night = night(config);
    let text = night
        .text
        .replace("files: { /home/imguser/17.9.4a", "files: { /srv/sftp/imguser/17.9.4a")
        .replace("sftp-image-path 17.9.4a", &format!("sftp-image-path {path}"));
    Night { text, ..night }
}

#[test]
fn accounts_for_sftp_alone() {
    let own = |lines: &str| format!("{SFTP}\nMatch Group sftp\n{lines}");
    let external =
        |lines: &str| format!("Subsystem sftp /usr/lib/openssh/sftp-server\nMatch Group sftp\n{lines}");
    let root = " ChrootDirectory /srv/sftp/%u\n ForceCommand internal-sftp";
    become_what_they_should(vec![
        (jailed(&own(root), "/17.9.4a"), Passed),
        (jailed(&own(root), "17.9.4a"), Passed),
        (jailed(&own(" ChrootDirectory /srv/sftp\n ForceCommand internal-sftp -d /%u"), "17.9.4a"), Passed),
        (jailed(&own(root), "/srv/sftp/imguser/17.9.4a"), MISSING),
        (jailed(&external(root), "17.9.4a"), Passed),
        // The program is not below the new root.
        (jailed(&external(" ChrootDirectory /srv/sftp/%u"), "17.9.4a"), CLOSED),
        (jailed(&own(" ChrootDirectory srv"), "17.9.4a"), CLOSED),
        (jailed(&own(" ChrootDirectory /srv/%x"), "17.9.4a"), CLOSED),
        // The user owns the home, which sshd refuses as a root.
        (below("Match Group sftp\n ChrootDirectory %h\n ForceCommand internal-sftp"), CLOSED),
        (
            below(
                "Match group sftp\n ChrootDirectory /home\n AllowTcpForwarding no\n ForceCommand internal-sftp",
            ),
            MISSING,
        ),
        (below("Match Group sftp\n ChrootDirectory none\n ForceCommand internal-sftp"), Passed),
        (below("Match User \"imguser\"\n ForceCommand internal-sftp -l VERBOSE"), Passed),
        (below("ForceCommand internal-sftp\nMatch Group sftp\n ForceCommand none"), Passed),
        (night("Subsystem sftp internal-sftp -R"), Passed),
        (night("Subsystem sftp internal-sftp -P read,open"), Failed("Permission denied")),
        (night("Subsystem sftp internal-sftp -p realpath,open,read,close,stat,lstat,fstat"), Passed),
        (
            night("Subsystem sftp /usr/bin/sudo -n /usr/lib/openssh/sftp-server"),
            NotModelled("Subsystem sftp"),
        ),
    ]);
}

#[test]
fn conditions_of_match_blocks() {
    let only = |condition: &str| {
        below(&format!("PasswordAuthentication no\nMatch {condition}\n PasswordAuthentication yes"))
    };
    become_what_they_should(vec![
        (only("Group sftp,!wheel"), Passed),
        (only("User !root,*"), Passed),
        (only("Group=sftp"), Passed),
        (only("Address 192.168.0.0/16,10.0.0.0/8"), Passed),
        (only("Address *,!10.0.4.0/24"), WRONG),
        (only("LocalPort 22"), Passed),
        (only("LocalPort 2022"), WRONG),
        (only("Group sftp Address 10.0.5.0/24"), WRONG),
        (only("exec true"), Refused("Unsupported Match attribute exec")),
        (
            below(
                "PasswordAuthentication no\nMatch Address 10.0.4.2\n PasswordAuthentication yes\nMatch all",
            ),
            Passed,
        ),
        (
            night("Match Group sftp\n Subsystem sftp internal-sftp"),
            Refused("not allowed within a Match block"),
        ),
    ]);
}

#[test]
fn lines_of_guides_for_hardening() {
    // For Ubuntu 22.04; the names of GSSAPI are those of its patch.
    let audited = "KexAlgorithms sntrup761x25519-sha512@openssh.com,gss-curve25519-sha256-,curve25519-sha256,curve25519-sha256@libssh.org,\
                   diffie-hellman-group18-sha512,diffie-hellman-group-exchange-sha256,gss-group16-sha512-,diffie-hellman-group16-sha512\n\
                   Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes256-ctr\n\
                   MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com,umac-128-etm@openssh.com\n\
                   HostKeyAlgorithms sk-ssh-ed25519@openssh.com,ssh-ed25519,rsa-sha2-512,rsa-sha2-256";
    become_what_they_should(vec![
        (below(audited), Passed),
        (below(&format!("{audited}\nAuthenticationMethods publickey")), WRONG),
        (below("KexAlgorithms gss-group16-sha512-"), Refused("Bad SSH2 KexAlgorithms")),
        (below("KexAlgorithms diffie-hellman-group14"), Refused("Bad SSH2 KexAlgorithms")),
        (below("KexAlgorithms -curve25519-sha256*\nCiphers -*cbc\nMACs -umac-64*"), Passed),
        (below("Ciphers aes256-ctr\nMACs umac-128-etm@openssh.com"), Failed("No matching mac found")),
        (below("HostKey /etc/ssh/ssh_host_ed25519_key"), Failed("No matching key algorithm found")),
        (below("HostKey /etc/ssh/ssh_host_dsa_key"), NOBODY),
        (below("AllowUsers imguser@10.0.4.*"), Passed),
        (below("AllowUsers imguser@192.168.0.0/16"), WRONG),
        (below("AllowUsers admin\nAllowUsers imguser"), Passed),
        (below("DenyUsers img*"), WRONG),
        (below("MaxSessions 1\nMaxStartups 1:100:1\nLoginGraceTime 0"), Passed),
        (below("MaxSessions 0"), Failed("Subsystem request failed")),
        (below("PerSourceMaxStartups 0"), Failed("Connection reset by peer")),
        (below("AuthenticationMethods publickey,password keyboard-interactive password"), Passed),
        (
            below("UsePAM yes\nAuthenticationMethods keyboard-interactive:pam"),
            NotModelled("AuthenticationMethods"),
        ),
        (
            below("PasswordAuthentification yes"),
            Refused("Bad configuration option: PasswordAuthentification"),
        ),
        (below("PasswordAuthentication=yes\nMaxAuthTries 3 # three\r\nUsePAM no"), Passed),
    ]);
}

#[test]
fn addresses_and_ports() {
    let excluded = Refused("bad addr or host: :: (Address family for hostname not supported)");
    become_what_they_should(vec![
        (below("AddressFamily inet\nListenAddress 0.0.0.0\nListenAddress ::"), excluded),
        (
            below("ListenAddress 10.0.5.62\nAddressFamily inet6"),
            Refused("bad addr or host: 10.0.5.62 (Address family for hostname not supported)"),
        ),
        (below("AddressFamily inet"), Passed),
        (below("AddressFamily inet6"), NOBODY),
        (below("ListenAddress ::"), NOBODY),
        (below("ListenAddress [::]:22\nListenAddress 0.0.0.0:22"), Passed),
        (below("ListenAddress 10.0.5.62"), Passed),
        (below("ListenAddress 192.168.1.5"), NOBODY),
        (below("Port 2222\nListenAddress 10.0.5.62:22"), Passed),
        (below("ListenAddress 0.0.0.0\nPort 2222"), NOBODY),
        (below("Port 22\nPort 2222"), Passed),
        (below("ListenAddress localhost"), Refused("bad addr or host: localhost")),
    ]);
}

#[test]
fn drop_ins_of_installers() {
    let with = |config: &str, name: &str, content: &str| {
        let block = |text: &str, indent: &str| -> String {
            text.lines().map(|line| format!("{indent}{line}\n")).collect()
        };
        with_server(&format!(
            "    config: |\n{}    drop_ins:\n      {name}: |\n{}",
            block(config, "      "),
            block(content, "        ")
        ))
    };
    let first = format!("Include /etc/ssh/sshd_config.d/*.conf\n{SFTP}");
    let last = format!("UsePAM yes\n{SFTP}\nInclude /etc/ssh/sshd_config.d/*.conf");
    let closed = "PasswordAuthentication no";
    become_what_they_should(vec![
        (with(&first, "50-cloud-init.conf", closed), WRONG),
        (with(&first, "50-cloud-init.conf", "# PasswordAuthentication no"), Passed),
        (with(&format!("PasswordAuthentication yes\n{last}"), "50-cloud-init.conf", closed), Passed),
        (with(&last, "99-users.conf", "AllowUsers deploy"), WRONG),
        (with(&first.replace("/*", "/1*"), "50-cloud-init.conf", closed), Passed),
        (with(&first.replace("/etc/ssh/", ""), "50-cloud-init.conf", closed), WRONG),
        (
            with(&first.replace("/etc/ssh", "/usr/etc/ssh"), "/usr/etc/ssh/sshd_config.d/a.conf", closed),
            WRONG,
        ),
        // A block ends with its file.
        (
            with(&format!("{first}\n{closed}"), "10.conf", "Match User imguser\n PasswordAuthentication yes"),
            Passed,
        ),
        (
            with(&format!("{first}\n{closed}"), "10.conf", "Match User admin\n PasswordAuthentication yes"),
            WRONG,
        ),
        (with(&first, "50-redhat.conf", "RequiredRSASize 2048"), Refused("OpenSSH has it since 9.1")),
        (below("Match User imguser\n Include /etc/ssh/users.d/*.conf"), NotModelled("Include")),
    ]);
}
