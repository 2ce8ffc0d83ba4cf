//! Configurations of sshd: of distributions, of installers, of guides for hardening.

use super::Night;

/// A night with an SFTP server whose whole sshd_config is this.
pub(super) fn night(config: &str) -> Night {
    let block: String = config.lines().map(|line| format!("      {line}\n")).collect();
    with_server(&format!("    config: |\n{block}"))
}

/// A night with an SFTP server that has these keys.
pub(super) fn with_server(keys: &str) -> Night {
    Night::new(format!(
        "scenario: An upgrade over SFTP
start: 2024-03-05T22:00:00Z
until: 8m
images:
  17.9.4a: {{ ap: 17.9.4.27, files: {{ ap1g7: 512000, ap1g8: 512000 }} }}
catalogue: {{ ewc.sftp.rate: 2MB/s }}
servers:
  - name: sftp-1
    software: openssh
    address: 10.0.5.62
    users: [{{ name: imguser, password: Sw0rdfish, groups: [sftp] }}]
    files: {{ /home/imguser/17.9.4a: 17.9.4a }}
{keys}controller:
  name: ewc
  model: C9120AXI
  address: 10.0.4.2
  running: 17.9.4a
  config: |
    wireless profile image-download default
     image-download-mode sftp
     sftp-image-server 10.0.5.62
     sftp-image-path 17.9.4a
     sftp-image-username imguser
     sftp-image-password 0 Sw0rdfish
access_points:
  - {{ name: floor, model: C9105AXI, address: 10.0.4.11, running: 17.3.3.26, backup: 8.10.130.0 }}
expect:
  - {{ access_points: all, running: 17.9.4a, state: registered }}
"
    ))
}

const SFTP: &str = "Subsystem sftp /usr/lib/openssh/sftp-server";

#[test]
fn files_of_distributions_serve() {
    for config in [
        // Ubuntu 22.04 and 24.04, Debian 12, without the line that includes others.
        "KbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding yes\nPrintMotd no\nAcceptEnv LANG LC_*\nSubsystem\tsftp\t/usr/lib/openssh/sftp-server",
        // Rocky Linux 9, with its drop-in written out.
        "AuthorizedKeysFile .ssh/authorized_keys\nSyslogFacility AUTHPRIV\nChallengeResponseAuthentication no\nGSSAPIAuthentication yes\n\
         GSSAPICleanupCredentials no\nUsePAM yes\nX11Forwarding yes\nPrintMotd no\nSubsystem sftp /usr/libexec/openssh/sftp-server",
        // FreeBSD.
        "VersionAddendum FreeBSD-20240806\nUsePAM yes\nUseDNS no\nSubsystem sftp /usr/libexec/sftp-server",
        // Alpine Linux.
        "AuthorizedKeysFile .ssh/authorized_keys\nAllowTcpForwarding no\nGatewayPorts no\nX11Forwarding no\nSubsystem sftp internal-sftp",
        // Debian, with what its patches and a package of Kerberos add.
        "DebianBanner no\nGSSAPIAuthentication yes\nGSSAPIKeyExchange yes\nGSSAPIStoreCredentialsOnRekey yes\nUsePAM yes\nSubsystem sftp /usr/lib/openssh/sftp-server",
        // Of a container for SFTP alone.
        "Protocol 2\nHostKey /etc/ssh/ssh_host_ed25519_key\nHostKey /etc/ssh/ssh_host_rsa_key\nUseDNS no\nPermitRootLogin no\nX11Forwarding no\n\
         AllowTcpForwarding no\nSubsystem sftp internal-sftp\nForceCommand internal-sftp",
        // Of a guide for hardening.
        "Port 22\nAddressFamily any\nLoginGraceTime 60\nPermitRootLogin no\nStrictModes yes\nMaxAuthTries 4\nMaxSessions 10\nMaxStartups 10:30:60\n\
         PasswordAuthentication yes\nPermitEmptyPasswords no\nKbdInteractiveAuthentication no\nRekeyLimit 512M 1h\nClientAliveInterval 300\n\
         ClientAliveCountMax 3\nAllowUsers imguser\nBanner /etc/issue.net\nUsePAM yes\nIgnoreRhosts yes\nHostbasedAuthentication no\n\
         PermitUserEnvironment no\nLogLevel VERBOSE\nSubsystem sftp /usr/lib/openssh/sftp-server -f AUTHPRIV -l INFO",
        // Its RSA host key alone, as older servers and appliances have it.
        "HostKey /etc/ssh/ssh_host_rsa_key\nUsePAM yes\nSubsystem sftp /usr/lib/openssh/sftp-server",
        "HostKey /etc/ssh/ssh_host_rsa_key\nHostKeyAlgorithms rsa-sha2-512,rsa-sha2-256\nSubsystem sftp /usr/lib/openssh/sftp-server",
        // Both families, as installers write it.
        "ListenAddress 0.0.0.0\nListenAddress ::\nSubsystem sftp /usr/lib/openssh/sftp-server",
        "ListenAddress ::\nListenAddress 0.0.0.0\nSubsystem sftp /usr/lib/openssh/sftp-server",
    ] {
        night(config).passes();
    }
    with_server("").passes();
}

