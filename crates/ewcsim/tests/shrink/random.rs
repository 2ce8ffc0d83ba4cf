//! Networks drawn at random: whatever fails has a smaller scenario that fails in the same way.

use std::fmt::Write as _;

use ewcsim::Verdict;
use scenario::MemoryFiles;
use test_support::{Draw, seeds};

use super::{check, load, request, shrunk_text};
use crate::common;

/// The number of networks; `ci/long` draws more.
const LABS: u64 = 8;

/// Draws a network in which something may go wrong.
fn lab(draw: &mut Draw) -> String {
    let sftp = draw.chance(30);
    let (server, profile) = if sftp {
        (
            "software: openssh, users: [{ name: ewc, password: Sw0rdfish }], files: { /home/ewc/images: new }",
            "image-download-mode sftp\n     sftp-image-server 10.0.5.27\n     sftp-image-path /images\n     \
             sftp-image-username ewc\n     sftp-image-password 0 Sw0rdfish",
        )
    } else {
        (
            "software: tftpd-hpa, files: { /images: new }",
            "image-download-mode tftp\n     tftp-image-server 10.0.5.27\n     tftp-image-path /images",
        )
    };
    let count = draw.number(1..=5);
    let models = ["C9105AXI", "C9120AXI", "AIR-AP3802I-B-K9"];
    let mut text = format!(
        "scenario: A network drawn at random\nstart: 2024-01-30T21:38:00Z\nuntil: 300s\n\
         parameters: {{ latency: 1ms..{}ms }}\n\
         images:\n  new: {{ ap: 17.9.4.27, files: {{ ap1g7: 204800, ap1g8: 102400, ap3g3: 51200 }} }}\n\
         network:\n  links:\n    - {{ name: wan, between: [aps, ewc], latency: \"${{latency}}\", loss: {}% }}\n\
         \x20   - {{ name: dc, between: [ewc, server], latency: 500us..2ms }}\n",
        draw.number(2..=40),
        draw.number(0..=3),
    );
    let rules = [
        "deny: udp/69",
        "reject: udp/69",
        "permit: udp/69",
        "deny: tcp/22",
        "deny: udp/5247",
        "permit: icmp",
    ];
    let rules: Vec<String> = draw.several(0..=2, &rules).iter().map(|rule| format!("{{ {rule} }}")).collect();
    let _ = write!(
        text,
        "  firewalls:\n    - {{ name: fw, between: [any, ewc], rules: [{}] }}\n\
         servers:\n  - {{ name: server, address: 10.0.5.27, {server} }}\n\
         controller:\n  name: ewc\n  model: C9120AXI\n  address: 10.0.4.2\n  running: new\n  config: |\n    \
         wireless profile image-download default\n     {profile}\n\
         access_points:\n  - {{ name: b, count: {count}, model: {}, address: 10.0.4.11, running: 17.3.3.26, flash: {{ used: 1MB..2MB }} }}\n\
         timeline:\n  - {{ at: 0s, power_on: all }}\n",
        rules.join(", "),
        draw.pick(&models),
    );
    for _ in 0..draw.number(0..=4) {
        let at = draw.number(1..=250);
        let host = format!("b-{}", draw.number(1..=count));
        let action = match draw.number(0..=4) {
            0 => format!("power_off: {host}"),
            1 => format!("power_on: {host}"),
            2 => "link: { name: wan, state: down }".to_owned(),
            3 => "link: { name: wan, state: up }".to_owned(),
            _ => "server: { name: server, state: stopped }".to_owned(),
        };
        let _ = writeln!(text, "  - {{ at: {at}s..{}s, {action} }}", at + 20);
    }
    text.push_str("expect:\n  - { access_points: all, running: new, state: registered }\n  - { event: { host: ewc, event: install_completed } }\n");
    text
}

#[test]
fn whatever_fails_has_a_smaller_scenario_that_fails_in_the_same_way() {
    let mut failed = 0;
    for seed in seeds(LABS) {
        let text = lab(&mut Draw::new(seed));
        let files = MemoryFiles::default().with("s.yaml", text.clone());
        let prepared = load("s.yaml", &files, Some(seed));
        if common::run(&prepared, None).verdict() != Verdict::Failed {
            continue;
        }
        failed += 1;
        let small =
            shrunk_text(&text, &request(Some(seed), 2)).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert!(small.complete && !small.steps.is_empty(), "{text}");
        assert!(!small.text.contains("Sw0rdfish") && !small.text.contains(".."), "{}", small.text);
        check("s.yaml", &files, Some(seed), &small);
    }
    assert!(failed * 2 >= seeds(LABS).count(), "{failed}");
}
