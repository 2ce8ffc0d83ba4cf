//! Configurations as the program and people write them.

use proptest::prelude::*;

use super::*;

/// The file of the installer of version 4.73, as far as it names keys of the TFTP server.
const INSTALLED: &str = "[DHCP]\r\nLease_NumLeases=0\r\n[TFTPD32]\r\nBaseDirectory=.\r\nTftpPort=69\r\nHide=0\r\nWinSize=0\r\n\
    Negociate=1\r\nPXECompatibility=0\r\nDirText=0\r\nShowProgressBar=1\r\nTimeout=3\r\nMaxRetransmit=6\r\nSecurityLevel=1\r\n\
    UnixStrings=1\r\nBeep=0\r\nVirtualRoot=0\r\nMD5=0\r\nLocalIP=\r\nServices=15\r\nTftpLogFile=\r\nLowestUDPPort=0\r\n\
    HighestUDPPort=0\r\nMax Simultaneous Transfers=100\r\nUseEventLog=0\r\nSupport for port Option=0\r\n\
    Ignore ack for last TFTP packet=0\r\nEnable IPv6=0\r\n";

fn config(lines: &str) -> Tftpd64Config {
    Tftpd64Config::parse(&format!("[tftpd32]\n{lines}\n")).expect("a configuration").config
}

/// The line, the column, the text pointed at, and the message.
fn errors(text: &str) -> Vec<(usize, usize, &str, String)> {
    let errors = Tftpd64Config::parse(text).expect_err("wrong");
    let errors = errors.into_iter().map(|ConfigError { place, problem }| {
        let pointed_at = &text[place.offset..place.offset + place.length];
        (place.line, place.column, pointed_at, problem.to_string())
    });
    errors.collect()
}

fn warnings(text: &str) -> Vec<(usize, &str, String)> {
    let warnings = Tftpd64Config::parse(text).expect("a configuration").warnings;
    let warnings = warnings.into_iter().map(|ConfigWarning { place, message, .. }| {
        (place.line, &text[place.offset..place.offset + place.length], message)
    });
    warnings.collect()
}

#[test]
fn what_the_installer_writes_is_the_default() {
    for (text, ipv4_alone) in [(INSTALLED, true), ("", false)] {
        let config = Tftpd64Config { ipv4_alone, ..Tftpd64Config::default() };
        assert_eq!(Tftpd64Config::parse(text), Ok(Parsed { config, warnings: vec![] }));
    }
}

#[test]
fn every_key_is_taken_whatever_its_case() {
    let all = "basedirectory = \"d:/Images/./x/..\"\nTFTPPORT=1069\nSecurityLevel=3\nTimeout=1\nMaxRetransmit=2\nWinSize=4096\n\
               Negociate=0\nPXECompatibility=1\nUnixStrings=0\nVirtualRoot=1\nReduce TFTP Path=1\nShowProgressBar=0\n\
               Ignore ack for last TFTP packet=1\nLocalIP=172.16.5.27\nLowestUDPPort=2000\nHighestUDPPort=2010\n\
               Max Simultaneous Transfers=10";
    let expected = Tftpd64Config {
        listen: ([172, 16, 5, 27], 1069).into(),
        ipv4_alone: true,
        base_directory: "D:\\Images".into(),
        security: Security::ReadOnly,
        virtual_root: true,
        unix_strings: false,
        reduce_path: true,
        negotiate: false,
        pxe: true,
        timeout_s: 1,
        retransmit: 2,
        window_bytes: 4096,
        ignore_last_ack: true,
        port_range: Some(2000..=2010),
        transfers_max: 10,
        progress: false,
    };
    assert_eq!(config(all), expected);
}

#[test]
fn directories_have_a_drive() {
    let directory = |value: &str| config(&format!("BaseDirectory={value}"));
    for (value, full, root) in [
        ("C:\\TFTP\\", "C:\\TFTP", "/C:/TFTP"),
        ("e:\\", "E:\\", "/E:"),
        ("\\srv", "C:\\srv", "/C:/srv"),
        (".", "C:\\Program Files\\Tftpd64", "/C:/Program Files/Tftpd64"),
        ("images\\17", "C:\\Program Files\\Tftpd64\\images\\17", "/C:/Program Files/Tftpd64/images/17"),
    ] {
        let config = directory(value);
        assert_eq!((&*config.base_directory, &*config.root()), (full, root), "{value}");
    }
    let config = directory("C:\\TFTP");
    assert_eq!(config.local_path("/EWC/17_9_4a/ap1g8"), "/C:/TFTP/EWC/17_9_4a/ap1g8");
    assert_eq!(config.local_path("EWC\\ap1g8"), "/C:/TFTP/EWC/ap1g8");
    for wrong in ["C:", "C:TFTP", "\\\\server\\share", "C:\\a?b", "CD:\\x"] {
        let text = format!("[TFTPD32]\nBaseDirectory={wrong}\n");
        let expected = "bad value of BaseDirectory: expected a directory of a drive, such as C:\\TFTP";
        assert_eq!(errors(&text), [(2, 15, wrong, expected.into())]);
    }
}

#[test]
fn port_ranges_are_those_that_the_program_takes() {
    let range =
        |low: u16, high: u16| config(&format!("LowestUDPPort={low}\nHighestUDPPort={high}")).port_range;
    assert_eq!(range(2000, 2000), Some(2000..=2000));
    assert_eq!(range(69, 0), Some(69..=69));
    assert_eq!([range(1023, 2000), range(2001, 2000), range(0, 0)], [None, None, None]);
}

