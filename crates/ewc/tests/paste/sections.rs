//! A line belongs to a section by its indentation or its prompt, never by its first word.

use ewc::ControllerConfig;
use ewc::config::{Mode, Problem};

use super::{PROFILE, path, problem, read, tftp};

const HEAD: &str = "wireless profile image-download default";

#[test]
fn the_profile_is_read_in_every_way_in_which_people_paste_it() {
    let expected = (Mode::Tftp, "192.0.2.27".to_owned(), "/EWC".to_owned());
    let [a, b, c] = ["image-download-mode tftp", "tftp-image-server 192.0.2.27", "tftp-image-path /EWC"];
    for text in [
        format!("{HEAD}\n {a}\n {b}\n {c}\n"),
        format!("{HEAD}\n  {a}\n  {b}\n  {c}\n!\nhostname x\n"),
        format!("{HEAD}\n\t{a}\n\t{b}\n\t{c}"),
        format!("{HEAD}\n {a}\n  {b}\n  {c}\n"),
        format!("    {HEAD}\n     {a}\n     {b}\n     {c}\n"),
        format!("{HEAD}\n{a}\n{b}\n{c}\n"),
        format!("{HEAD}\n\n{a}\n\n{b}\n!\n{c}\nexit\nhostname x\n"),
        format!("configure terminal\n{HEAD}\n{a}\n{b}\n{c}\nend\n"),
        format!("conf t\n  {HEAD}\n  {a}\n  {b}\n  {c}\n  exit\n  ip tftp blocksize 512\n"),
        format!("{HEAD}\n{a}\n{b}\n{c}\nip tftp blocksize 512\nhostname x\n"),
        format!("{HEAD}\n{a}\n {b}\n{c}\n"),
        format!("EWC(config)#{HEAD}\nEWC(config-wireless-image-download-profile)#{a}\n{b}\n{c}\n"),
        format!("EWC(config)#{HEAD}\nEWC(config-…)#{a}\nEWC(config-…)# {b}\nEWC(config-...)#{c}\n"),
        format!(
            "EWC(config-wireless-image-download-profile)#{a}\nEWC(config-wireless-image-download-profile)#{b}\nEWC(config-wireless-image-download-profile-tftp)#{c}"
        ),
        format!("hostname x\n{HEAD}\n {a}\n description of ours\n {b}\n {c}\n")
            .replace(" description of ours\n", ""),
        format!(
            "{HEAD}\n {a}\n*Mar  5 22:00:01.1: %SYS-5-CONFIG_I: Configured from console by console\n {b}\n\n {c}\n"
        ),
        format!("{HEAD}\r\n {a}\r\n {b}\r\n {c}\r\n"),
        format!("{HEAD}\r {a}\r {b}\r {c}\r"),
    ] {
        assert_eq!(tftp(&text), expected, "{text}");
    }
}

#[test]
fn what_stands_elsewhere_is_not_the_profile_s() {
    for other in [
        "ap profile branch\n tftp-downgrade 192.0.2.99 image\n",
        "ap profile branch\n tftp-image-path /other\n",
        "ap profile branch\n  tftp-image-path /other\n  exit\n",
        "wireless tag site s\n description x\n  tftp-image-path /other\n",
        "hostname x\n tftp-image-path /other\n",
        "EWC(config)#ap profile branch\nEWC(config-ap-profile)#tftp-downgrade 192.0.2.99 image\n",
        "tftp-server flash:x\n",
        "banner motd ^C\nwireless profile image-download default\n tftp-image-path /other\n^C\n",
        "banner login x\nwireless profile image-download default\ntftp-image-path /other\nx\n",
        "crypto pki certificate chain a\n certificate ca 01\n  30820321 30820209\n  \tquit\n",
        "wlan a 1 a\n image-download-mode cco\n",
        "! wireless profile image-download default\n! tftp-image-path /other\n",
    ] {
        for text in [
            format!("{PROFILE}{other}"),
            format!("{other}{PROFILE}"),
            format!("{PROFILE}!\n{other}{PROFILE}"),
        ] {
            assert_eq!(tftp(&text), (Mode::Tftp, "192.0.2.27".into(), "/EWC".into()), "{text}");
        }
    }
}

#[test]
fn a_line_of_the_profile_elsewhere_is_told() {
    let warnings = |text: &str| ControllerConfig::parse(text).unwrap().warnings;
    let found = warnings("ap profile branch\n tftp-image-path /other\n");
    assert_eq!(found.iter().map(|warning| warning.line).collect::<Vec<_>>(), [2]);
    let other =
        ControllerConfig::parse("ap profile branch\n tftp-image-path /other\n").unwrap().not_about_images;
    assert_eq!(other.iter().map(|line| line.line).collect::<Vec<_>>(), [1]);
    assert!(found[0].message.contains("`tftp-image-path`"), "{}", found[0].message);
    assert_eq!(warnings("ap profile branch\n tftp-downgrade x\n"), []);
    for (text, line, column) in [
        ("tftp-image-path /x", 1, 1),
        ("EWC(config)#tftp-image-path /x", 1, 13),
        ("EWC(config)#hostname x\nEWC(config)#sftp-username x", 2, 13),
        (" image-download-mode tftp\n tftp-image-server 192.0.2.27\n", 1, 2),
        ("wireless profile image-download default\n image-download-mode tftp\ntftp-image-path /x\n", 3, 1),
        (
            "wireless profile image-download default\n image-download-mode tftp\n exit\n tftp-image-path /x\n",
            4,
            2,
        ),
        (
            "wireless profile image-download default\nimage-download-mode tftp\nexit\ntftp-image-path /x\n",
            4,
            1,
        ),
        (
            "wireless profile image-download default\nimage-download-mode tftp\nend\ntftp-image-path /x\n",
            4,
            1,
        ),
        (
            "wireless profile image-download default\nimage-download-mode tftp\nhostname x\ntftp-image-path /x\n",
            4,
            1,
        ),
        ("wireless profile image-download default\n\nwlan a 1 a\ntftp-image-path /x\n", 4, 1),
        ("tftp-image-pth /x", 1, 1),
    ] {
        assert_eq!(problem(text), (line, column, Problem::OutsideProfile), "{text}");
    }
}