#[test]
fn both_families_are_listened_at() {
    for order in ["ListenAddress ::\nListenAddress 0.0.0.0", "ListenAddress 0.0.0.0\nListenAddress ::", ""] {
        let log = crate::common::lines(&night(&format!("{order}\n{SFTP}")).run(), "sftp-1").join("\n");
        assert!(log.contains("Server listening on 0.0.0.0 port 22."), "{log}");
        assert!(log.contains("Server listening on :: port 22."), "{log}");
        assert!(!log.contains("Bind to port"), "{log}");
    }
}

#[test]
fn a_whole_file_without_the_subsystem_serves_no_sftp() {
    for config in
        ["UsePAM yes", "Port 22\nPasswordAuthentication yes", "# Subsystem sftp internal-sftp\nUsePAM yes"]
    {
        night(config).fails("ewc", "Subsystem request failed");
    }
}

#[test]
fn a_password_that_is_not_accepted_keeps_the_controller_out() {
    for config in [
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM yes",
        "PasswordAuthentication no",
        "AuthenticationMethods publickey",
        "AuthenticationMethods publickey,password",
        "AuthenticationMethods password,publickey",
        "AuthenticationMethods publickey,keyboard-interactive",
        "UsePAM yes\nMatch Group sftp\nAuthenticationMethods publickey",
        "AllowUsers admin\nUsePAM yes",
        "AllowGroups wheel",
        "DenyGroups sftp",
        "Match Address 10.0.4.0/24\nPasswordAuthentication no\nKbdInteractiveAuthentication no",
    ] {
        night(&format!("{SFTP}\n{config}")).fails("ewc", "Authentication failed");
    }
    night(&format!("{SFTP}\nAuthenticationMethods password,publickey"))
        .fails("sftp-1", "Partial password for imguser");
    night(&format!("{SFTP}\nAuthenticationMethods publickey password")).passes();
    night(&format!(
        "{SFTP}\nMatch Group sftp\nAuthenticationMethods any\nMatch all\nAuthenticationMethods publickey"
    ))
    .passes();
}

#[test]
fn what_is_not_modelled_is_said() {
    for (config, name) in [
        ("UseDNS yes", "UseDNS"),
        ("UsePAM yes\nPasswordAuthentication no", "KbdInteractiveAuthentication"),
        (
            "UsePAM yes\nPasswordAuthentication no\nChallengeResponseAuthentication yes",
            "KbdInteractiveAuthentication",
        ),
        ("AuthenticationMethods keyboard-interactive", "AuthenticationMethods"),
        ("HostKey /etc/ssh/server.key", "HostKey"),
        ("HostKeyAgent /run/ssh-agent", "HostKeyAgent"),
        ("ModuliFile /usr/local/etc/moduli", "ModuliFile"),
        ("RekeyLimit 1M", "RekeyLimit"),
        ("RDomain blue", "RDomain"),
        ("Include /etc/crypto-policies/back-ends/opensshserver.config", "Include"),
        ("Match Group sftp\nForceCommand /usr/bin/rrsync -ro /srv", "ForceCommand"),
    ] {
        night(&format!("{SFTP}\n{config}")).is_not_modelled(name);
    }
    for program in ["sftp-server.exe", "/usr/bin/mysecureshell", "/usr/bin/log-wrapper /usr/lib/sftp"] {
        night(&format!("Subsystem sftp {program}")).is_not_modelled("Subsystem sftp");
    }
}

