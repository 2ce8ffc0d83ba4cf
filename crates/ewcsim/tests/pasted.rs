//! Whole configurations of a controller, pasted into a scenario: what is warned about, what stops a run, and what is read.

use std::path::Path;

use ewcsim::{Prepared, load};
use proptest::prelude::*;
use scenario::{Diagnostics, MemoryFiles, Severity};

use crate::cli::call_in;
use crate::common;

/// Whole configurations, the controller's address in each, and the line that fetches for it.
const WHOLE: [(&str, &str, &str); 3] = [
    ("branch", include_str!("../../ewc/tests/paste/whole/branch.cfg"), "192.0.2.10"),
    ("campus", include_str!("../../ewc/tests/paste/whole/campus-sftp.cfg"), "198.51.100.2"),
    ("depot", include_str!("../../ewc/tests/paste/whole/depot-typed.cfg"), "203.0.113.10"),
];

/// Returns a scenario with `config` in a file; `more` are further lines of it.
fn scenario(address: &str, more: &str) -> String {
    format!(
        "scenario: Pasted\nstart: 2024-03-05T22:00:00Z\nuntil: 5m\n\
         images: {{ 17.9.4a: {{ ap: 17.9.4.27, files: {{ ap1g7: 20480 }} }} }}\n\
         servers:\n  - {{ name: tftp, software: tftpd-hpa, address: 192.0.2.27, files: {{ /17.9.4a: 17.9.4a }} }}\n\
         controller: {{ name: ewc, model: C9120AXI, address: {address}, running: 17.9.4a, config: ewc.cfg }}\n\
         access_points:\n  - {{ name: hall, model: C9120AXI, address: 10.0.4.31, running: 17.9.4a }}\n\
         timeline:\n  - {{ at: 0s, power_on: all }}\n\
         expect:\n  - {{ access_points: hall, state: registered }}\n{more}"
    )
}

fn loaded(address: &str, more: &str, config: &str) -> Result<Prepared, Diagnostics> {
    let files = MemoryFiles::default().with("/pasted.yaml", scenario(address, more)).with("/ewc.cfg", config);
    load(Path::new("/pasted.yaml"), &files)
}

#[test]
fn a_whole_configuration_gives_one_line_of_warning_about_its_other_lines() {
    for (name, config, address) in WHOLE {
        let prepared =
            loaded(address, "", config).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        let about: Vec<&str> = prepared.warnings.iter().map(|warning| warning.message()).collect();
        let counted = about
            .iter()
            .filter(|message| message.ends_with(" lines are not about images; --verbose lists them"));
        assert_eq!(counted.count(), 1, "{name}: {about:?}");
        // The other one says that the scenario has no such server.
        assert!(about.len() <= 2, "{name}: {about:?}");
        let shown = prepared.scenario.diagnostics(prepared.warnings.clone()).render(false);
        assert!(!shown.contains("MARKER"), "{shown}");
    }
}

