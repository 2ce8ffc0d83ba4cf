//! Access lists as people paste them.

use std::net::Ipv4Addr;

use network::Protocol;

use super::*;

fn list<'a>(read: &'a Read, name: &str) -> &'a AccessList {
    read.list(name).unwrap_or_else(|| panic!("no list {name}: {read:?}"))
}

fn texts(list: &AccessList) -> Vec<String> {
    list.entries.iter().map(|entry| format!("{} {}", entry.sequence, entry.text)).collect()
}

/// Reads one entry of an extended list.
fn entry(text: &str) -> Entry {
    let read = read(&format!("ip access-list extended X\n {text}\n"));
    assert_eq!(list(&read, "X").problems, [], "{text}");
    list(&read, "X").entries[0].clone()
}

/// Returns the message of the problem of one entry of an extended list, and its columns.
fn problem(text: &str) -> Problem {
    let read = read(&format!("ip access-list extended X\n {text}\n"));
    let [problem] = &list(&read, "X").problems[..] else { panic!("{text}: {read:?}") };
    problem.clone()
}

#[test]
fn a_list_from_a_running_configuration() {
    let read = read(
        "!\r\nip access-list extended SVI-4-IN\r\n remark *** images ***\r\n 10 permit udp any host 10.0.5.27 eq tftp\r\n \
         20 permit udp host 10.0.4.2 gt 1023 10.0.5.0 0.0.0.255 range 1024 65535 log\r\n 30 deny   ip any any log-input\r\n!\r\n",
    );
    assert_eq!((read.problems.len(), read.others), (0, 0));
    let list = list(&read, "SVI-4-IN");
    assert_eq!(list.problems, []);
    assert_eq!(
        texts(list),
        [
            "10 permit udp any host 10.0.5.27 eq tftp",
            "20 permit udp host 10.0.4.2 gt 1023 10.0.5.0 0.0.0.255 range 1024 65535 log",
            "30 deny ip any any log-input",
        ]
    );
    let [first, second, last] = &list.entries[..] else { panic!("{list:?}") };
    assert_eq!(first.place, Place { line: 4, columns: 1..41 });
    assert_eq!((first.permits, first.of), (true, Of::Protocol(Protocol::Udp)));
    assert_eq!((&first.ports[..], &first.from_ports[..]), (&[69..=69][..], &[][..]));
    assert_eq!((&second.from_ports[..], &second.ports[..]), (&[1024..=65535][..], &[1024..=65535][..]));
    let in_5 = |last: u8| second.to.contains(Ipv4Addr::new(10, 0, 5, last));
    assert!(in_5(0) && in_5(255) && !second.to.contains(Ipv4Addr::new(10, 0, 6, 0)));
    assert!(!last.permits && last.of == Of::Ip && last.from.is_any());
}

#[test]
fn numbered_lists_are_standard_or_extended() {
    let read = read(
        "access-list 10 remark servers\naccess-list 10 permit 10.0.5.0 0.0.0.255\naccess-list 10 permit 10.0.4.2\n\
         access-list 10 deny   any log\naccess-list 101 permit tcp any any established\naccess-list 2699 deny ip any any\n",
    );
    assert!(read.problems.is_empty(), "{read:?}");
    let ten = list(&read, "10");
    assert_eq!(texts(ten), ["10 permit 10.0.5.0 0.0.0.255", "20 permit 10.0.4.2", "30 deny any log"]);
    assert!(ten.entries.iter().all(|entry| entry.of == Of::Ip && entry.to.is_any()));
    assert!(ten.entries[1].from.contains(Ipv4Addr::new(10, 0, 4, 2)));
    assert!(!ten.entries[1].from.contains(Ipv4Addr::new(10, 0, 4, 3)));
    assert_eq!(list(&read, "101").entries[0].flags, Some(0b1_0100));
    assert_eq!(list(&read, "2699").entries.len(), 1);
}

#[test]
fn numbers_decide_on_the_order_and_a_number_removes() {
    let read = read(
        "ip access-list extended X\n 30 deny ip any any\n 10 permit udp any any eq 69\n permit ip any any\n 20 permit tcp any any\n no 10\n",
    );
    let list = list(&read, "X");
    assert_eq!(texts(list), ["20 permit tcp any any", "30 deny ip any any", "40 permit ip any any"]);
    let twice = super::read("ip access-list extended X\n 10 permit ip any any\n 10 deny ip any any\n");
    assert_eq!(twice.list("X").map(|list| list.problems.len()), Some(1));
}

