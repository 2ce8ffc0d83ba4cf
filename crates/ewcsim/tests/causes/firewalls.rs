//! `scenarios/firewalls/`: firewalls as people have them.

use crate::causes::{UPGRADED, fails, holds, is_due_to, is_mended_by};
use crate::common::Edited;
use ewcsim::{Entry, Event, Finished, NetworkEvent, Outcome, Verdict};
use std::time::Duration;

#[test]
fn the_helper_lets_the_answer_through() {
    is_due_to("firewalls/tftp-inspection", ", inspect: tftp", "");
    let inspected = Edited::scenario("firewalls/tftp-inspection");
    // The firewall's word means port 69, the rule's whatever it permits.
    holds(&inspected.clone().replace("inspect: tftp }]", "}], inspect: [tftp]"), UPGRADED);
    holds(&inspected.clone().replace("permit: udp/69,", "permit: udp, from: ewc,"), UPGRADED);
    // One that asks its rules first gains nothing from a helper.
    fails(&inspected.replace("permit: udp/69,", "permit: udp/70,"), UPGRADED);
}

/// Blocks of any size pass a plain LAN; behind a firewall that drops fragments those do that fit a frame.
#[test]
fn large_blocks_need_fragments() {
    const LARGE: &str = "firewalls/fragments-dropped";
    is_mended_by(LARGE, ("fragments: drop", "fragments: pass"), "10m", UPGRADED);
    is_mended_by(LARGE, ("ip tftp blocksize 8192", "ip tftp blocksize 1468"), "10m", UPGRADED);
    for size in [512, 1_428, 1_468, 1_469, 4_096, 8_192] {
        let sized =
            Edited::scenario(LARGE).replace("blocksize 8192", &format!("blocksize {size}")).until("10m");
        holds(&sized.clone().replace("fragments: drop", "fragments: pass"), UPGRADED);
        holds(
            &sized
                .clone()
                .replace("fragments: drop", "stateless: true")
                .replace("default: deny", "default: permit"),
            UPGRADED,
        );
        let (passes, expected) = (size <= 1_468, UPGRADED);
        let finished = if passes { holds(&sized, expected) } else { fails(&sized, expected) };
        let is_cause = |drops: &&network::RuleDrops| drops.rule == "fragments: drop";
        assert_eq!(finished.drops.iter().find(is_cause).is_some(), !passes, "{size}");
    }
}

/// Ports are in the first fragment only. An entry that permits ports lets the others pass by their addresses; `fragments` names them.
#[test]
fn an_access_list_sees_no_ports_in_later_fragments() {
    const OUT: &str = "         10 permit udp 10.0.5.0 0.0.0.255 gt 1023 host 10.0.4.2 gt 1023\n";
    let large = Edited::scenario("firewalls/pasted-acl")
        .replace("    wireless profile", "    ip tftp blocksize 8192\n    wireless profile");
    holds(&large, UPGRADED);
    let denied = |entry: &str| large.clone().replace(OUT, &format!("         5 {entry}\n{OUT}"));
    let finished = fails(&denied("deny ip any any fragments"), UPGRADED);
    let [drops, ..] = &finished.drops[..] else { panic!("{:?}", finished.drops) };
    assert_eq!(drops.rule, "SVI-4-OUT 5 deny ip any any fragments");
    // An entry that denies ports says nothing of fragments, as it does not see theirs.
    holds(&denied("deny udp any any range 1 1023"), UPGRADED);
    holds(&denied("permit udp any any fragments"), UPGRADED);
}

#[test]
fn a_flow_that_lasts_lets_a_slow_server_answer() {
    is_mended_by("firewalls/udp-timeout", ("udp_timeout: 1500ms", "udp_timeout: 60s"), "20m", UPGRADED);
    is_due_to("firewalls/udp-timeout", ", delay: 3s", ", delay: 1s");
}

#[test]
fn an_icmp_error_tells_the_end_that_sent() {
    const PROHIBITED: &str = "{ reject: any, with: admin-prohibited }";
    is_due_to("firewalls/tftp-prohibited", PROHIBITED, "{ deny: any }");
    is_mended_by("firewalls/tftp-prohibited", (PROHIBITED, "{ permit: any }"), "10m", UPGRADED);
    let port = Edited::scenario("firewalls/tftp-prohibited")
        .replace("with: admin-prohibited", "with: port-unreachable");
    holds(&port, "{ log: tftp-1, has: \"tftpd: read(ack): Connection refused\" }");
}

