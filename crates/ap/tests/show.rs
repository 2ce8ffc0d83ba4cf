//! What `show` commands print.

use std::time::Duration;

use ap::{
    ApEvent, Dialect, FactoryImages, Flash, FlashHandle, Partition, ReloadReason, State, Status, StatusHandle,
};

use crate::common::{access_point, version};

/// A C9105AXI that was upgraded to 17.15.0.10 and is in service.
fn upgraded() -> ap::AccessPoint {
    let mut access_point = access_point(Dialect::Newer, "8.10.130.0");
    access_point.name = "AP5C5A.C752.01DC".into();
    let running = version("17.15.0.10");
    let images = FactoryImages::default();
    access_point.flash =
        FlashHandle::new(Flash::factory(&images, "ap1g8", running, None, Partition::Part2, 1 << 20));
    access_point.status = StatusHandle::new(Status::factory(running, None, Partition::Part2));
    for event in [
        ApEvent::Booting { reason: ReloadReason::ImageUpgrade },
        ApEvent::Booted { partition: Partition::Part2, version: running },
        ApEvent::StateChanged { state: State::Run },
    ] {
        access_point.status.apply(Duration::ZERO, &event);
    }
    access_point
}

fn shown(command: &str) -> Option<String> {
    let now = Duration::from_secs(2 * 86_400 + 3 * 3600 + 4 * 60 + 5);
    ap::show(&upgraded(), now, command, |_, _| "Tue Jan 23 19:26:02 UTC 2024".into())
        .map(|output| output.text)
}

#[test]
fn show_version_has_the_lines_that_upgrades_are_judged_by() {
    let text = shown("show version").expect("known");
    for line in [
        "AP5C5A.C752.01DC uptime is 2 days, 3 hours, 4 minutes",
        "Last reload time   : Tue Jan 23 19:26:02 UTC 2024",
        "Last reload reason : Image Upgrade",
        "AP Running Image     : 17.15.0.10",
        "Primary Boot Image   : 17.15.0.10",
        "Backup Boot Image    : 0.0.0.0",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} not in\n{text}");
    }
    for label in ["Primary Boot Image Hash: ", "Backup  Boot Image Hash: "] {
        let hash = text.lines().find_map(|line| line.strip_prefix(label)).expect(label);
        assert!(hash.len() == 128 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    }
}

/// The words and columns of genieparser's AP4800, cheetah `ShowVersion/cli/equal/golden_1_output.txt`, in their order; `…` stands for a
/// value.
const GOLDEN_VERSION: &[&str] = &[
    "Cisco AP Software, (…), […]",
    "Technical Support: http://www.cisco.com/techsupport",
    "",
    "ROM: Bootstrap program is U-Boot boot loader",
    "BOOTLDR: U-Boot boot loader Version 2013.01-ge1c49d93a (Jul 28 2023 - 09:08:14)",
    "",
    "… uptime is … days, … hours, … minutes",
    "Last reload time   : …",
    "Last reload reason : …",
    " ",
    "cisco … ARMv7 Processor rev 1 (v7l) with 1028320/528608K bytes of memory.",
    "Processor board ID …",
    "AP Running Image     : …",
    "Primary Boot Image   : …",
    "Backup Boot Image    : …",
    "Primary Boot Image Hash: …",
    "Backup  Boot Image Hash: …",
    "1 Multigigabit Ethernet interfaces",
    "1 Gigabit Ethernet interfaces",
    "… 802.11 Radios",
    "Radio Driver version : 9.0.5.5-W8964",
    "Radio FW version : 9.1.8.1",
    "NSS FW version : 2.4.32",
    "",
    "Base ethernet MAC Address            : …",
    "Part Number                          : …",
    "PCA Assembly Number                  : …",
    "PCA Revision Number                  : …",
    "PCB Serial Number                    : …",
    "Top Assembly Part Number             : …",
    "Top Assembly Serial Number           : …",
    "Top Revision Number                  : …",
    "Product/Model Number                 : AIR-AP4800-D-K9",
    "",
];