/// A whole configuration in the ways in which terminals, their logs and editors hand it over.
#[test]
fn a_whole_configuration_in_any_shape_gives_at_most_three_warnings_and_no_secret() {
    let each = |text: &str, shape: &dyn Fn(usize, &str) -> String| -> String {
        text.lines().enumerate().map(|(index, line)| shape(index, line)).collect()
    };
    let more = format!(" --More-- {0}        {0}", "\u{8}".repeat(9));
    let paged = |page: &str| {
        let page = page.to_owned();
        move |index: usize, line: &str| match index % 24 {
            23 => format!("{page}{line}\r\n"),
            _ => format!("{line}\r\n"),
        }
    };
    let wrapped = |_: usize, line: &str| {
        let characters: Vec<char> = line.chars().collect();
        if characters.len() <= 80 {
            return format!("{line}\n");
        }
        characters.chunks(80).map(|part| part.iter().collect::<String>() + "\n").collect()
    };
    // The third is a session already, with a line that its terminal wrapped.
    for (name, config, address) in WHOLE.into_iter().take(2) {
        let shapes: [(&str, String); 16] = [
            ("CRLF", each(config, &|_, line| format!("{line}\r\n"))),
            ("CR LF CR", each(config, &|_, line| format!("{line}\r\r\n"))),
            ("LF CR", each(config, &|_, line| format!("{line}\n\r"))),
            ("CR", each(config, &|_, line| format!("{line}\r"))),
            ("a byte-order mark", format!("\u{feff}{config}")),
            ("a NUL at the end", format!("{config}\0")),
            ("indented", each(config, &|_, line| format!("    {line}\n"))),
            ("blank lines between", each(config, &|_, line| format!("{line}\n\n"))),
            ("blanks at the ends", each(config, &|_, line| format!("{line}   \n"))),
            ("times", each(config, &|_, line| format!("[2024-03-05 22:01:07] {line}\n"))),
            ("pages", each(config, &paged(&more))),
            ("pages in another terminal", each(config, &paged("\u{1b}[7m--More--\u{1b}[m\r        \r"))),
            ("pages without backspaces", each(config, &paged(" --More--         "))),
            ("wrapped", each(config, &wrapped)),
            (
                "a session",
                format!(
                    "EWC>enable\nPassword: \nEWC#terminal length 0\nEWC#show running-config\n{config}\nEWC#exit\n"
                ),
            ),
            (
                "a log",
                format!(
                    "=~=~=~=~= PuTTY log 2024.03.05 22:00:00 =~=~=~=~=\nlogin as: admin\nEWC#sh run\n{config}EWC#"
                ),
            ),
        ];
        let plain =
            loaded(address, "", config).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        for (shape, text) in shapes {
            let prepared = loaded(address, "", &text)
                .unwrap_or_else(|problems| panic!("{name}, {shape}: {}", problems.render(false)));
            assert!(prepared.warnings.len() <= 3, "{name}, {shape}: {:?}", prepared.warnings);
            assert_eq!(prepared.not_modelled.len(), plain.not_modelled.len(), "{name}, {shape}");
            let shown = prepared.scenario.diagnostics(prepared.warnings.clone()).verbose(true).render(false);
            assert!(!shown.contains("MARKER"), "{name}, {shape}: {shown}");
        }
    }
}

#[test]
fn the_lines_are_listed_if_asked_for() {
    let directory = common::temporary();
    let write = |name: &str, text: &str| {
        std::fs::write(directory.path().join(name), text).expect("the directory is ours")
    };
    for (name, config, address) in WHOLE {
        write("ewc.cfg", config);
        write("pasted.yaml", &scenario(address, ""));
        let short = call_in(directory.path(), &["check", "pasted.yaml"]);
        let long = call_in(directory.path(), &["check", "--verbose", "pasted.yaml"]);
        let run = call_in(directory.path(), &["run", "--verbose", "pasted.yaml"]);
        assert_eq!((short.code, long.code, run.code), (Some(0), Some(0), Some(0)), "{name}: {}", run.stderr);
        let hostname =
            config.lines().position(|line| line.starts_with("hostname ")).expect("it has a name") + 1;
        let place = format!("\n  ewc.cfg:{hostname}: `hostname ");
        assert!(
            !short.stderr.contains(&place) && short.stderr.contains("--verbose lists them"),
            "{}",
            short.stderr
        );
        for called in [&long, &run] {
            assert!(called.stderr.contains(&place), "{}", called.stderr);
            assert!(!called.stderr.contains("--verbose"), "{}", called.stderr);
            let count = called.stderr.lines().filter(|line| line.starts_with("  ewc.cfg:")).count();
            assert!(
                called.stderr.contains(&format!("warning: ewc: {count} lines are not about images\n")),
                "{count}"
            );
            assert!(
                !called.stderr.contains("MARKER") && !called.stdout.contains("MARKER"),
                "{}",
                called.stderr
            );
        }
    }
}

#[test]
fn few_lines_without_effect_are_warnings_of_their_own() {
    let prepared = loaded("192.0.2.10", "", "hostname x\nsnmp-server community MARKER RO\nsome thing\n");
    let prepared = prepared.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let shown = prepared.scenario.diagnostics(prepared.warnings.clone()).render(false);
    assert_eq!(prepared.warnings.len(), 3, "{shown}");
    for text in [
        "`hostname x` has no effect: ",
        "`snmp-server community *****` has no effect: ",
        "`some thing` is not known and has no effect\n",
    ] {
        assert!(shown.contains(text), "{shown}");
    }
    assert!(!shown.contains("MARKER"), "{shown}");
}

