//! What a controller shows of itself and of its access points, held against the words and columns of public samples.

use std::time::Duration;

use catalogue::Catalogue;
use ewc::{Controller, ControllerConfig, ControllerHandle, Release, SoftwareHandle, show};
use host::Sink;

use super::show::{row, snapshot};

/// A controller that was told `config`, at 21:41:35.112 on its clock.
fn shown_with(config: &str, command: &str) -> String {
    let version = "17.9.4.27".parse().expect("a version");
    let address = "10.10.10.1".parse().expect("an address");
    let mut controller =
        Controller::new("WLC3C57.31C5.7BC8", "C9124AXE-B", address, version, Catalogue::builtin())
            .expect("the catalogue is complete");
    let (version, ap) = ("17.09.04a.0.6".into(), controller.version);
    controller.software = SoftwareHandle::new(Release { version, ap, own_images: Vec::new(), file: None });
    controller.serial = "FOC24384GTP".into();
    controller.mac = text::MacAddress::parse("3c57.31c5.7b48").expect("an address");
    controller.clock = Duration::from_secs(1_706_650_895 - 31 * 60);
    controller.config = ControllerConfig::parse(config).expect("it is right");
    let now = Duration::from_millis(31 * 60 * 1000 + 112);
    let handle = ControllerHandle::new(controller, Sink::ignore());
    handle.show(now, command).expect("there is such a command").text
}

/// Asserts that the output has these lines, one after the other, with any others between them.
fn assert_lines(printed: &str, lines: &[&str]) {
    let mut rest = printed.lines();
    for line in lines {
        assert!(rest.any(|printed| printed == *line), "`{line}` is not behind the others in\n{printed}");
    }
}

#[test]
fn version_is_that_of_an_ewc() {
    let printed = shown_with("", "show version");
    assert_lines(
        &printed,
        &[
            "Cisco IOS XE Software, Version 17.09.04a",
            "Technical Support: http://www.cisco.com/techsupport",
            "ROM: IOS-XE ROMMON",
            "",
            "WLC3C57.31C5.7BC8 uptime is 31 minutes",
            "Uptime for this control processor is 34 minutes",
            "System returned to ROM by reload at 21:10:35 UTC Tue Jan 30 2024",
            "System image file is \"/tmp/sw/rp/0/0/rp_wlc/mount/usr/binos/bin/linux_iosd-image\"",
            "Last reload reason: reload",
            "",
            "AIR License Level: AIR Network Essentials",
            "Next reload AIR license Level: AIR Network Essentials",
            "cisco C9124AXE-B (VXE) processor (revision VXE) with 167216K bytes of memory.",
            "Processor board ID FOC24384GTP",
            "2048K bytes of non-volatile configuration memory.",
            "1813640K bytes of physical memory.",
            "100000K bytes of AP Images at ap_images:.",
            "513300K bytes of Backup Controller Image at backup_image:.",
            "7774207K bytes of virtual hard disk at bootflash:.",
            "25000K bytes of Temp trace export at tmp_trace_export:.",
            "Installation mode is BUNDLE",
            "",
            "Configuration register is 0x2102",
        ],
    );
    assert!(
        printed.contains("C9800-AP Software (C9800-AP-K9_IOSXE-UNIVERSALK9-M), Version 17.9.4a"),
        "{printed}"
    );
}

#[test]
fn chassis_is_that_of_an_ewc() {
    let expected = "\
Chassis/Stack Mac Address : 3c57.31c5.7b48 - Local Mac Address
Mac persistency wait time: Indefinite
                                            H/W   Current
Chassis#   Role    Mac Address     Priority Version  State                 IP
-------------------------------------------------------------------------------------
*1       Active   3c57.31c5.7b48     1      V01     Ready                10.10.10.1
";
    assert_eq!(shown_with("", "show chassis"), expected);
}

#[test]
fn the_inventory_is_the_box() {
    let expected = "\
NAME: \"Chassis\", DESCR: \"Cisco Embedded Wireless Controller on Catalyst Access Points\"
PID: C9124AXE-B        , VID: V01 , SN: FOC24384GTP

";
    assert_eq!(shown_with("", "show inventory"), expected);
}

#[test]
fn the_clock_and_an_empty_log() {
    assert_eq!(shown_with("", "show clock"), "*21:41:35.112 UTC Tue Jan 30 2024\n");
    let log = shown_with("", "show logging");
    assert_lines(
        &log,
        &[
            "No Active Message Discriminator.",
            "No Inactive Message Discriminator.",
            "    Console logging: level debugging, 0 messages logged, xml disabled,",
            "                     filtering disabled",
            "    Monitor logging: level debugging, 0 messages logged, xml disabled,",
            "    Buffer logging:  level debugging, 0 messages logged, xml disabled,",
            "                    filtering disabled",
            "    Exception Logging: size (4096 bytes)",
            "    Count and timestamp logging messages: disabled",
            "    Persistent logging: disabled",
            "No active filter modules.",
            "    Trap logging: level informational, 0 message lines logged",
            "        Logging Source-Interface:       VRF Name:",
            "    TLS Profiles: ",
            "",
            "Log Buffer (4096 bytes):",
        ],
    );
}

