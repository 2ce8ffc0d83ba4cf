//! What a terminal shows beside a configuration.

use ewc::config::Problem;

use super::{PROFILE, path, problem, read};

#[test]
fn what_a_terminal_shows_in_between_changes_nothing() {
    let backspaces = "\u{8}".repeat(9);
    let more = format!(" --More-- {backspaces}        {backspaces}");
    for before in [
        "Building configuration...\n\n",
        "Current configuration : 12345 bytes\n",
        "! Last configuration change at 22:00:00 UTC Tue Mar 5 2024\n",
        "Load for five secs: 1%/0%; one minute: 1%; five minutes: 1%\n",
        "Time source is hardware calendar, *22:00:01.123 UTC Tue Mar 5 2024\n",
        "EWC#show running-config\n",
        "EWC>enable\nEWC#conf t\nEnter configuration commands, one per line.  End with CNTL/Z.\n",
        "show running-config\n",
        "*Mar  5 22:00:01.123: %SYS-5-CONFIG_I: Configured from console by console\n",
        "000042: Mar  5 22:00:01: %LINK-3-UPDOWN: Interface Vlan1, changed state to up\n",
        "% Warning: use at your own risk\n",
        "\u{7}\n",
        "\u{1b}[0m\n",
        more.as_str(),
        " --More--         ",
        " --More-- \r          \r",
    ] {
        let lines: Vec<&str> = PROFILE.lines().collect();
        for at in 0..lines.len() {
            let mut text: Vec<String> = lines.iter().map(|line| format!("{line}\n")).collect();
            // A prompt of EXEC leaves the configuration mode.
            if before.contains("EWC") && at > 0 {
                continue;
            }
            text[at].insert_str(0, before);
            assert_eq!(read(&text.concat()), read(PROFILE), "{before:?} before line {at}");
        }
    }
}

#[test]
fn a_line_that_a_terminal_wrapped_is_joined() {
    let head = "wireless profile image-download default\n";
    for line in [
        format!(" tftp-image-path /{}", "p".repeat(90)),
        format!(" tftp-image-path /{}", "p".repeat(63)),
        format!(" tftp-image-path /{}", "p".repeat(200)),
        format!(
            "EWC(config-wireless-image-download-profile-tftp)#tftp-image-path /EWC/{}/17_9_4a",
            "d".repeat(20)
        ),
    ] {
        let characters: Vec<char> = line.chars().collect();
        let wrapped = |columns| -> Vec<String> {
            characters.chunks(columns).map(|part| part.iter().collect()).collect()
        };
        assert!(wrapped(80).len() > 1 || line.len() == 80, "{line}");
        for (end, after) in [
            ("\n", "ip tftp blocksize 512"),
            ("\r\n", " sftp-port 22"),
            ("\n", "!"),
            ("\n", "EWC(config)#exit"),
            ("\n", "hostname x"),
        ] {
            for columns in [80, 100, 132] {
                let text = format!("{head}{}{end}{after}\n", wrapped(columns).join(end));
                assert_eq!(path(&text), path(&format!("{head}{line}\n")), "{text}");
            }
        }
    }
    let ciphers = "ip ssh client algorithm encryption aes256-gcm aes256-ctr aes192-ctr aes128-gcm aes128-ctr";
    let (first, rest) = ciphers.split_at(80);
    assert_eq!(read(&format!("{first}\n{rest}\n")), read(ciphers));
    let ciphers = format!(
        "EWC(config)#ip ssh client algorithm encryption {}aes256-ctr aes128-ctr",
        "aes192-ctr ".repeat(2)
    );
    let blank = ciphers.rfind(' ').unwrap();
    let (first, rest) = ciphers.split_at(blank);
    let first = format!("{:>80}", first.replacen("EWC", &"E".repeat(3 + 80 - first.len()), 1));
    assert_eq!(first.len(), 80);
    assert_eq!(read(&format!("{first}\n{rest}\n!\n")), read(&ciphers));
    assert_ne!(read(&format!("x{first}\n{rest}\n")), read(&ciphers));
    // The password goes on in the next line, and is read as a whole.
    let line = format!(" sftp-password 0 {}tail", "x".repeat(63));
    let (first, rest) = line.split_at(80);
    let profile = read(&format!("{head}{first}\n{rest}\n")).profile.unwrap();
    assert!(profile.sftp.password.expose().ends_with("xtail"));
}