#[test]
fn what_may_matter_stops_the_run_unless_it_is_accepted() {
    let config = "interface Vlan10\n ip address 192.0.2.10 255.255.255.0\n ip access-group 101 in\n ip access-group 102 out\n";
    let problems = loaded("192.0.2.10", "", config).expect_err("it is not modelled");
    let found: Vec<_> =
        problems.items().iter().filter(|item| item.severity() == Severity::NotModelled).collect();
    assert_eq!(
        found.iter().map(|item| item.name_of_not_modelled()).collect::<Vec<_>>(),
        [Some("ip access-group")]
    );
    let shown = problems.render(false);
    assert!(
        shown.contains("accept_unmodelled: [\"ip access-group\"]")
            && shown.contains("2 lines begin like that"),
        "{shown}"
    );

    let accepted = "accept_unmodelled: [\"ip access-group\"]\n";
    let prepared = loaded("192.0.2.10", accepted, config)
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    assert_eq!(prepared.not_modelled.len(), 1);
    let finished = common::run(&prepared, None);
    assert_eq!(finished.verdict(), ewcsim::Verdict::Inconclusive);
}

#[test]
fn a_source_interface_matters_if_it_has_another_address() {
    let config = "interface Vlan10\n ip address 192.0.2.10 255.255.255.0\nip tftp source-interface Vlan10\n";
    assert!(loaded("192.0.2.10", "", config).is_ok());
    let problems = loaded("192.0.2.11", "", config).expect_err("another address");
    assert!(problems.render(false).contains("ip tftp source-interface"));
}

#[test]
fn lines_that_are_typed_later_are_read_by_the_same_rules() {
    let later = |lines: &str| {
        let block: String = lines.lines().map(|line| format!("        {line}\n")).collect();
        let typed =
            format!("  - at: 1m\n    configure:\n      controller: ewc\n      config: |\n{block}expect:\n");
        let text = scenario("192.0.2.10", "").replace("expect:\n", &typed);
        let files = MemoryFiles::default().with("/pasted.yaml", text).with("/ewc.cfg", "hostname x\n");
        load(Path::new("/pasted.yaml"), &files)
    };
    assert!(later("wireless prof image-download def\nimage-download-m tftp\nip tftp blocks 1024").is_ok());
    for (lines, problem) in [
        ("ap auth-list authorize-mac", "`ap auth-list` is not modelled"),
        ("tftp-image-path /x", "belongs below `wireless profile image-download default`"),
        ("wireless profile image-download default\n tftp-image-pth /x", "did you mean `tftp-image-path`?"),
        ("wireless profile image-download default\n tftp-image- /x", "% Ambiguous command:"),
        ("wireless profile image-download default\n sftp-password 8 x", "`0 ${password}`"),
    ] {
        let shown = later(lines).expect_err("it is wrong").render(false);
        assert!(shown.contains(problem), "{shown}");
    }
}

#[test]
fn images_from_cisco_are_not_simulated() {
    let config = "wireless profile image-download default\n image-download-mode cco\n";
    let shown = loaded("192.0.2.10", "", config).expect_err("not simulated").render(false);
    assert!(shown.contains("accept_unmodelled: [\"image-download-mode cco\"]"), "{shown}");
    assert!(loaded("192.0.2.10", "accept_unmodelled: [image-download-mode cco]\n", config).is_ok());
}

/// Lines that may matter and are not modelled, wherever they stand.
const MATTER: [&str; 12] = [
    "ap auth-list authorize-mac",
    "ap dtls-version dtls_1_0",
    "ap link-encryption",
    "ap unheard-of",
    "wireless mobility group member mac-address 0011.2233.4455 ip 192.0.2.9",
    "wireless management trustpoint CA",
    "ip access-group 101 in",
    "ip tftp unheard-of",
    "ip ssh client unheard-of",
    "interface Vlan77\n service-policy input X",
    "ap profile x\n capwap timers heartbeat-timeout 30",
    "wireless profile image-download default\n unheard-of x",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_line_that_may_matter_never_ends_in_a_plain_success(
        line in prop::sample::select(MATTER.to_vec()),
        lines in prop::collection::vec("(!|hostname [a-z]{1,5}|interface Vlan[0-9]| ip address dhcp| [a-z]{1,8}( [a-z]{1,8}){0,2}|wlan x 1 x|line vty 0 4|end|exit)", 0..12),
        place in any::<prop::sample::Index>(),
    ) {
        let mut text = lines.clone();
        text.insert(place.index(lines.len() + 1), line.to_owned());
        prop_assert!(loaded("192.0.2.10", "", &text.join("\n")).is_err(), "{:?}", text);
    }

    #[test]
    fn any_configuration_is_told_about(text in "([ -~\u{8}\r]{0,60}\n){0,30}") {
        match loaded("192.0.2.10", "", &text) {
            Ok(prepared) => { let _ = prepared.scenario.diagnostics(prepared.warnings.clone()).verbose(true).render(false); }
            Err(problems) => { let _ = problems.verbose(true).render(false); }
        }
    }
}
