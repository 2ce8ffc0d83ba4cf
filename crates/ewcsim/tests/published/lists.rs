//! Access lists as people paste them, on the interface towards the controller or an access point; and the data channel and large
//! blocks behind them.

use ewcsim::Verdict;

use super::Night;
use super::plan::night;

/// A network with these lists between the controller and the server, each applied in a direction as seen from the controller.
fn lists(text: &str, applied: &[(&str, &str)]) -> Night {
    between("ewc", "tftp-1", text, applied)
}

fn between(end: &str, other: &str, text: &str, applied: &[(&str, &str)]) -> Night {
    let lines: String = text.lines().map(|line| format!("        {line}\n")).collect();
    let apply: String = applied
        .iter()
        .map(|(list, way)| format!("        - {{ list: {list}, direction: {way}, towards: {end} }}\n"))
        .collect();
    night(&format!(
        "network:\n  firewalls:\n    - name: svi\n      between: [{end}, {other}]\n      acl: |\n{lines}      apply:\n{apply}"
    ))
}

/// Checks that it passes, or that it fails and this rule dropped packets.
fn passes_or_drops(night: &Night, rule: Option<&str>) {
    let finished = night.run();
    let expected = if rule.is_some() { Verdict::Failed } else { Verdict::Passed };
    assert_eq!(finished.verdict(), expected, "{}\n{:?}", night.text, finished.judgements);
    let dropped: Vec<&str> = finished.drops.iter().map(|drops| drops.rule.as_str()).collect();
    assert!(rule.is_none_or(|rule| dropped.contains(&rule)), "{rule:?} {dropped:?}\n{}", night.text);
}

#[test]
fn lists_of_people() {
    const ONE: [(&str, &str); 1] = [("A", "in")];
    const BOTH: [(&str, &str); 2] = [("A", "in"), ("B", "out")];
    let named = |entries: &str| format!("ip access-list extended A\n{entries}");
    for (text, applied, rule) in [
        // Numbered, with remarks.
        (
            "access-list 101 remark images\naccess-list 101 permit udp host 10.0.4.2 host 10.0.5.27 eq tftp\n\
             access-list 101 permit udp host 10.0.4.2 host 10.0.5.27 range 1024 65535\naccess-list 101 deny ip any any log\n\
             access-list 102 permit udp host 10.0.5.27 host 10.0.4.2"
                .to_owned(),
            &[("101", "in"), ("102", "out")][..],
            None,
        ),
        ("access-list 101 permit udp any host 10.0.5.27 eq tftp".to_owned(), &[("101", "in")], Some("101 implicit deny ip any any")),
        // Of a list for telephones: no server answers from its port 69, and no client asks from its own.
        ("access-list 120 permit udp any eq tftp any eq tftp".to_owned(), &[("120", "in")], Some("120 implicit deny ip any any")),
        ("access-list 10 permit 10.0.4.0 0.0.0.255".to_owned(), &[("10", "in")], None),
        ("access-list 10 permit 10.0.9.0 0.0.0.255".to_owned(), &[("10", "in")], Some("10 implicit deny ip any any")),
        ("ip access-list standard A\n 10 permit 10.0.4.2\n 20 deny any log".to_owned(), &ONE, None),
        // Of a guide for switches before authentication.
        (
            named(" remark DHCP\n permit udp any eq bootpc any eq bootps\n permit udp any any eq domain\n remark TFTP\n permit udp any any eq tftp\n permit udp any host 10.0.5.27 gt 0\n deny ip any any"),
            &ONE,
            None,
        ),
        // TCP alone is established.
        (
            named(" permit udp any any eq 69\n permit udp any any gt 1023\nip access-list extended B\n permit tcp any any established"),
            &BOTH,
            Some("B implicit deny ip any any"),
        ),
        ("SW(config)#ip access-list extended A\nSW(config-ext-nacl)#permit udp any any eq tftp\nSW(config-ext-nacl)#permit ip any any\nSW(config-ext-nacl)#exit".to_owned(), &ONE, None),
        ("Extended IP access list A\n    10 permit udp any any eq tftp (12 matches)\n    20 permit udp any gt 1023 any gt 1023 (340 matches)".to_owned(), &ONE, None),
        ("ip access-list A\n  10 permit udp any 10.0.5.27/32 eq tftp\n  20 permit udp any any gt 1023".to_owned(), &ONE, None),
        (named(" permit udp any neq 0 any eq tftp\n permit udp any any neq 161"), &ONE, None),
        (named(" permit udp any any eq tftp ntp domain\n permit udp any any gt 1023"), &ONE, None),
        (named(" 20 permit ip any any\n 10 deny udp any any eq tftp"), &ONE, Some("A 10 deny udp any any eq tftp")),
        (named(" permit udp 10.0.0.0 0.255.255.255 10.0.5.0 0.0.0.255 log-input"), &ONE, None),
        // A netmask where a wildcard belongs: only addresses that end in 0.
        (named(" permit udp 10.0.4.0 255.255.255.0 any"), &ONE, Some("A implicit deny ip any any")),
        (named(" permit tcp any any"), &ONE, Some("A implicit deny ip any any")),
        (named(" permit esp any any\n permit 50 any any\n permit gre any any\n permit icmp any any echo\n permit ip any any"), &ONE, None),
        (named(" deny ip any any fragments\n permit ip any any"), &ONE, None),
    ] {
        passes_or_drops(&lists(&text, applied), rule);
    }
}