#[test]
fn wrong_values_are_pointed_at() {
    let text = "[TFTPD32]\nTimeout = 3s\nSecurityLevel=4\nVirtualRoot=yes\nTftpPort=70000\nLocalIP=172.16.5\nServices=12\n\
                MaxRetransmit=0\nMax Simultaneous Transfers=10001\n";
    let errors = errors(text);
    let places: Vec<_> = errors.iter().map(|(line, column, at, _)| (*line, *column, *at)).collect();
    assert_eq!(
        places,
        [
            (2, 11, "3s"),
            (3, 15, "4"),
            (4, 13, "yes"),
            (5, 10, "70000"),
            (6, 9, "172.16.5"),
            (7, 10, "12"),
            (8, 15, "0"),
            (9, 28, "10001"),
        ]
    );
    assert_eq!(errors[0].3, "bad value of Timeout: expected a number of at least 1");
    assert_eq!(errors[5].3, "the TFTP server is switched off: Services needs its bit 1");
    let error = Tftpd64Config::parse(text).expect_err("wrong").remove(0).to_string();
    assert_eq!(error, "line 2, column 11: bad value of Timeout: expected a number of at least 1");
}

#[test]
fn what_has_no_effect_is_listed() {
    let text = "Timeout=1\n[DHCP]\nIP_Pool=1\n[TFTPD32]\nTimeout=5\ntimeout=6\nMD5=1\nColour=red\nnothing\n\
                LocalIP=Intel(R) Ethernet\nMax Simultaneous Transfers=2\n[Other]\nx=1\n[tftpd32]\nTimeout=7\n";
    let expected = [
        (1, "Timeout", "is in no section; [TFTPD32] is used"),
        (6, "timeout", "Timeout occurs twice, and only the first counts"),
        (8, "Colour", "Colour is not modelled: 4.73 has no such key: it is misspelt, or of another release"),
        (9, "nothing", "no key and value, so it is not used"),
        (
            10,
            "Intel(R) Ethernet",
            "LocalIP is not modelled here: the addresses of an interface of this name are not known",
        ),
        (11, "2", "serves no client: the program counts its two permanent threads"),
        (12, "[Other]", "[Other] is not used"),
        (14, "[tftpd32]", "[tftpd32] occurs twice, and only the first counts"),
    ];
    assert_eq!(warnings(text), expected.map(|(line, at, message)| (line, at, message.to_owned())));
    assert_eq!(Tftpd64Config::parse(text).expect("a configuration").config.timeout_s, 5);
}

#[test]
fn what_is_not_modelled_has_a_name() {
    let text = "[TFTPD32]\nColour=red\nLocalIP=Intel(R) Ethernet\nMD5=1\nDirText=1\nBeep=1\n";
    let warnings = Tftpd64Config::parse(text).expect("a configuration").warnings;
    let names: Vec<_> = warnings.into_iter().map(|warning| warning.not_modelled).collect();
    assert_eq!(names, [Some("Colour".to_owned()), Some("LocalIP".to_owned())]);
}

/// The keys of the help page and of `settings.h` of 4.73.
#[test]
fn every_key_has_a_class() {
    let classes: Vec<KeyClass> = keys().collect();
    let installed = INSTALLED.lines().skip_while(|line| *line != "[TFTPD32]").skip(1);
    let installed = installed.filter_map(|line| Some(line.split_once('=')?.0));
    let others = [
        "SaveSyslogFile",
        "PipeSyslogMsg",
        "MulticastPort",
        "MulticastAddress",
        "PersistantLeases",
        "UnicastBOOTP",
        "DHCP Ping",
        "DHCP LocalIP",
        "DHCP Double Answer",
        "Console Password",
        "Keep transfer Gui",
        "HttpBaseDirectory",
        "LastWindowPos",
        "Donot verify firewall",
        "Enable IPv4",
        "Reduce TFTP Path",
    ];
    for key in installed.chain(others) {
        assert_eq!(classes.iter().filter(|class| class.name == key).count(), 1, "{key}");
    }
    for class in classes {
        assert!(class.class == "modelled" || !class.why.is_empty(), "{class:?}");
    }
}

#[test]
fn an_address_of_a_family_that_is_off_is_an_error() {
    let text = "[TFTPD32]\nLocalIP=2001:db8::5\nEnable IPv6=0\n";
    let message = "an IPv6 address, and Enable IPv6 is 0: the TFTP server does not start";
    assert_eq!(errors(text), [(2, 9, "2001:db8::5", message.into())]);
    assert_eq!(config("LocalIP=2001:db8::5\nEnable IPv6=1").listen.to_string(), "[2001:db8::5]:69");
    assert_eq!(
        config("LocalIP=2001:db8::5").listen.to_string(),
        "[2001:db8::5]:69",
        "the program's default is 1"
    );
}

proptest! {
    #[test]
    fn any_text_is_understood_or_refused_with_places(text in "(\\[TFTPD32\\]\n)?([A-Za-z ]{0,12}[=\\[\\];]?[ -~é]{0,12}\r?\n){0,8}") {
        match Tftpd64Config::parse(&text) {
            Ok(parsed) => for warning in parsed.warnings {
                prop_assert!(text.get(warning.place.offset..warning.place.offset + warning.place.length).is_some());
            },
            Err(errors) => prop_assert!(!errors.is_empty()),
        }
    }
}
