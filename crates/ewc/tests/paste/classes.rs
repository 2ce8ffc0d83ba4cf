//! The three classes of lines.

use std::net::Ipv4Addr;

use ewc::ControllerConfig;
use ewc::config::Applies;
use proptest::prelude::*;

use super::{PROFILE, read};

/// Lines that may matter and are not modelled, with the names under which they are accepted.
const MATTER: [(&str, &str); 44] = [
    ("ap auth-list authorize-mac", "ap auth-list"),
    ("ap auth-list method-list APS", "ap auth-list"),
    ("ap auth-policy ssc", "ap auth-policy"),
    ("ap dtls-version dtls_1_0", "ap dtls-version"),
    ("ap dtls-ciphersuite priority 0 TLS_RSA_WITH_AES_128_CBC_SHA", "ap dtls-ciphersuite"),
    ("ap capwap timers heartbeat-timeout 30", "ap capwap"),
    ("ap capwap retransmit count 3", "ap capwap"),
    ("ap link-encryption", "ap link-encryption"),
    ("ap lsc-provision", "ap lsc-provision"),
    ("ap upgrade staggered 25", "ap upgrade"),
    ("ap upgrade method https", "ap upgrade"),
    ("ap something-new", "ap"),
    ("wireless management trustpoint BRANCH-CA", "wireless management trustpoint"),
    (
        "wireless mobility group member mac-address 0011.2233.4455 ip 192.0.2.9",
        "wireless mobility group member",
    ),
    ("wireless mobility controller", "wireless mobility"),
    ("wireless ewc-ap preferred-master hall-1", "wireless ewc-ap"),
    ("ip tftp min-timeout 10", "ip tftp min-timeout"),
    ("ip tftp source-interface Loopback0", "ip tftp source-interface"),
    ("ip tftp something-new", "ip tftp"),
    ("ip ssh source-interface Vlan99", "ip ssh source-interface"),
    ("ip ssh version 1", "ip ssh version"),
    ("ip ssh dh min size 4096", "ip ssh dh"),
    ("ip ssh window-size 131072", "ip ssh window-size"),
    ("ip ssh bulk-mode 262144", "ip ssh bulk-mode"),
    ("no ip ssh bulk-mode", "ip ssh bulk-mode"),
    ("ip ssh client something-new", "ip ssh client"),
    ("ip ssh something-new", "ip ssh"),
    ("ip tcp mss 536", "ip tcp mss"),
    ("ip tcp path-mtu-discovery", "ip tcp path-mtu-discovery"),
    ("ip tcp synwait-time 5", "ip tcp synwait-time"),
    ("ip tcp window-size 4128", "ip tcp window-size"),
    ("ip access-group 101 in", "ip access-group"),
    ("ip nat inside source list 1 interface Vlan1 overload", "ip nat"),
    ("ip local policy route-map X", "ip local policy"),
    ("ip arp inspection vlan 10", "ip arp inspection"),
    ("ip dhcp snooping", "ip dhcp snooping"),
    ("zone-pair security A source a destination b", "zone-pair"),
    ("system mtu 9000", "system mtu"),
    ("event manager applet NIGHTLY", "event manager applet"),
    ("kron occurrence SAVE at 22:00 recurring", "kron occurrence"),
    ("service-policy input STRICT", "service-policy"),
    ("storm-control broadcast level 1", "storm-control"),
    ("wireless profile image-download default\n new-in-this-release x", "wireless profile image-download"),
    ("ipv6 traffic-filter X in", "ipv6 traffic-filter"),
];

