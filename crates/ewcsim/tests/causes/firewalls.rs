//! `scenarios/firewalls/`: firewalls as people have them.

use crate::causes::{UPGRADED, fails, holds, is_due_to, is_mended_by};
use crate::common::Edited;

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