#[test]
fn the_kind_of_answer_tells_the_kind_of_filter() {
    const PROHIBITED: &str = "reject: tcp/22, with: admin-prohibited";
    let says = |with: &str, error: &str| {
        let edited = Edited::scenario("firewalls/sftp-prohibited").replace(PROHIBITED, with);
        holds(&edited, &format!("{{ log: ewc, has: \"ap1g8: {error}\" }}"));
    };
    is_due_to("firewalls/sftp-prohibited", PROHIBITED, "permit: tcp/22");
    says(PROHIBITED, "No route to host");
    says("reject: tcp/22, with: port-unreachable", "Connection refused");
    says("reject: tcp/22, with: closed-port", "Connection refused");
    says("deny: tcp/22", "Timed out");
}

#[test]
fn each_entry_of_a_pasted_list_is_needed() {
    const LISTS: &str = "firewalls/pasted-acl";
    let [request, acknowledgement, data] = [
        "         10 permit udp host 10.0.4.2 host 10.0.5.27 eq tftp\n",
        "         20 permit udp host 10.0.4.2 gt 1023 host 10.0.5.27 gt 1023\n",
        "         10 permit udp 10.0.5.0 0.0.0.255 gt 1023 host 10.0.4.2 gt 1023\n",
    ];
    for entry in [request, acknowledgement, data] {
        is_due_to(LISTS, entry, "");
        is_due_to(LISTS, entry, &entry.replace("permit", "deny"));
    }
    // Block 1 comes again and again; that its acknowledgement is prohibited changes nothing for the controller.
    let lost = Edited::scenario(LISTS).replace(acknowledgement, "");
    let finished = holds(&lost, "{ log: ewc, has: \"ap1g8: Timed out\" }");
    let entry =
        finished.drops.iter().find(|drops| drops.rule.starts_with("SVI-4-IN 30 deny")).expect("it dropped");
    assert!(entry.packets > 20, "{entry:?}");
    // The server's answer comes from no port that has a name.
    is_due_to(LISTS, "0.0.0.255 gt 1023 host", "0.0.0.255 eq tftp host");
    // An entry before it that denies, by its number; a list towards the other end filters the other way.
    is_due_to(LISTS, "         30 deny   ip", "         5 deny   ip");
    is_due_to(LISTS, "SVI-4-IN, direction: in, towards: ewc", "SVI-4-IN, direction: in, towards: tftp-1");
    is_due_to(LISTS, "SVI-4-OUT, direction: out, towards: ewc", "SVI-4-OUT, direction: in, towards: ewc");
    // In from one end is out to the other.
    let other = Edited::scenario(LISTS)
        .replace("SVI-4-IN, direction: in, towards: ewc", "SVI-4-IN, direction: out, towards: tftp-1")
        .replace("SVI-4-OUT, direction: out, towards: ewc", "SVI-4-OUT, direction: in, towards: tftp-1");
    holds(&other, UPGRADED);
}

/// What is denied is answered, unless the interface says otherwise: the server hears of it.
#[test]
fn a_router_answers_what_it_denies() {
    let closed = Edited::scenario("firewalls/pasted-acl")
        .replace("10 permit udp 10.0.5.0 0.0.0.255", "10 permit udp 10.0.6.0 0.0.0.255");
    holds(&closed, "{ log: tftp-1, has: \"tftpd: read(ack): No route to host\" }");
    let silent = closed.replace("      apply:", "      silent: true\n      apply:");
    holds(&silent, "{ log: tftp-1, lacks: No route to host }");
}

