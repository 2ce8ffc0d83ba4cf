//! Abbreviated and misspelt words.

use ewc::ControllerConfig;
use ewc::config::{Mode, Problem};

use super::{path, problem, read};

#[test]
fn words_are_abbreviated_as_people_do() {
    for head in [
        "wireless prof image-download def",
        "wire prof im default",
        "WIRELESS Profile Image-Download DEFAULT",
        "EWC(config)#wirel profile image-d default",
    ] {
        let text = format!("{head}\nimage-download-m tftp\ntftp-image-s 192.0.2.27\ntftp-image-p /EWC\n");
        assert_eq!(super::tftp(&text), (Mode::Tftp, "192.0.2.27".into(), "/EWC".into()), "{head}");
    }
    for (text, size) in [
        ("ip tftp blocks 1428", Some(1428)),
        ("ip tf b 1428", None),
        ("IP TFTP BLOCKSIZE 512", Some(512)),
        ("ip tftp blocksize 1428\nno ip tftp block", None),
        ("ip tftp blocksize 1428\ndefault ip tftp block", None),
        ("ip tftp blo 8192", Some(8192)),
    ] {
        if text == "ip tf b 1428" {
            // `boot-interface` begins with the same letter.
            assert!(matches!(problem(text), (1, 1, Problem::Ambiguous(_))));
        } else {
            assert_eq!(read(text).block_size, size, "{text}");
        }
    }
    let mode = |word: &str| {
        read(&format!("wireless profile image-download default\n im {word}\n")).profile.unwrap().mode
    };
    assert_eq!(["tf", "s", "http", "c"].map(mode), [Mode::Tftp, Mode::Sftp, Mode::Http, Mode::Cco]);
    let ssh = read("ip ssh cl alg enc aes256-ctr\nip ssh strict\n").ssh_client;
    assert_eq!((ssh.encryption.unwrap(), ssh.strict_host_key_check), (vec!["aes256-ctr".to_owned()], true));
    assert_eq!(read("int vl10\n ip access-gr 101 in\n").not_modelled, ["ip access-group"]);
}

#[test]
fn ambiguous_words_are_told_in_the_words_of_ios() {
    for (text, answer) in [
        ("ip t blocksize 1428", "% Ambiguous command:  \"ip t blocksize 1428\""),
        ("w prof image-download default", "% Ambiguous command:  \"w prof image-download default\""),
        ("wireless p image-download default", "% Ambiguous command:  \"wireless p image-download default\""),
        ("ip ssh s", "% Ambiguous command:  \"ip ssh s\""),
        ("EWC(config)#ip ssh c a m", "expected"),
    ] {
        let error = ControllerConfig::parse(text).unwrap_err().0.remove(0);
        assert!(error.problem.to_string().starts_with(answer), "{}", error.problem);
    }
    let head = "wireless profile image-download default\n";
    for line in [
        "tftp-image- /x",
        "tftp- 192.0.2.1",
        "sftp-p 0 MARKER",
        "sftp-image-p MARKER",
        "sftp-pass 0 a\n cco- MARKER",
    ] {
        let error = ControllerConfig::parse(&format!("{head} {line}\n")).unwrap_err();
        assert!(error.to_string().contains("% Ambiguous command:  \""), "{error}");
        assert!(!error.to_string().contains("0 MARKER"), "{error}");
    }
}

#[test]
fn misspelt_words_are_told_with_the_right_one() {
    for (text, near) in [
        ("wireless profile image-download default\n tftp-image-pth /x\n", "tftp-image-path"),
        ("wireless profile image-download default\ntftp-image-pth /x\n", "tftp-image-path"),
        ("wireless profile image-download default\n image-downlod-mode tftp\n", "image-download-mode"),
        ("wireless profile image-download default\n sftp-pasword 0 x\n", "sftp-password"),
        ("wireless profile image-download default\n no tftp-image-sever\n", "tftp-image-server"),
        ("wirless profile image-download default\n", "wireless profile image-download"),
        ("wireless profile image-downlaod default\n", "wireless profile image-download"),
        ("wireless profil image-download default\n wrong-tftp-image\n sftp-usrname x", "sftp-username"),
        ("ip tftp blksize 512\n", "ip tftp blocksize"),
        ("ip tftp block-size 512\n", "ip tftp blocksize"),
        ("ip ssh stricthostkeychek\n", "ip ssh stricthostkeycheck"),
        ("ip ssh clinet algorithm kex x\n", "ip ssh client algorithm"),
    ] {
        let errors = ControllerConfig::parse(text).unwrap_err();
        let found = errors.0.iter().find_map(|error| match &error.problem {
            Problem::Misspelt { near, .. } => Some(*near),
            _ => None,
        });
        assert_eq!(found, Some(near), "{text}: {errors}");
    }
    // Nothing that is a word of its own is a misspelling.
    for text in [
        "ip ftp source-interface Vlan1",
        "wireless profile mesh a",
        "hostname wireles",
        "ip ssh server algorithm kex x",
    ] {
        assert_eq!(read(text).block_size, None, "{text}");
    }
    assert_eq!(
        path("wireless profile image-download default\n tftp-image-path /tftp-image-pth\n"),
        "/tftp-image-pth"
    );
}