/// The words and columns of cheetah `ShowCapwapClientRcb/cli/equal/golden_output1_output.txt`.
const GOLDEN_RCB: &[&str] = &[
    "AdminState                         : ADMIN_ENABLED",
    "OperationState                     : UP",
    "Name                               : …",
    "SwVer                              : …",
    "HwVer                              : 1.0.0.0",
    "MwarApMgrIp                        : …",
    "MwarName                           : …",
    "MwarHwVer                          : 0.0.0.0",
    "Location                           : default location",
    "ApMode                             : Local",
    "ApSubMode                          : Not Configured",
    "CAPWAP Path MTU                    : 1485",
    "Software Initiated Reload Reason   : …",
    "CAPWAP Sliding Window",
    "Active Window Size                 : 1",
    "OOB Image Download                 : Enabled",
    "CAPWAP UDP-Lite                    : Enabled",
    "IP Prefer-mode                     : IPv4",
    "AP Link DTLS Encryption            : OFF",
    "AP TCP MSS Adjust                  : Enabled",
    "AP TCP MSS size                    : 1250",
    "LinkAuditing                       : disabled",
    "AP Group Name                      : default-group",
    "CAPWAP Disconnect Reason:",
    "    Controller Last Sent: No value set",
    "Cisco Trustsec Config",
    "  AP Inline Tagging Mode            : Disabled",
    "  AP Sgacl Enforcement              : Disabled",
    "  AP Override Status                : Disabled",
    "Total Flash Writes Since Boot      : …",
    "BLE Module Admin State             : Disabled",
    "Hyperlocation Admin State          : Disabled",
];

/// Compares lines with those of a sample, in which `…` stands for any text.
fn compare(printed: &str, golden: &[&str]) {
    let fits = |line: &str, sample: &str| {
        let mut rest = line;
        sample.split('…').enumerate().all(|(index, part)| {
            let found = if index == 0 { rest.starts_with(part).then_some(0) } else { rest.find(part) };
            found.map(|at| rest = &rest[at + part.len()..]).is_some()
        }) && (rest.is_empty() || sample.ends_with('…'))
    };
    for (line, sample) in printed.lines().zip(golden) {
        assert!(fits(line, sample), "`{line}` is not `{sample}`");
    }
    assert_eq!(printed.lines().count(), golden.len(), "{printed}");
}

#[test]
fn show_version_is_the_golden_output() {
    let mut access_point = upgraded();
    access_point.model = "AIR-AP4800-D-K9".into();
    let output =
        ap::show(&access_point, Duration::ZERO, "show version", |_, _| String::new()).expect("known");
    compare(&output.text, GOLDEN_VERSION);
    assert_eq!(output.fields.line("Base ethernet MAC Address"), Some("6C:41:0E:16:E7:9C"));
}

/// A model that no sample shows has the same lines, except those that only some radios have.
#[test]
fn show_version_of_other_models_has_the_same_lines() {
    let labels = |text: &str| {
        let label = |line: &str| line.split(" : ").next().map(str::trim).map(str::to_owned);
        text.lines().skip_while(|line| !line.starts_with("NSS")).filter_map(label).collect::<Vec<_>>()
    };
    let text = shown("show version").expect("known");
    assert_eq!(labels(&text)[2..], labels(&format!("{}\n", GOLDEN_VERSION.join("\n")))[2..]);
    assert!(!text.contains("Radio Driver version"), "{text}");
}

#[test]
fn show_capwap_client_rcb_is_the_golden_output() {
    let access_point = upgraded();
    access_point.status.apply(
        Duration::ZERO,
        &ApEvent::DiscoveryResponse { from: access_point.controller, controller: "9120-EWC".into() },
    );
    for state in [State::ImageData, State::Run] {
        access_point.status.apply(Duration::ZERO, &ApEvent::StateChanged { state });
    }
    let shown = |ap: &ap::AccessPoint| {
        ap::show(ap, Duration::ZERO, "show capwap client rcb", |_, _| String::new()).expect("known").text
    };
    compare(&shown(&access_point), GOLDEN_RCB);
    // The second golden output: without a controller.
    access_point.status.apply(Duration::ZERO, &ApEvent::StateChanged { state: State::Discovery });
    let text = shown(&access_point);
    for line in [
        "OperationState                     : DISCOVERY",
        "MwarApMgrIp                        : ::",
        "MwarName                           :",
        "CAPWAP Path MTU                    : 576",
        "Active Window Size                 : 0",
    ] {
        assert!(text.lines().any(|printed| printed == line), "{line} not in\n{text}");
    }
}