/// What a firewall drops is an event, which the timeline can wait for; it is in run.json, in the report, and in the note of what failed.
#[test]
fn a_drop_is_known_by_its_firewall_and_rule() {
    let closed = Edited::scenario("bugs/firewall-without-alg");
    let finished = fails(&closed, UPGRADED);
    let dropped = |packets| {
        Event::Network(NetworkEvent::PacketsDropped {
            firewall: "dc".to_owned(),
            rule: "default".to_owned(),
            protocol: "udp".to_owned(),
            from: "10.0.5.27:32768".to_owned(),
            to: "10.0.4.2:32768".to_owned(),
            packets,
        })
    };
    let entries = finished.record.entries();
    assert!(entries.iter().any(|entry| entry.event == dropped(1)), "the first one is an event");
    assert!(entries.iter().any(|entry| entry.event == dropped(10)), "the 10th is another");
    drop(entries);
    let [drops] = &finished.drops[..] else { panic!("{:?}", finished.drops) };
    assert_eq!((drops.firewall.as_str(), drops.rule.as_str()), ("dc", "default"));
    assert!(drops.packets > 20 && u128::from(drops.first_ns) == first_at(&finished).as_nanos());
    let [note, ..] = &finished.judgements[0].drops[..] else { panic!("{:?}", finished.judgements) };
    assert!(note.starts_with("firewall dc dropped ") && note.ends_with(" on: rule default"), "{note}");

    let waits = "{ after: { host: network, event: packets_dropped, with: { firewall: dc, packets: 10 } }, permit: { firewall: dc, rule: udp } }";
    let finished = holds(&closed.clone().then(waits).until("10m"), UPGRADED);
    assert_eq!(finished.untriggered, []);
    assert!(first_at(&finished) > Duration::from_secs(100));
    // Nothing is dropped, and nothing is said of drops.
    let open = closed.replace("default: deny", "default: permit").until("10m");
    let finished = holds(&open, UPGRADED);
    assert_eq!(finished.drops, []);
    let is_drop = |event: &Event| matches!(event, Event::Network(NetworkEvent::PacketsDropped { .. }));
    assert!(!finished.record.entries().iter().any(|entry| is_drop(&entry.event)));
}

/// Returns the time of the first drop.
fn first_at(finished: &Finished) -> Duration {
    let entries = finished.record.entries();
    let is_drop = |entry: &&Entry| matches!(entry.event, Event::Network(NetworkEvent::PacketsDropped { .. }));
    entries.iter().find(is_drop).expect("something is dropped").at
}

#[test]
fn a_published_port_is_not_enough_for_tftp() {
    const NAT: &str = "nat: 10.0.5.27";
    let with = |kind: &str| format!("nat: {{ address: 10.0.5.27, kind: {kind} }}");
    let behind = Edited::scenario("firewalls/tftp-behind-nat");
    // The same: the whole translation of the address, PAT of what is sent, or the host's own network.
    for (from, to) in [
        (NAT, with("static")),
        (NAT, with("overload")),
        ("172.17.0.2\n    nat: 10.0.5.27", "10.0.5.27".to_owned()),
    ] {
        is_mended_by("firewalls/tftp-behind-nat", (from, &to), "10m", UPGRADED);
    }
    // A firewall in front of it sees the address that others know.
    let filtered = |rules: &str| {
        let network = format!(
            "network: {{ firewalls: [{{ name: dc, between: [ewc, 10.0.5.27], rules: [{rules}], default: deny }}] }}\n\nservers:\n"
        );
        behind.clone().replace(NAT, &with("static")).replace("servers:\n", &network).until("10m")
    };
    holds(&filtered("{ permit: udp/69, inspect: tftp, to: 10.0.5.27 }"), UPGRADED);
    let finished = fails(&filtered("{ permit: udp/70 }"), UPGRADED);
    assert!(finished.judgements[0].drops[0].contains("> 10.0.5.27:69"), "{:?}", finished.judgements[0].drops);
}