/// Lines below another one.
const BELOW: [(&str, &str, &str); 17] = [
    ("interface Vlan10", "ip access-group 101 in", "ip access-group"),
    ("interface Vlan10", "ip nat inside", "ip nat"),
    ("interface Vlan10", "ip mtu 1400", "ip mtu"),
    ("interface Vlan10", "mtu 9000", "mtu"),
    ("interface Vlan10", "ip tcp adjust-mss 1300", "ip tcp adjust-mss"),
    ("interface Vlan10", "zone-member security inside", "zone-member"),
    ("interface Vlan10", "service-policy output SHAPE", "service-policy"),
    ("interface Vlan10", "crypto map VPN", "crypto map"),
    ("interface Vlan10", "storm-control unicast level 10", "storm-control"),
    ("interface GigabitEthernet0", "shutdown", "shutdown"),
    ("interface GigabitEthernet0", "vrf forwarding Mgmt-vrf", "vrf forwarding"),
    ("control-plane", "service-policy input STRICT", "service-policy"),
    ("ap profile branch", "capwap backup primary OTHER 192.0.2.9", "capwap backup"),
    ("ap profile branch", "capwap timers fast-heartbeat-timeout 3", "capwap"),
    ("ap profile branch", "link-encryption", "link-encryption"),
    ("ap profile branch", "preferred-mode ipv6", "preferred-mode"),
    ("wireless profile flex branch", "predownload", "predownload"),
];

/// Lines that do not matter.
const HARMLESS: [&str; 52] = [
    "interface Vlan10\n ip arp inspection trust\n ip dhcp snooping trust",
    "ap dot11 24ghz rf-profile x\n rate RATE_1M disable\n service x\n link y",
    "ap dot11 24ghz rf-profile x\nrate RATE_1M disable\nlink y",
    "wireless management trustpoint ewc-default-tp1",
    "wireless management trustpoint EWC_WLC_TP",
    "ap trace-profile x",
    "hostname x",
    "ap dot11 5ghz shutdown",
    "ap tag persistency enable",
    "ap 70db.98aa.bb00",
    "ap filter name x",
    "no ap auth-list authorize-mac",
    "no ap dtls-version",
    "no ip tftp source-interface",
    "default ip tftp min-timeout",
    "no ip access-group 101 in",
    "no event manager applet X",
    "wireless management trustpoint CISCO_IDEVID_SUDI",
    "no wireless management trustpoint",
    "wireless mobility group name X",
    "wireless mobility mac-address 0011.2233.4455",
    "wireless client max-user-login 8",
    "wireless something-new",
    "ip tftp min-timeout 4",
    "ip tftp source-interface GigabitEthernet0",
    "ip tftp source-interface Gi0",
    "ip ftp source-interface Loopback0",
    "ip ssh version 2",
    "ip ssh time-out 60",
    "ip ssh dh min size 2048",
    "ip ssh bulk-mode 131072",
    "ip ssh bulk-mode",
    "ip ssh window-size 8192",
    "ip ssh server algorithm kex x",
    "ip ssh source-interface GigabitEthernet 0",
    "ip http secure-server",
    "ip access-list extended X\n 10 deny ip any any",
    "access-list 101 deny udp any any eq tftp",
    "route-map X deny 10\n match ip address 101",
    "policy-map X\n class class-default\n  police 8000",
    "interface Vlan10\n ip address 192.0.2.1 255.255.255.0\n no shutdown",
    "interface Vlan1\n no ip address\n shutdown",
    "interface Vlan10\n ip mtu 1500\n no ip access-group 101 in",
    "interface GigabitEthernet0\n shutdown\n no shutdown",
    "control-plane\n service-policy input system-cpp-policy",
    "ap profile x\n capwap fallback\n preferred-mode ipv4\n no link-encryption",
    "wlan x 1 x\n ip access-group web X\n shutdown",
    "wireless profile policy x\n ipv4 acl X\n service-policy client input y\n no shutdown",
    "line vty 0 4\n access-class 10 in\n transport input ssh",
    "kron policy-list SAVE\n cli write memory",
    "system mtu 1500",
    "tftp-server flash:x",
];