/// `ip tcp adjust-mss` makes SFTP work where the MTU alone breaks it; TFTP has no segments.
#[test]
fn lengths_that_an_interface_changes_are_not_modelled_where_they_matter() {
    let of = |line: &str| {
        let text = format!("interface Tunnel0\n {line}\nip access-list extended A\n permit ip any any");
        lists(&text, &[("A", "in")])
    };
    of("ip tcp adjust-mss 1360").passes();
    of("ip tcp adjust-mss 1360").over_sftp("Sw0rdfish").is_not_modelled("ip tcp adjust-mss");
    of("ip mtu 1400").is_not_modelled("ip mtu");
    of("ip mtu 1500").passes();
}

#[test]
fn lists_that_are_not_modelled_never_pass() {
    for (entry, name) in [
        ("permit udp any object-group SERVERS eq tftp", "object-group"),
        ("permit object-group TFTP any any", "object-group"),
        ("permit udp any any eq tftp reflect BACK", "reflect"),
        ("permit udp any any ttl gt 5", "ttl"),
        ("permit ip any any precedence critical", "precedence"),
        ("permit ip any any tos max-reliability", "tos"),
        ("permit ip any any time-range NIGHT", "time-range"),
    ] {
        lists(&format!("ip access-list extended A\n {entry}"), &[("A", "in")]).is_not_modelled(name);
    }
    lists("access-list 101 dynamic X permit ip any any", &[("101", "in")]).is_not_modelled("dynamic");
    for (text, message) in [
        ("ip access-list extended B\n permit ip any any", "no access list is called `A`"),
        ("ip access-list extended a\n permit ip any any", "no access list is called `A`"),
        ("ipv6 access-list A\n permit ipv6 any any", "no access list is called `A`"),
        ("ip access-list extended A\n remark nothing yet", "has no entries"),
        ("ip access-list extended A\n permit udp any any eq capwap", "`capwap`"),
        ("ip access-list extended A\n permit udp any any eq 70000", "`70000`"),
    ] {
        lists(text, &[("A", "in")]).is_refused(message);
    }
}

/// The data channel, behind lists and rules on the way to an access point.
#[test]
fn rules_for_the_data_channel() {
    let way = |entries: &str, way: &str| {
        between("floor", "ewc", &format!("ip access-list extended A\n{entries}"), &[("A", way)])
    };
    let rules = |more: &str, rules: &str| {
        night(&format!(
            "network: {{ firewalls: [{{ name: fw, between: [floor, ewc], {more}rules: [{rules}] }}] }}\n"
        ))
    };
    let implicit = Some("A implicit deny ip any any");
    for (night, rule) in [
        (way(" permit udp any any range 5246 5247", "in"), None),
        (way(" permit udp any host 10.0.4.2 eq 5246 5247", "in"), None),
        (way(" permit udp any any eq 5246\n permit udp any any eq 12222", "in"), implicit),
        (way(" permit udp any any range 12222 12223", "in"), implicit),
        (way(" permit udp any range 5246 5247 any", "out"), None),
        (way(" permit udp any eq 5246 any", "out"), implicit),
        (
            way(" deny udp any any eq 5247 log\n permit ip any any", "in"),
            Some("A 10 deny udp any any eq 5247 log"),
        ),
        (rules("", "{ reject: udp/5247 }, { permit: any }"), Some("reject udp/5247")),
        (rules("", "{ deny: udp/5247, from: ewc }, { permit: any }"), None),
        (rules("default: deny, ", "{ permit: udp/5246 }"), Some("default")),
        (rules("default: deny, ", "{ permit: udp/5246-5247, to: ewc }"), None),
        (rules("default: deny, udp_timeout: 10s, ", "{ permit: udp/5246-5247, from: floor }"), None),
        (rules("default: deny, stateless: true, ", "{ permit: udp/5246-5247, to: ewc }"), Some("default")),
    ] {
        passes_or_drops(&night, rule);
    }
}

/// Every block size on paths of every MTU passes where nothing looks at fragments; where something does, those pass that need none.
#[test]
fn block_sizes_and_mtus() {
    for (mtu, largest) in [(576, 544), (1_006, 974), (1_400, 1_368), (1_492, 1_460), (1_500, 1_468)] {
        for size in [512, 545, 1_368, 1_461, 1_469, 8_192] {
            let path = |fragments: &str| {
                let network = format!(
                    "network: {{ links: [{{ name: lan, between: [ewc, tftp-1], mtu: {mtu} }}], firewalls: [{{ name: dc, between: [ewc, tftp-1], default: permit, fragments: {fragments} }}] }}\n"
                );
                night(&network).edited(
                    "    wireless profile",
                    &format!("    ip tftp blocksize {size}\n    wireless profile"),
                )
            };
            if size > 1_468 {
                passes_or_drops(&path("pass"), None);
            }
            let rule = (size > largest).then_some("fragments: drop");
            passes_or_drops(&path("drop"), rule);
        }
    }
}