/// Two access points behind one address have two ports, and the image.
#[test]
fn a_branch_has_one_address_and_a_port_for_each() {
    const BRANCH: &str = "firewalls/nat-branch";
    const NAT: &str = "  nat:\n    - { name: isp, inside: [branch], address: 203.0.113.5 }\n";
    is_due_to(BRANCH, NAT, "");
    let branch = Edited::scenario(BRANCH);
    let second = "{ log: ewc, has: \"Session-IP: 203.0.113.5[1024]\" }";
    holds(&branch, second);
    fails(
        &branch.clone().replace("count: 2, addresses: 192.168.1.11-192.168.1.12", "address: 192.168.1.11"),
        second,
    );
    // A router that keeps no port, and one with an address for each.
    holds(&branch.clone().replace("203.0.113.5 }", "203.0.113.5, ports: random }"), UPGRADED);
    let each = (1..=2).map(|number| {
        format!("    - {{ name: isp-{number}, inside: [branch-{number}], address: 203.0.113.{number}, kind: static }}\n")
    });
    let each = branch.clone().replace(NAT, &format!("  nat:\n{}", each.collect::<String>()));
    holds(&each, UPGRADED);
    holds(&each, "{ log: ewc, has: \"Session-IP: 203.0.113.2[5272]\" }");
    // A firewall outside of it sees the outside address.
    let filtered = |from: &str| {
        let firewall = format!(
            "  firewalls: [{{ name: dc, between: [branch, ewc], rules: [{{ permit: udp/5246-5247, from: {from} }}], default: deny }}]\n{NAT}"
        );
        branch.clone().replace(NAT, &firewall)
    };
    holds(&filtered("203.0.113.5"), UPGRADED);
    holds(&filtered("branch"), UPGRADED);
    let finished = fails(&filtered("ewc"), UPGRADED);
    assert!(finished.drops.iter().any(|drops| drops.firewall == "dc"), "{:?}", finished.drops);
}

#[test]
fn a_port_that_is_forgotten_in_a_pause_ends_the_session() {
    const TIMEOUT: &str = "firewalls/nat-timeout";
    is_due_to(TIMEOUT, "udp_timeout: 10s", "udp_timeout: 5m");
    is_due_to(TIMEOUT, "udp_timeout: 10s", "udp_timeout: 20s");
    // What the controller sends is dropped by name.
    let finished = holds(&Edited::scenario(TIMEOUT), "{ access_points: all, running: 17.9.4.27 }");
    let [drops] = &finished.drops[..] else { panic!("{:?}", finished.drops) };
    assert_eq!((drops.firewall.as_str(), drops.rule.as_str()), ("isp", network::NO_TRANSLATION));
}

#[test]
fn the_answer_of_tftp_needs_the_helper_of_a_port_translation() {
    const TFTP: &str = "firewalls/nat-tftp";
    const NAT: &str = "address: 203.0.113.5 }";
    is_mended_by(TFTP, (NAT, "address: 203.0.113.5, inspect: tftp }"), "10m", UPGRADED);
    is_mended_by(
        TFTP,
        ("  nat:\n    - { name: isp, inside: [ewc, floor], address: 203.0.113.5 }\n", "  links: []\n"),
        "10m",
        UPGRADED,
    );
    let finished = fails(&Edited::scenario(TFTP), UPGRADED);
    let note = &finished.judgements[0].drops[0];
    assert!(note.starts_with("NAT isp dropped ") && note.ends_with("rule no translation"), "{note}");
}

/// An access point joins the address that the controller states, which is its own unless `public-ip` says so.
#[test]
fn a_controller_behind_a_translation_has_to_state_its_public_address() {
    const BEHIND: &str = "firewalls/nat-controller";
    const INTERFACE: &str = "    wireless management interface GigabitEthernet0\n";
    const INSIDE: &str = "inside: [ewc], address: 203.0.113.10, kind: static";
    let public = |line: &str| (INTERFACE, format!("{INTERFACE}     {line}\n"));
    for line in ["public-ip 203.0.113.10", "nat public-ip 203.0.113.10"] {
        let (from, to) = public(line);
        is_mended_by(BEHIND, (from, &to), "20m", UPGRADED);
    }
    // Another address is as good as none, and access points inside need none.
    let (from, other) = public("public-ip 203.0.113.99");
    fails(&Edited::scenario(BEHIND).replace(from, &other), UPGRADED);
    let inside = "inside: [ewc, home], address: 203.0.113.10";
    is_mended_by(BEHIND, (INSIDE, inside), "20m", UPGRADED);
    // Behind PAT it is reached by nobody.
    let overload = Edited::scenario(BEHIND).replace(INSIDE, "inside: [ewc], address: 203.0.113.10");
    let finished = fails(&overload, "{ event: { host: ewc, event: ap_discovered, with: { name: floor } } }");
    assert_eq!(finished.drops[0].rule, network::NO_TRANSLATION);
    let warned = Edited::scenario(BEHIND).load();
    let warned = warned.warnings.iter().any(|warning| warning.message().contains("without `public-ip`"));
    assert!(warned, "the check says so");
}