#[test]
fn files_of_ap_images() {
    let expected = "Directory of ap_images:/\n\n\n102400000 bytes total (102400000 bytes free)\n";
    assert_eq!(shown_with("", "dir ap_images:"), expected);
}

#[test]
fn the_configuration_is_printed_without_its_secrets() {
    let config = "\
hostname branch-ewc
username calo secret 0 Swordfish
interface Vlan1
 description the office
EWC(config)#ip ssh stricthostkeycheck
wireless profile image-download default
 image-download-mode sftp
 sftp-image-server 172.16.5.27
 sftp-image-path /EWC/17_9_4a
 sftp-username calo
 sftp-password 0 Swordfish
 no sftp-image-path
";
    let printed = shown_with(config, "show running-config");
    assert!(!printed.contains("Swordfish"), "{printed}");
    assert_lines(
        &printed,
        &[
            "Building configuration...",
            "hostname branch-ewc",
            "username calo secret 0 *****",
            "interface Vlan1",
            " description the office",
            "ip ssh stricthostkeycheck",
            "wireless profile image-download default",
            " image-download-mode sftp",
            " sftp-image-server 172.16.5.27",
            " sftp-username calo",
            " sftp-password 0 *****",
            "end",
        ],
    );
    assert!(!printed.contains("sftp-image-path") && !printed.contains("EWC(config)"), "{printed}");
    let (_, stated) = printed.split_once("Current configuration : ").expect("it is counted");
    let (stated, rest) = stated.split_once(" bytes\n").expect("it is counted");
    assert_eq!(stated, rest.len().to_string());
    // What is printed is read again as it was.
    let again = shown_with(rest, "show running-config");
    assert_eq!(again.lines().skip(3).collect::<Vec<_>>(), printed.lines().skip(3).collect::<Vec<_>>());

    let detailed = shown_with(config, "show wireless profile image-download detailed");
    assert!(detailed.contains("SFTP") && !detailed.contains("Swordfish"), "{detailed}");
}

/// The headers and the dashes below them are those of genieparser's golden outputs.
#[test]
fn tables_of_access_points_have_the_columns_of_the_samples() {
    let state = snapshot("17.9.4.27", vec![row("AP002C.C862.E708", "17.9.4.27", "17.3.3.26")]);
    let lines = |command| show(&state, command).expect("there is such a command").text;
    let status = lines("show ap status");
    assert_lines(
        &status,
        &[
            "AP Name                             Status     Mode              Country   ",
            &"-".repeat(73),
            "AP002C.C862.E708                    Enabled    Local             IN        ",
        ],
    );
    assert_lines(
        &lines("show ap tag summary"),
        &[
            "Number of APs: 1",
            "",
            "AP Name                 AP Mac           Site Tag Name                     Policy Tag Name                   RF Tag Name                       Misconfigured    Tag Source    ",
            &"-".repeat(172),
        ],
    );
    assert_lines(
        &lines("show wireless stats ap join summary"),
        &[
            "Number of APs: 0",
            "",
            "Base MAC        Ethernet MAC    AP Name                           IP Address                                Status      Last Failure Phase    Last Disconnect Reason",
            &"-".repeat(166),
        ],
    );
    assert_lines(
        &lines("show ap config general"),
        &[
            "Cisco AP Name   : AP002C.C862.E708",
            "=================================================",
            "",
            "Cisco AP Identifier                             : 0000.0000.0000",
            "Country Code                                    : IN",
            "MAC Address                                     : 0000.0000.0000",
            "CAPWAP Path MTU                                 : 0",
            "Capwap Active Window Size                       : 0",
            "Site Tag Name                                   : default-site-tag",
            "Operation State                                 : Registered",
            "Software Version                                : 17.9.4.27",
            "Mini IOS Version                                : 0.0.0.0",
            "AP Model                                        : C9120AXE-D",
            "IOS Version                                     : 17.9.4.27",
            "AP CAPWAP Up Time                               : 0 seconds ",
            "Join Date and Time                              : 01/01/1970 00:00:00",
            "EWC-AP Capability                               : Disabled",
        ],
    );
}

#[test]
fn an_access_point_is_found_by_its_name() {
    let version = "17.9.4.27".parse().expect("a version");
    let address = "10.10.10.1".parse().expect("an address");
    let controller =
        Controller::new("EWC", "C9120AXI", address, version, Catalogue::builtin()).expect("complete");
    let handle = ControllerHandle::new(controller, Sink::ignore());
    let answer = handle.exec(Duration::ZERO, "show ap name hall-1 config general").text;
    assert_eq!(answer, "% Error: AP name hall-1 not found\n");
    assert_eq!(handle.show(Duration::ZERO, "show ap name hall-1 config general"), None);
}