#[test]
fn an_unknown_line_ends_nothing() {
    let accepted = ["wireless profile image-download"];
    for text in [
        format!("{HEAD}\n description x\n tftp-image-path /EWC\n"),
        format!("{HEAD}\ndescription x\ntftp-image-path /EWC\n"),
        format!("{HEAD}\n https-something x\n tftp-image-path /EWC\n"),
        format!("EWC(config)#{HEAD}\nEWC(config-…)#whatever\nEWC(config-…)#tftp-image-path /EWC\n"),
    ] {
        let read = read(&text);
        assert_eq!(read.not_modelled, accepted, "{text}");
        assert_eq!(read.profile.unwrap().tftp.path, "/EWC", "{text}");
    }
    assert_eq!(
        read("interface Vlan1\n unknown x\n ip access-group 1 in\n").not_modelled,
        ["ip access-group"]
    );
    assert_eq!(read("interface Vlan1\nunknown x\nip access-group 1 in\n").not_modelled, ["ip access-group"]);
}

#[test]
fn typed_lines_of_the_global_mode_leave_the_profile() {
    for (line, size) in
        [("ip tftp blocksize 1024", Some(1024)), ("hostname x", None), ("no ip tftp blocksize", None)]
    {
        for text in [
            format!("{HEAD}\ntftp-image-path /a\n{line}\n"),
            format!(
                "EWC(config)#{HEAD}\nEWC(config-wireless-image-download-profile)#tftp-image-path /a\nEWC(config-wireless-image-download-profile)#{line}\n"
            ),
        ] {
            let read = read(&text);
            assert_eq!((read.block_size, read.profile.unwrap().tftp.path.as_str()), (size, "/a"), "{text}");
        }
    }
    // Below a printed line it is not the global mode's.
    assert_eq!(read(&format!("{HEAD}\n tftp-image-path /a\n ip tftp blocksize 1024\n")).block_size, None);
}

#[test]
fn exit_and_end_are_what_they_are() {
    assert_eq!(
        path(&format!("{HEAD}\n tftp-image-path /a\n exit\nexit\nend\n{HEAD}\n tftp-image-path /b\nend\n")),
        "/b"
    );
    assert_eq!(path(&format!("exit\nexit\nend\n{HEAD}\ntftp-image-path /a\n")), "/a");
    assert_eq!(
        read(&format!("{HEAD}\nexit\n")).profile.unwrap(),
        ewc::config::ImageDownloadProfile::default()
    );
    assert_eq!(read(&format!("{PROFILE}no {HEAD}\n")).profile, None);
    assert_eq!(read(&format!("{PROFILE}default {HEAD}\n")).profile, None);
    let undone = format!(
        "{HEAD}\n tftp-image-path /a\n no tftp-image-path\n image-download-mode tftp\n no image-download-mode\n"
    );
    assert_eq!(read(&undone).profile.unwrap(), ewc::config::ImageDownloadProfile::default());
}

#[test]
fn a_banner_without_its_end_is_an_error() {
    let text = format!("hostname x\nbanner motd ^C\nHello\n{PROFILE}");
    assert_eq!(problem(&text), (2, 1, Problem::NoEnd("^C".into())));
    assert_eq!(problem("banner exec zhello\n"), (1, 1, Problem::NoEnd("z".into())));
    for banner in [
        "banner motd ^C\nHello\n^C",
        "banner motd ^CHello^C",
        "banner motd \u{3}\nHello\n\u{3}",
        "banner motd #\nEWC>show run\nip tftp source-interface Vlan9\n#",
        "banner motd # one line #",
        "banner exec $\n! % \n^C\n$",
        "banner login ^C Hello\n\n\nthere^C",
        "banner incoming /\n a\n/",
        "banner motd Z\nhello\nZ",
        "macro name x\nip access-group 1 in\n@",
        "crypto pki authenticate x\n-----BEGIN CERTIFICATE-----\nap\nip\n-----END CERTIFICATE-----\nquit",
        "interface Vlan1\n description a ^C b",
        "parameter-map type webauth x\n banner title Welcome",
        "line con 0\n vacant-message #\nip access-group 1 in\n#",
        "aaa authentication banner *\nap auth-list x\n*",
        "parameter-map type webauth global\n banner text ^C\nap auth-list x\n^C\n virtual-ip ipv4 192.0.2.1",
    ] {
        let text = format!("{banner}\n{PROFILE}");
        assert_eq!((path(&text), read(&text).not_modelled), ("/EWC".into(), vec![]), "{text}");
    }
}