/// All segments of a connection have the same ports, so every kind of translation lets them pass.
#[test]
fn sftp_passes_translations_of_both_ends() {
    const SFTP: &str = "firewalls/nat-sftp";
    is_due_to(
        SFTP,
        "  nat:\n    - { name: isp, inside: [ewc, floor], address: 203.0.113.5 }\n",
        "  links: []\n",
    );
    for kind in ["static", "overload"] {
        let other = format!("nat: {{ address: 10.0.5.62, kind: {kind} }}");
        holds(&Edited::scenario(SFTP).replace("nat: 10.0.5.62", &other), UPGRADED);
    }
    // The address inside is reached by nobody else.
    let inside =
        Edited::scenario(SFTP).replace("sftp-image-server 10.0.5.62", "sftp-image-server 172.17.0.2");
    let finished = fails(&inside, UPGRADED);
    assert_eq!(finished.drops[0].rule, network::INSIDE_ADDRESS);
}

/// A sender that hears of the MTU sends shorter segments; one that does not sends the same ones again.
#[test]
fn path_mtu_discovery_needs_its_icmp() {
    const DENIED: &str = "firewalls/mtu-icmp-denied";
    const PERMIT: &str = "         10 permit tcp any any\n";
    let too_big = format!("{PERMIT}         20 permit icmp any any packet-too-big\n");
    is_mended_by(DENIED, (PERMIT, &too_big), "20m", UPGRADED);
    is_mended_by(DENIED, ("mtu: 1400 }", "mtu: 1400, pmtud: local }"), "20m", UPGRADED);
    is_mended_by(DENIED, (", mtu: 1400 }", " }"), "20m", UPGRADED);
    let finished = fails(&Edited::scenario(DENIED), UPGRADED);
    assert_eq!(finished.drops[0].rule, "TUNNEL implicit deny ip any any");
    // A black hole says nothing to anybody.
    let silent = Edited::scenario(DENIED)
        .replace(PERMIT, &too_big)
        .replace("mtu: 1400 }", "mtu: 1400, pmtud: blackhole }");
    let finished = fails(&silent, UPGRADED);
    assert_eq!(finished.drops, []);
}

/// The answer comes from an address that the controller has not asked, and what the controller says to that does not arrive.
#[test]
fn the_address_of_a_container_is_not_reached() {
    let finished =
        holds(&Edited::scenario("firewalls/tftp-behind-nat"), "{ log: tftp-1, has: RRQ from 10.0.4.2 }");
    assert!(finished.stats.dropped > 0);
}

/// Windows tells a UDP socket of a closed port, and of nothing that a router has to say.
#[test]
fn a_server_on_windows_hears_of_a_closed_port_only() {
    let answers = |with: &str| {
        let rules = format!("[{{ permit: udp/69 }}, {{ reject: udp, with: {with} }}]");
        let firewall =
            format!("network:\n  firewalls: [{{ name: dc, between: [9120-EWC, laptop], rules: {rules} }}]\n");
        Edited::scenario("field/tftpd64-join").replace("network:\n", &firewall)
    };
    holds(&answers("port-unreachable"), "{ log: laptop, has: error 10054 in system call recv }");
    holds(&answers("admin-prohibited"), "{ log: laptop, lacks: in system call }");
    holds(&answers("admin-prohibited"), "{ log: laptop, has: TIMEOUT waiting for Ack }");
}

/// What an entry restricts and is not modelled never passes: the scenario is refused, or accepts it and is inconclusive.
#[test]
fn what_an_entry_has_and_is_not_modelled_never_passes() {
    const LAST: &str = "         30 deny   ip any any log\n";
    for (entry, name) in [
        ("permit ip any any time-range NIGHT", "time-range"),
        ("permit udp object-group APS any", "object-group"),
        ("deny ip any any dscp ef", "dscp"),
        ("permit tcp any any match-all +ack +psh", "match-all"),
        ("evaluate BACK", "evaluate"),
    ] {
        let with =
            Edited::scenario("firewalls/pasted-acl").replace(LAST, &format!("{LAST}         40 {entry}\n"));
        let accepting = with.replace("until: 10m", &format!("until: 10m\naccept_unmodelled: [{name}]"));
        let finished = accepting.expecting(UPGRADED);
        assert_eq!(finished.verdict(), Verdict::Inconclusive, "{entry}");
        assert!(matches!(finished.judgements[0].outcome, Outcome::Passed { .. }), "{entry}");
        assert_eq!(finished.not_modelled[0].name, name);
    }
}