#[test]
fn what_may_matter_has_a_name() {
    for (line, name) in MATTER {
        assert_eq!(read(line).not_modelled, [name], "{line}");
        assert_eq!(read(&format!("EWC(config)#{line}")).not_modelled, [name], "{line}");
        assert_eq!(read(&format!("{PROFILE}{line}\n")).not_modelled, [name], "{line}");
    }
    for (above, line, name) in BELOW {
        for text in [
            format!("{above}\n {line}\n"),
            format!("{above}\n{line}\n"),
            format!("{above}\n description x\n  {line}\n"),
            format!("{above}\ndescription x\n{line}\n"),
            format!("EWC(config)#{above}\nEWC(config-x)#{line}\n"),
        ] {
            assert_eq!(read(&text).not_modelled, [name], "{text}");
        }
        // Cut off from the line above it, too; an interface has to be known, and a map of encryption has to be applied.
        if !["shutdown", "vrf forwarding", "crypto map"].contains(&name) {
            assert_eq!(read(&format!(" {line}\n")).not_modelled, [name], "{line}");
        }
    }
}

#[test]
fn what_may_matter_is_found_below_other_lines_too() {
    let mut tried = 0;
    for (line, name) in MATTER
        .iter()
        .filter(|(line, name)| name.contains(' ') && !line.contains('\n') && *name != "ipv6 traffic-filter")
    {
        for above in [
            "wlan x 1 x",
            "wireless profile policy x",
            "line vty 0 4",
            "ap profile x",
            "hostname x",
            "policy-map x",
            "interface Vlan9",
        ] {
            let text = format!("{above}\n description x\n {line}\n no shutdown\n");
            assert_eq!(read(&text).not_modelled, [*name], "{text}");
            tried += 1;
        }
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn what_does_not_matter_is_listed() {
    for line in HARMLESS {
        let config = ControllerConfig::parse(line).unwrap();
        assert_eq!(config.not_modelled, [], "{line}");
        assert_eq!((config.warnings.len(), config.image_download), (0, None), "{line}");
    }
    let config = ControllerConfig::parse("hostname x\nno ip domain lookup\nunknown y\n").unwrap();
    let whys: Vec<_> = config.not_about_images.iter().map(|line| line.why.is_some()).collect();
    assert_eq!(whys, [true, true, false]);
}

#[test]
fn the_controller_s_own_interface_is_known_by_its_address() {
    let own = Ipv4Addr::new(192, 0, 2, 10);
    let of = |text: &str| {
        let config = ControllerConfig::parse(text).unwrap();
        config
            .not_modelled
            .iter()
            .map(|each| (each.name.clone(), each.applies, each.matters_at(own)))
            .collect::<Vec<_>>()
    };
    let vlan =
        |address: &str, line: &str| format!("interface Vlan10\n ip address {address} 255.255.255.0\n{line}");
    let source = "ip tftp source-interface Vlan10\n";
    assert_eq!(
        of(&vlan("192.0.2.10", source)),
        [("ip tftp source-interface".into(), Applies::Unless(own), false)]
    );
    let other = Ipv4Addr::new(192, 0, 2, 11);
    assert_eq!(
        of(&vlan("192.0.2.11", source)),
        [("ip tftp source-interface".into(), Applies::Unless(other), true)]
    );
    assert_eq!(of(source), [("ip tftp source-interface".into(), Applies::Always, true)]);
    assert_eq!(of(&format!("{source}wireless management interface vlan 10\n")), []);
    assert_eq!(of(&format!("{source}no ip tftp source-interface\n")), []);
    let managed = "wireless management interface Vlan10\nip tftp source-interface GigabitEthernet0\n";
    assert_eq!(of(managed), [("ip tftp source-interface".into(), Applies::Always, true)]);
    let shut = |address| of(&vlan(address, " shutdown\n"));
    assert_eq!(shut("192.0.2.10"), [("shutdown".into(), Applies::OnlyAt(own), true)]);
    assert_eq!(shut("192.0.2.11"), [("shutdown".into(), Applies::OnlyAt(other), false)]);
    assert_eq!(of(&vlan("192.0.2.10", " shutdown\n no shutdown\n")), []);
    let secondary = "interface Vlan10\n ip address 192.0.2.10 255.255.255.0\n ip address 192.0.2.11 255.255.255.0 secondary\n";
    assert_eq!(of(&format!("{secondary}{source}"))[0].1, Applies::Unless(own));
}

/// Places in a whole configuration where a line is a line: in no banner and no certificate.
fn places(text: &str) -> Vec<usize> {
    let mut block = false;
    let mut places = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        let starts = line.contains("banner ") && line.matches("^C").count() + line.matches('%').count() == 1;
        let ends = block && (line.starts_with("^C") || line.starts_with('%'));
        block = (block || starts) && !ends;
        if !block && !line.starts_with("  ") {
            places.push(at);
        }
    }
    places
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_line_that_matters_is_found_anywhere(whole in 0..2_usize, place in any::<prop::sample::Index>(), line in 0..MATTER.len() + BELOW.len()) {
        let text = [include_str!("whole/branch.cfg"), include_str!("whole/campus-sftp.cfg")][whole];
        let (line, name) = MATTER.get(line).map_or_else(
            || { let (above, line, name) = BELOW[line - MATTER.len()]; (format!("{above}\n {line}\n"), name) },
            |(line, name)| (format!("{line}\n"), *name),
        );
        let places = places(text);
        let (before, after) = text.split_at(places[place.index(places.len())]);
        // A later line of the same configuration may take back what a line said.
        let undoes = match name {
            "ip tftp source-interface" | "ip ssh source-interface" => after.contains(name),
            "shutdown" => after.lines().take_while(|line| line.starts_with(' ')).any(|line| line == " no shutdown"),
            _ => false,
        };
        if let Ok(config) = ControllerConfig::parse(&format!("{before}{line}{after}")) {
            let found = config.not_modelled.iter().any(|each| each.name == name);
            prop_assert!(found || undoes, "{} is not found behind {:?}", line, before.lines().last());
        }
    }

    #[test]
    fn any_text_is_read_in_bounded_time(
        text in "([a-z-]{0,12}[ #\\^C!\u{8}\r\n>()0-9%\t]{1,3}){0,400}",
        lines in prop::collection::vec(prop::sample::select(vec![
            "wireless profile image-download default", " tftp-image-path /x", "banner motd ^C", "^C", " certificate ca 01", "\tquit", "exit",
            " --More-- ", "no", "interface Gi0", "crypto pki certificate chain x", "end", "EWC(config-", "$", "ip", "ip tftp", "% Invalid input",
        ]), 0..100),
    ) {
        for text in [text, lines.join("\n"), lines.join("\r"), lines.concat()] {
            match ControllerConfig::parse(&text) {
                Ok(config) => {
                    let numbers = config.not_modelled.iter().map(|each| each.line);
                    let numbers = numbers.chain(config.not_about_images.iter().map(|each| each.line));
                    let last = text.lines().count();
                    prop_assert!(numbers.chain(config.warnings.iter().map(|each| each.line)).all(|line| (1..=last).contains(&line)));
                    // Configured once more.
                    let again = format!("{text}\nend\n{text}");
                    prop_assert!(ControllerConfig::parse(&again).is_ok(), "{}", again);
                }
                Err(errors) => {
                    for error in &errors.0 {
                        let line = text.lines().nth(error.line - 1).unwrap();
                        prop_assert!((1..=line.chars().count() + 1).contains(&error.column), "{} in {:?}", error, line);
                    }
                }
            }
        }
    }
}

/// A reader that takes time in the square of these does not end while the test may run.
#[test]
fn large_texts_are_read() {
    let wrapped = format!("{}\n", "x".repeat(80)).repeat(5_000);
    for text in [
        "ip access-group 1 in\n".repeat(20_000),
        "interface Vlan1\n shutdown\n".repeat(10_000),
        (0..10_000).map(|index| format!("interface Vlan{index}\n shutdown\n")).collect(),
        (0..400).map(|depth| format!("{}x\n", " ".repeat(depth))).collect(),
        format!("x{}", "\u{8}".repeat(400_000)),
        " ".repeat(400_000),
        "\r".repeat(400_000),
        wrapped,
    ] {
        let config = ControllerConfig::parse(&text).unwrap();
        assert!(config.not_modelled.len() + config.not_about_images.len() <= text.lines().count());
    }
}