#[test]
fn lists_are_read_as_they_are_shown_and_as_they_are_typed() {
    let shown = "Standard IP access list 10\n    10 permit 10.0.5.0, wildcard bits 0.0.0.255 (12 matches)\nExtended IP access list IN\n    \
                 10 permit udp any host 10.0.5.27 eq tftp (3 matches)\n    20 deny ip any any log (40 matches)\n";
    let read_shown = read(shown);
    assert!(read_shown.problems.is_empty(), "{read_shown:?}");
    assert!(list(&read_shown, "10").entries[0].from.contains(Ipv4Addr::new(10, 0, 5, 255)));
    let wanted = ["10 permit udp any host 10.0.5.27 eq tftp", "20 deny ip any any log"];
    assert_eq!(texts(list(&read_shown, "IN")), wanted);
    let typed = "R1(config)#ip access-list extended IN\nR1(config-ext-nacl)#permit udp any host 10.0.5.27 eq tftp\n\
                 R1(config-ext-nacl)#deny ip any any log\nR1(config-ext-nacl)#exit\nR1(config)#end\n";
    let read_typed = read(typed);
    assert_eq!(texts(list(&read_typed, "IN")), wanted);
    assert_eq!((list(&read_typed, "IN").problems.len(), read_typed.others), (0, 0));
}

#[test]
fn interfaces_apply_lists_and_the_rest_is_counted() {
    let read = read(
        "hostname R1\ninterface Vlan4\n description APs\n ip address 10.0.4.1 255.255.255.0\n ip access-group IN in\n ip access-group OUT out\n!\n\
         interface Vlan5\n ip nat inside\nline vty 0 4\n transport input ssh\nip nat inside source list 1 interface Vlan5 overload\n",
    );
    let applied: Vec<_> = read.applied.iter().map(|it| (&*it.interface, &*it.list, it.inbound)).collect();
    assert_eq!(applied, [("Vlan4", "IN", true), ("Vlan4", "OUT", false)]);
    let names: Vec<_> = read.problems.iter().filter_map(|problem| problem.not_modelled.as_deref()).collect();
    assert_eq!(names, ["ip nat", "ip nat"]);
    assert_eq!(read.others, 2, "the host name and the line");
}

#[test]
fn lengths_of_packets_on_interfaces_are_not_modelled() {
    let names = |line: &str| -> Vec<String> {
        let problems = read(&format!("interface Tunnel0\n {line}\n")).problems;
        problems.into_iter().filter_map(|problem| problem.not_modelled).collect()
    };
    for (line, name) in
        [("ip tcp adjust-mss 1360", "ip tcp adjust-mss"), ("ip mtu 1400", "ip mtu"), ("mtu 9216", "mtu")]
    {
        assert_eq!(names(line), [name], "{line}");
    }
    for line in ["ip mtu 1500", "mtu 1500", "no ip tcp adjust-mss", "ip tcp header-compression", "mtuu 1400"]
    {
        assert!(names(line).is_empty(), "{line}");
    }
}

#[test]
fn ports_have_operators_and_names() {
    let ports = |text: &str| entry(&format!("permit {text}")).ports;
    assert_eq!(ports("udp any any eq 5246 5247"), [5246..=5246, 5247..=5247]);
    assert_eq!(ports("udp any any neq tftp"), [0..=68, 70..=65535]);
    assert_eq!(ports("udp any any neq 65535 0"), [1..=65534]);
    assert_eq!(ports("tcp any any lt 1024"), [0..=1023]);
    assert_eq!(ports("tcp any any gt 65534"), [65535..=65535]);
    assert_eq!(ports("tcp any any eq www"), [80..=80]);
    assert_eq!(ports("tcp any any range ftp-data ftp"), [20..=21]);
    assert_eq!(ports("udp any any"), []);
    let both = entry("permit udp host 10.0.5.27 eq tftp any eq 4000");
    assert_eq!((&both.from_ports[..], &both.ports[..]), (&[69..=69][..], &[4000..=4000][..]));
    // UDP and TCP have names of their own.
    assert!(problem("permit tcp any any eq tftp").label.contains("a port"));
}

#[test]
fn messages_of_icmp_have_names_types_and_codes() {
    let icmp = |text: &str| entry(&format!("permit icmp any any{text}")).icmp;
    assert_eq!(icmp(""), None);
    assert_eq!(icmp(" unreachable"), Some((3, None)));
    assert_eq!(icmp(" administratively-prohibited log"), Some((3, Some(13))));
    assert_eq!(icmp(" 3 3"), Some((3, Some(3))));
    assert_eq!(icmp(" 8 log"), Some((8, None)));
}

#[test]
fn protocols_that_no_packet_has_are_known() {
    for protocol in ["ospf", "gre", "eigrp", "esp", "89", "2"] {
        assert_eq!(entry(&format!("permit {protocol} any any")).of, Of::Other, "{protocol}");
    }
    assert_eq!(entry("permit 17 any any eq 69").of, Of::Protocol(Protocol::Udp));
}

#[test]
fn a_wildcard_need_not_be_of_a_prefix() {
    let odd = entry("permit ip 10.0.0.1 0.0.255.254 any").from;
    assert!(odd.contains(Ipv4Addr::new(10, 0, 7, 3)) && !odd.contains(Ipv4Addr::new(10, 0, 7, 4)));
    // A netmask is a slip, and means what its bits say.
    let slip = entry("permit ip 10.0.5.0 255.255.255.0 any").from;
    assert!(slip.contains(Ipv4Addr::new(192, 168, 1, 0)) && !slip.contains(Ipv4Addr::new(10, 0, 5, 27)));
    let prefix = entry("permit ip 10.0.5.0/24 any").from;
    assert!(prefix.contains(Ipv4Addr::new(10, 0, 5, 27)) && !prefix.contains(Ipv4Addr::new(10, 0, 4, 27)));
}