/// Without UDP 5247 the image comes and service does not: what has failed names the data channel, and the rule that dropped it.
#[test]
fn service_needs_the_data_channel_and_a_download_does_not() {
    const BLOCKED: &str = "firewalls/data-channel-blocked";
    const CLOSED: &str = "{ deny: udp/5247 }";
    is_mended_by(BLOCKED, (CLOSED, "{ permit: udp/5247, from: floor }"), "12m", UPGRADED);
    // The default that is left without the rule does the same, and is named then.
    for (rule, named) in [(", { deny: udp/5247 }", "deny udp/5247"), ("", "default")] {
        let closed = Edited::scenario(BLOCKED).replace(", { deny: udp/5247 }", rule);
        let finished = fails(&closed, UPGRADED);
        let judgement = finished.judgements.first().expect("one expectation");
        let causes: Vec<_> =
            judgement.causes.iter().map(|cause| (cause.host.as_str(), cause.text.as_str())).collect();
        assert_eq!(
            causes,
            [
                ("ewc", "lost floor: no data channel"),
                (
                    "floor",
                    "has no data channel: no answer from 10.0.4.2, UDP port 5247, to 6 keep-alives in 60 s"
                ),
            ]
        );
        let drop = judgement.drops.first().expect("a firewall dropped them");
        assert!(drop.starts_with("firewall branch dropped"), "{drop}");
        assert!(drop.contains("10.0.4.2:5247") && drop.ends_with(&format!("rule {named}")), "{drop}");
    }
}

/// The access point hears nothing of a closed port either, and is back once it is open.
#[test]
fn the_data_channel_dies_and_comes_back_with_its_rule() {
    const LOST: &str = "firewalls/data-channel-lost";
    is_due_to(
        LOST,
        "deny: { firewall: branch, rule: udp/5247 }",
        "deny: { firewall: branch, rule: udp/5248 }",
    );
    for action in ["reject", "deny"] {
        let closed = Edited::scenario(LOST).replace("deny: { firewall", &format!("{action}: {{ firewall"));
        holds(&closed, "{ event: { host: floor, event: data_channel_lost, with: { up: true } }, count: 1 }");
        holds(&closed, "{ by: 12m, access_points: all, state: registered }");
    }
}

/// Each keep-alive of an access point makes its flow anew: a firewall that forgets flows sooner than one comes breaks nothing. One that keeps
/// no flows needs a rule for the answers.
#[test]
fn keep_alives_pass_firewalls_that_forget() {
    const LOST: &str = "firewalls/data-channel-lost";
    const RULES: &str = "rules: [{ permit: udp/5246-5247, from: floor }]";
    let quiet = Edited::scenario(LOST)
        .replace("deny: { firewall: branch, rule: udp/5247 }", "deny: { firewall: branch, rule: udp/5248 }");
    let alive = "{ during: 2m..14m, access_points: all, state: registered }";
    for timeout in ["1s", "10s", "29s", "31s", "60s"] {
        let forgets = quiet.clone().replace(RULES, &format!("{RULES}, udp_timeout: {timeout}"));
        let finished = holds(&forgets, alive);
        assert!(finished.drops.is_empty(), "{timeout}: {:?}", finished.drops);
    }
    let stateless = |rules: &str| {
        quiet.clone().replace(
            RULES,
            &format!("stateless: true, rules: [{{ permit: udp/5246-5247, from: floor }}, {rules}]"),
        )
    };
    holds(&stateless("{ permit: udp/5272, from: ewc }"), alive);
    let finished = fails(&stateless("{ permit: udp/5273, from: ewc }"), alive);
    assert_eq!(finished.drops[0].rule, "default");
}