#[test]
fn an_accepted_name_that_nothing_has_is_an_error() {
    let night = night(SFTP);
    let text = format!("{}accept_unmodelled: [UseDNS]\n", night.text);
    Night { text, ..night }.is_refused("nothing that is not modelled is called `UseDNS`");
}

#[test]
fn drop_ins_are_read_where_they_are_included() {
    const UBUNTU: &str = "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\nUsePAM yes\n\
                          Subsystem sftp /usr/lib/openssh/sftp-server\n";
    const CLOUD: &str = "PasswordAuthentication no\n";
    let beside = with_server("    config: sshd_config\n").with("sshd_config", UBUNTU);
    beside.is_not_modelled("Include");
    beside.clone().with("sshd_config.d/50-cloud-init.conf", CLOUD).fails("ewc", "Authentication failed");
    beside.clone().with("sshd_config.d/README", CLOUD).passes();
    let late = UBUNTU.replace("Include /etc/ssh/sshd_config.d/*.conf\n", "")
        + "Include /etc/ssh/sshd_config.d/*.conf\n";
    let before = with_server("    config: sshd_config\n")
        .with("sshd_config", &format!("PasswordAuthentication yes\n{late}"))
        .with("sshd_config.d/50-cloud-init.conf", CLOUD);
    before.passes();
    // Each seed of a scenario with a range reads the same files.
    let ranged = beside.clone().with("sshd_config.d/50-cloud-init.conf", CLOUD);
    let text = format!(
        "{}network: {{ links: [{{ name: wan, between: [ewc, sftp-1], latency: 1ms..9ms }}] }}\n",
        ranged.text
    );
    Night { text, ..ranged }.fails("ewc", "Authentication failed");
    // Lines on top of the distribution's.
    with_server("    drop_ins: { 10-ours.conf: |\n      PasswordAuthentication no\n    }\n")
        .is_refused("expected");
    with_server(
        "    drop_ins:\n      10-ours.conf: |\n        PasswordAuthentication no\n        UsePAM yes\n",
    )
    .fails("ewc", "Authentication failed");
    with_server("    drop_ins:\n      10-ours.conf: |\n        MaxAuthTries 3\n        AllowUsers imguser\n")
        .passes();
    with_server("    drop_ins: {}\n").passes();
    // Another path than the usual directory's.
    let crypto = with_server(
        "    config: sshd_config\n    drop_ins:\n      /etc/crypto-policies/back-ends/opensshserver.config: crypto\n",
    );
    let including = "Include /etc/crypto-policies/back-ends/opensshserver.config\nUsePAM yes\nSubsystem sftp internal-sftp\n";
    crypto
        .clone()
        .with("sshd_config", including)
        .with("crypto", "Ciphers aes256-ctr,aes128-ctr\nMACs hmac-sha2-256-etm@openssh.com\n")
        .passes();
    crypto
        .with("sshd_config", including)
        .with("crypto", "KexAlgorithms diffie-hellman-group18-sha512\n")
        .fails("ewc", "No matching kex algorithm found");
    // A mistake is reported where it stands.
    beside
        .with("sshd_config.d/50-cloud-init.conf", "PasswordAuthentication nope\n")
        .is_refused("sshd_config.d/50-cloud-init.conf:1:24");
}

#[test]
fn later_releases_have_their_own_directives() {
    let newer = "PerSourcePenalties crash:3600s authfail:3600s max:86400s\nRequiredRSASize 2048\nUnusedConnectionTimeout 5m\n\
                 Subsystem sftp internal-sftp";
    night(newer).is_refused("OpenSSH has it since 9.8");
    let of = |version: &str, config: &str| {
        let night = night(config);
        let text = night
            .text
            .replace("software: openssh", &format!("software: openssh\n    version: \"{version}\""));
        Night { text, ..night }
    };
    of("9.8", newer).passes();
    of("9.2", newer).is_refused("OpenSSH has it since 9.8");
    of("9.6p1", SFTP).passes();
    of("10.0", SFTP).passes();
    of("7.4", SFTP).is_refused("`7.4` is not a release of OpenSSH that is simulated");
    of("9.9", &format!("{SFTP}\nMatch Address 10.0.0.0/8\nRefuseConnection yes"))
        .is_not_modelled("RefuseConnection");
    of("9.2", &format!("{SFTP}\nChannelTimeout session=1m")).is_not_modelled("ChannelTimeout");
    // A controller that tries a wrong password every 35 s is locked out by a strict penalty, not by the default.
    let wrong = |config: &str| {
        let night = of("9.8", &format!("{SFTP}\n{config}"));
        Night {
            text: night.text.replace("image-password 0 Sw0rdfish", "image-password 0 Swordfish"),
            ..night
        }
    };
    wrong("PerSourcePenalties authfail:1h max:2h").fails("sftp-1", "penalty: failed authentication");
    let log = crate::common::lines(&wrong("").run(), "sftp-1").join("\n");
    assert!(log.contains("Failed password") && !log.contains("penalty"), "{log}");
}