/// Terminals log a time in brackets before each line, in the format that their user has chosen.
#[test]
fn a_time_before_each_line_goes() {
    let typed = "EWC(config)#wireless profile image-download default\nEWC(config-wireless-image-download-profile)#image-download-mode tftp\n\
                 EWC(config-wireless-image-download-profile)#tftp-image-server 192.0.2.27\n\
                 EWC(config-wireless-image-download-profile-tftp)#tftp-image-path /EWC\n";
    for stamp in [
        "[22:01:07] ",
        "[22:01:07.123]",
        "[2024-03-05 22:01:07] ",
        "[2024-03-05T22:01:07.123+0100] ",
        "[03/05/2024 22:01:07] ",
        "[Tue Mar 05 22:01:07.123 2024] ",
    ] {
        let stamped = |text: &str, end: &str| -> String {
            text.lines().map(|line| format!("{stamp}{line}{end}")).collect()
        };
        for text in [PROFILE, typed] {
            assert_eq!(read(&stamped(text, "\n")), read(PROFILE), "{stamp}");
            assert_eq!(read(&stamped(text, "\r\n")), read(PROFILE), "{stamp}");
        }
        let wrong = stamped("ip tftp blocksize 100000\n", "\n");
        let (line, column, _) = problem(&wrong);
        assert_eq!((line, column), (1, stamp.len() + "ip tftp blocksize ".len() + 1));
    }
    for other in ["[OK]", "[22:01] hostname x", "[confirm]", "[2001:db8:1] x"] {
        assert_eq!(read(&format!("{PROFILE}{other}\n")), read(PROFILE), "{other}");
    }
}

#[test]
fn problems_point_into_the_lines_as_they_were_pasted() {
    let head = "wireless profile image-download default\n";
    let line = format!(" tftp-image-path /{} more", "p".repeat(70));
    let (first, rest) = line.split_at(80);
    let (number, column, problem_) = problem(&format!("{head}{first}\n{rest}\n"));
    assert_eq!((number, column), (3, rest.find("more").unwrap() + 1));
    assert!(matches!(problem_, Problem::Unexpected { .. }));
    let more = format!(" --More-- {0}        {0}", "\u{8}".repeat(9));
    let (number, column, _) = problem(&format!("{head}{more} tftp-image-server x\n"));
    assert_eq!((number, column), (2, more.chars().count() + 20));
}

#[test]
fn what_the_device_refused_was_not_configured() {
    let refused = "EWC(config)#ip tftp blocksize 100000\n                              ^\n% Invalid input detected at '^' marker.\n";
    assert_eq!(problem(refused).0, 1);
    for answer in [
        "% Invalid input detected at '^' marker.",
        "% Ambiguous command:  \"ip tftp\"",
        "% Incomplete command.",
    ] {
        let text = format!("EWC(config)#ip tftp blocksize 1024\n{answer}\n");
        assert_eq!(problem(&text), (2, 1, Problem::Refused));
        // A line that has no effect anyway may be refused.
        assert_eq!(
            read(&format!("EWC(config)#hostnam x\n{answer}\nEWC#shw run\n{answer}\n")).block_size,
            None
        );
    }
}

#[test]
fn a_question_and_its_answer_are_no_lines() {
    let text = "EWC(config)#wireless profile ?\n  image-download  Configure the download\n  mesh            Configure mesh\n\n\
                EWC(config)#wireless profile image-download default\nEWC(config-…)#tftp-image-?\n\
                tftp-image-path  tftp-image-server\nEWC(config-…)#tftp-image-path ?\n  WORD  Path\n  <cr>\n\
                EWC(config-…)#tftp-image-path /EWC\n";
    assert_eq!((path(text), read(text).not_modelled), ("/EWC".into(), vec![]));
}

#[test]
fn the_prompt_of_exec_is_not_that_of_the_configuration() {
    for text in [
        "EWC#ip tftp blocksize 1024",
        "EWC>wireless profile image-download default",
        "EWC#ip ssh stricthostkeycheck",
    ] {
        assert_eq!(problem(text), (1, 5, Problem::NotInExec), "{text}");
    }
    for text in [
        "EWC#show ap image",
        "EWC#ap name hall reset",
        "EWC#ap auth-list x",
        "EWC#copy running-config startup-config",
        "EWC#",
    ] {
        assert_eq!(read(text).not_modelled, Vec::<String>::new(), "{text}");
    }
    let scrolled = "EWC(config)#wireless profile image-download default\nEWC(config-…)#$mage-path /EWC\n";
    assert_eq!(problem(scrolled), (2, 15, Problem::Scrolled));
}