#[test]
fn show_boot_and_clock() {
    assert_eq!(shown("show  boot").as_deref(), Some("BOOT path-list:      part2\n"));
    assert_eq!(shown("show clock").as_deref(), Some("*00:45:40 UTC+0000 Fri Feb  2 2024\n"));
    assert_eq!(shown("show clocks"), None);
    assert_eq!(shown("sh cap cl rcb"), shown("show capwap client rcb"));
}

/// The columns are those of busybox; the sizes are those of the sample that `ap.flash` takes its own from.
#[test]
fn show_filesystems_counts_the_files_of_partitions() {
    let access_point = upgraded();
    {
        let mut flash = access_point.flash.borrow_mut();
        flash.set_partition_size(Partition::Part1, 390_174_310);
        flash.set_other_use(Partition::Part1, 79 << 20);
        flash.set_partition_size(Partition::Part2, 100 << 20);
    }
    let output =
        ap::show(&access_point, Duration::ZERO, "show filesystems", |_, _| String::new()).expect("known");
    let lines: Vec<&str> = output.text.lines().collect();
    assert_eq!(lines[0], "Filesystem                Size      Used Available Use% Mounted on");
    assert_eq!(lines[1], "/dev/ubivol/part1       372.1M     79.0M    293.1M  22% /part1");
    let used =
        access_point.flash.borrow().files(Partition::Part2).iter().map(|f| f.content.len()).sum::<u64>();
    assert_eq!(access_point.flash.borrow().used(Partition::Part2, Duration::ZERO), used);
    assert_eq!(output.fields.cell(&output.fields.rows[1], "Size"), Some("100.0M"));
}

/// A script that audits access points counts the lines that end in `: Good` (six).
#[test]
fn show_image_integrity_names_the_file_that_is_wrong() {
    let access_point = upgraded();
    let integrity = || {
        ap::show(&access_point, Duration::ZERO, "show image integrity", |_, _| String::new())
            .expect("known")
            .text
    };
    let good = |text: &str| text.lines().filter(|line| line.ends_with(": Good")).count();
    assert_eq!(good(&integrity()), 3, "part1 is empty");
    let members = access_point.flash.borrow().files(Partition::Part2);
    access_point.flash.borrow_mut().store(Partition::Part1, members);
    assert_eq!(good(&integrity()), 6, "{}", integrity());
    access_point.flash.borrow_mut().corrupt_member(Partition::Part1, "part.bin", 0).expect("it is there");
    let text = integrity();
    assert_eq!(good(&text), 5, "{text}");
    assert!(text.starts_with("/part1(Backup) 17.15.0.10\n        part.bin : Bad\n"), "{text}");
}

#[test]
fn labels_are_there_without_a_device() {
    for command in ap::show_commands() {
        let labels = ap::show_labels(command).expect("known").fields;
        let output = ap::show(&upgraded(), Duration::ZERO, command, |_, _| String::new()).expect("known");
        assert!(labels.labels().eq(output.fields.labels()), "{command}");
    }
    assert_eq!(ap::show_labels("show clocks"), None);
}

#[test]
fn each_word_of_a_command_has_its_help() {
    assert_eq!(ap::COMMANDS.without_help(), Vec::<String>::new());
}

fn typed(line: &str) -> Option<String> {
    ap::exec(&upgraded(), Duration::ZERO, line, |_, _| String::new())
}

// `show boot | inc BOOT` is typed by genielibs before and after an upgrade.
#[test]
fn an_output_modifier_leaves_lines() {
    assert_eq!(shown("show boot | inc BOOT").as_deref(), Some("BOOT path-list:      part2\n"));
    assert_eq!(shown("show boot | i boot").as_deref(), Some(""));
    assert_eq!(
        shown("show version | count Boot Image").as_deref(),
        Some("Number of lines which match regexp = 4\n")
    );
    assert_eq!(shown("show version | foo x"), None);
}

#[test]
fn what_is_typed_is_answered() {
    assert_eq!(typed("sh boot"), shown("show boot"));
    assert_eq!(typed("show b?").as_deref(), Some("boot\n"));
    assert_eq!(typed("show x?").as_deref(), Some("% Unrecognized command\n"));
    let prompt = "AP5C5A.C752.01DC#".len();
    let refused = format!("{:width$}^\n% Invalid input detected at '^' marker.\n\n", "", width = prompt + 6);
    assert_eq!(typed("show boat"), Some(refused.replacen(' ', "  ", 1)));
    assert_eq!(typed("reload"), None);
}