/// A night with a controller of another release.
fn from_release(ap: &str, config: &str) -> Night {
    let night = night(config);
    let images = format!("  old: {{ ap: {ap}, files: {{ ap1g7: 512000, ap1g8: 512000 }} }}\n");
    let text = night
        .text
        .replace("catalogue: {", &format!("{images}catalogue: {{"))
        .replace("/17.9.4a: 17.9.4a", "/17.9.4a: old")
        .replace("running: 17.9.4a\n", "running: old\n")
        .replace("running: 17.3.3.26", "running: 16.11.1.2")
        .replace("{ access_points: all, running: 17.9.4a", "{ access_points: all, running: old");
    Night { text, ..night }
}

#[test]
fn a_controller_takes_the_host_keys_of_its_release() {
    let key = |kind: &str| format!("HostKey /etc/ssh/ssh_host_{kind}_key\n{SFTP}");
    let refused = "%SSH-3-NO_MATCH: No matching key algorithm found: client x509v3-ssh-rsa,rsa-sha2-512,rsa-sha2-256,ssh-rsa \
                   server ssh-ed25519";
    from_release("17.9.4.27", &key("ed25519")).fails("ewc", refused);
    from_release("17.9.4.27", &key("ecdsa")).fails("ewc", "No matching key algorithm found");
    from_release("17.9.4.27", &key("rsa")).passes();
    from_release("17.12.1.5", &key("ecdsa")).passes();
    from_release("17.12.1.5", &key("rsa")).passes();
    from_release("17.12.1.5", &key("ed25519")).fails("ewc", "No matching key algorithm found");
    from_release("17.3.3.26", &key("rsa")).passes();
}

#[test]
fn an_old_controller_needs_old_algorithms() {
    from_release("16.12.4.1", SFTP)
        .fails("ewc", "%SSH-3-NO_MATCH: No matching kex algorithm found: client diffie-hellman-group");
    let old = format!("KexAlgorithms +diffie-hellman-group14-sha1\nHostKeyAlgorithms +ssh-rsa\n{SFTP}");
    from_release("16.12.4.1", &old).passes();
    from_release("16.12.4.1", &format!("KexAlgorithms +diffie-hellman-group14-sha1\n{SFTP}"))
        .fails("ewc", "No matching key algorithm found");
}

/// Of the names of an offer, a server's log has what the device sends, and nothing of a library's.
#[test]
fn the_offer_in_the_server_s_log_is_the_controller_s() {
    let config = format!("KexAlgorithms diffie-hellman-group18-sha512\n{SFTP}");
    for (ap, offer) in [
        (
            "17.9.4.27",
            "curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group14-sha1",
        ),
        ("16.12.4.1", "diffie-hellman-group-exchange-sha1,diffie-hellman-group14-sha1"),
    ] {
        from_release(ap, &config).fails("sftp-1", &format!("Their offer: {offer} [preauth]"));
    }
}

#[test]
fn bulk_mode_makes_a_fetch_sixteen_times_as_fast() {
    let seconds = |ap: &str| {
        let night = from_release(ap, SFTP);
        let text = night
            .text
            .replace("catalogue: { ewc.sftp.rate: 2MB/s }\n", "")
            .replace("ap1g8: 512000", "ap1g8: 5120000");
        let finished = Night { text, ..night }.run();
        let log = crate::common::log(&finished, "ewc");
        let at = |text: &str| log.iter().find(|(_, line)| line.contains(text)).expect("it is logged").0;
        (at("Completed install add") - at("Started install add")).as_secs_f64()
    };
    let (old, new) = (seconds("17.9.4.27"), seconds("17.12.1.5"));
    // Some 8.4 s in front of the data.
    let ratio = (old - 8.4) / (new - 8.4);
    assert!((12.0..18.0).contains(&ratio), "{old} s and {new} s: {ratio}");
}