#[test]
fn what_is_not_modelled_has_its_name_and_place() {
    for (text, name) in [
        ("permit object-group SRV any any", "object-group"),
        ("permit udp object-group APS host 10.0.5.27 eq tftp", "object-group"),
        ("permit udp any host 10.0.5.27 eq tftp time-range NIGHT", "time-range"),
        ("permit ip any any dscp ef", "dscp"),
        ("permit tcp any any reflect OUT", "reflect"),
        ("permit tcp any any match-any +ack", "match-any"),
        ("permit tcp any any log dscp ef", "dscp"),
        ("permit tcp any any ack rst", "several TCP flags"),
        ("evaluate OUT", "evaluate"),
    ] {
        assert_eq!(problem(text).not_modelled.as_deref(), Some(name), "{text}");
    }
    assert_eq!(problem("permit ip any any dscp ef").place, Place { line: 2, columns: 19..23 });
}

#[test]
fn fragments_are_those_without_ports() {
    for (text, fragments) in [
        ("deny ip any any fragments", true),
        ("deny udp any host 10.0.5.27 log fragments", true),
        ("deny udp any host 10.0.5.27 fragments log", true),
        ("deny udp any host 10.0.5.27", false),
    ] {
        assert_eq!(entry(text).fragments, fragments, "{text}");
    }
    let with_ports = problem("permit udp any eq tftp any fragments");
    assert_eq!((with_ports.not_modelled, with_ports.place), (None, Place { line: 2, columns: 28..37 }));
}

#[test]
fn mistakes_have_their_place() {
    for (text, columns) in [
        ("permit udpp any any", 8..12),
        ("permit udp any", 1..15),
        ("permit udp any host 10.0.5", 21..27),
        ("permit udp any any eq capwap", 23..29),
        ("permit udp any any range 70 69", 29..31),
        ("permit ip any any eq 69", 19..21),
        ("permit udp any any established", 20..31),
        ("permit udp any any loog", 20..24),
        ("permitt udp any any", 1..20),
        ("10 premit ip any any", 1..21),
    ] {
        let problem = problem(text);
        assert_eq!((problem.not_modelled.as_deref(), problem.place.columns), (None, columns), "{text}");
    }
    let outside = read(
        "permit udp any any\naccess-list 3000 permit ip any any\naccess-list OUT extended permit ip any any\n",
    );
    assert_eq!(outside.problems.len(), 3, "{outside:?}");
}

/// IOS takes them, and here they would be lines about other things.
#[test]
fn words_in_capitals_or_shortened_are_told() {
    for (text, word, meant) in [
        ("IP access-list extended A", "IP", "ip"),
        ("ip access-l extended A", "access-l", "access-list"),
        ("Access-List 101 permit udp any any", "Access-List", "access-list"),
        ("access-list 101 PERMIT udp any any", "PERMIT", "permit"),
        ("ip access-list extended A\nDENY udp any any", "DENY", "deny"),
        ("ip access-list extended A\n 10 perm udp any any", "perm", "permit"),
        ("ip access-list extended A\n Remark images", "Remark", "remark"),
        ("ip access-list extended A\n permit UDP any any", "UDP", "udp"),
        ("ip access-list extended A\n permit udp Any any", "Any", "any"),
        ("ip access-list extended A\n permit udp any any EQ tftp", "EQ", "eq"),
        ("ip access-list extended A\n permit udp any any eq TFTP", "TFTP", "tftp"),
        ("ip access-list extended A\n permit tcp any any est", "est", "established"),
        ("int Vlan10\n ip access-group A in", "int", "interface"),
        ("interface Vlan10\n ip access-gr A in", "access-gr", "access-group"),
    ] {
        let read = read(text);
        let problems: Vec<&Problem> =
            read.lists.iter().flat_map(|list| &list.problems).chain(&read.problems).collect();
        let [problem] = problems[..] else { panic!("{text}: {problems:?}") };
        let line = text.lines().nth(problem.place.line - 1).expect("it is a line");
        assert!(line[problem.place.columns.clone()].contains(word), "{text}: {problem:?}");
        let help = problem.help.as_deref().unwrap_or_default();
        assert!(help.contains(&format!("write `{meant}`")), "{text}: {problem:?}");
    }
    let others = read("banner motd ^Permit nobody^\nAccess is denied\nip accounting\nInterface of people\n");
    assert!(others.problems.is_empty(), "{others:?}");
}

#[test]
fn a_text_without_end_is_cut() {
    let text = format!("ip access-list extended X\n{}", " permit ip any any\n".repeat(20_000));
    let read = read(&text);
    assert!(list(&read, "X").entries.len() <= ENTRIES_MAX && read.problems.len() == 1);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read(text in "((ip |access-list |extended |permit |deny |udp |any |host |eq |[0-9. ]{1,9}|[ -~µ]{0,9})\n?){0,60}") {
        read(&text);
    }
}
