//! Configurations of TFTP servers: of distributions, of guides for PXE and routers, of containers, of Tftpd64.

use proptest::prelude::*;

use super::Night;

/// A night with a TFTP server of this software, its whole configuration, and further keys.
fn night(software: &str, config: &str, keys: &str) -> Night {
    let block: String = config.lines().map(|line| format!("      {line}\n")).collect();
    Night::new(format!(
        "scenario: An upgrade over TFTP
start: 2024-03-05T22:00:00Z
until: 6m
images:
  17.9.4a: {{ ap: 17.9.4.27, files: {{ ap1g7: 102400, ap1g8: 102400 }} }}
servers:
  - name: tftp-1
    software: {software}
    address: 10.0.5.27
    config: |
{block}{keys}controller:
  name: ewc
  model: C9120AXI
  address: 10.0.4.2
  running: 17.9.4a
  config: |
    wireless profile image-download default
     image-download-mode tftp
     tftp-image-server 10.0.5.27
     tftp-image-path /17.9.4a
access_points:
  - {{ name: floor, model: C9105AXI, address: 10.0.4.11, running: 17.3.3.26, backup: 8.10.130.0 }}
expect:
  - {{ access_points: all, running: 17.9.4a, state: registered }}
"
    ))
}

const SERVED: &str = "    files: { /17.9.4a: 17.9.4a }\n";

/// A night with in.tftpd.
fn hpa(config: &str) -> Night {
    night("tftpd-hpa", config, SERVED)
}

/// A night with in.tftpd, the variables of the package, and these options.
fn options(options: &str) -> Night {
    hpa(&format!("{VARIABLES}\nTFTP_OPTIONS=\"{options}\""))
}

const VARIABLES: &str = "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/srv/tftp\"\nTFTP_ADDRESS=\":69\"";

/// A night with Tftpd64, whose section has these keys.
fn tftpd64(keys: &str) -> Night {
    night("tftpd64", &format!("[TFTPD32]\n{keys}"), SERVED)
}

#[test]
fn files_of_distributions_and_guides_serve() {
    for config in [
        // The package of Debian and Ubuntu.
        "# /etc/default/tftpd-hpa\n\nTFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/srv/tftp\"\nTFTP_ADDRESS=\":69\"\nTFTP_OPTIONS=\"--secure\"",
        // The wiki of Debian.
        "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/srv/tftp\"\nTFTP_ADDRESS=\"0.0.0.0:69\"\nTFTP_OPTIONS=\"-4 --secure -vvv\"",
        // Guides for PXE, routers and boards.
        "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/var/lib/tftpboot\"\nTFTP_ADDRESS=\":69\"\nTFTP_OPTIONS=\"--secure --create\"",
        "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/tftpboot\"\nTFTP_ADDRESS=\"0.0.0.0:69\"\nTFTP_OPTIONS=\"-l -c -s\"",
        "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/srv/tftp\"\nTFTP_ADDRESS=\"0.0.0.0:69\"\nTFTP_OPTIONS=\"--secure --create --blocksize 1468\"",
        "TFTP_USERNAME=\"nobody\"\nTFTP_DIRECTORY=\"/home/user/tftp\"\nTFTP_ADDRESS=\":69\"\nTFTP_OPTIONS=\"--secure --create\"",
        // With what older packages had, which nothing reads any more.
        "RUN_DAEMON=\"yes\"\nOPTIONS=\"-c -l -s /var/lib/tftpboot\"\nTFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/var/lib/tftpboot\"\nTFTP_ADDRESS=\":69\"\n\
         TFTP_OPTIONS=\"--secure --create\"",
        // A server for PXE whose logs are read.
        "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/home/admin/pxemanage/files/tftp\"\nTFTP_ADDRESS=\":69\"\nTFTP_OPTIONS=\"--secure -vvv --user root\"",
        // The command line of a unit, written as variables: in.tftpd -B 600 -R 9000:9090 -s /srv/tftp -u tftp.
        "TFTP_USERNAME=tftp\nTFTP_DIRECTORY=/srv/tftp\nTFTP_ADDRESS=:69\nTFTP_OPTIONS='-B 600 -R 9000:9090 -s -u tftp'",
        // Of another: in.tftpd -s -vvv -l -a :69 -r blksize -P /var/run/tftpd.pid DIR.
        "TFTP_USERNAME=tftp\nTFTP_DIRECTORY=/tftp\nTFTP_ADDRESS=:69\nTFTP_OPTIONS='-s -vvv -l -a :69 -r blksize -P /var/run/tftpd.pid'",
        // Of a container: in.tftpd -L --verbose -u tftp --secure --timeout 900 /tftpboot.
        "TFTP_USERNAME=tftp\nTFTP_DIRECTORY=/tftpboot\nTFTP_ADDRESS=:69\nTFTP_OPTIONS='-L --verbose --secure --timeout 900 --permissive'",
    ] {
        hpa(config).passes();
    }
}

#[test]
fn servers_that_do_not_start_or_do_not_serve_do_not_pass() {
    let without = |name: &str| {
        let lines = format!("{VARIABLES}\nTFTP_OPTIONS=--secure");
        lines.lines().filter(|line| !line.starts_with(name)).collect::<Vec<_>>().join("\n")
    };
    hpa(&without("TFTP_ADDRESS")).is_refused("TFTP_ADDRESS is missing");
    hpa(&without("TFTP_DIRECTORY")).is_refused("no directory for --secure");
    hpa(&without("TFTP_OPTIONS")).fails("ewc", "ap1g8");
    // A name that nothing reads, as one guide has it: the server would be without --secure.
    hpa(&format!("{VARIABLES}\nTFTP_OPTION=\"--secure --create\"")).is_not_modelled("TFTP_OPTION");
    hpa(&format!("DAEMON=/opt/sbin/in.tftpd\n{VARIABLES}\nTFTP_OPTIONS=-s")).is_not_modelled("DAEMON");
    hpa("TFTPD_ARGS=\"-l -s /var/tftpboot\"").is_refused("TFTP_ADDRESS is missing");
    options("--secure --version").is_refused("in.tftpd prints its version, and does not start");
    options("--secure --ipv6").fails("ewc", "Timed out");
    hpa("TFTP_USERNAME=tftp\nTFTP_DIRECTORY=/srv/tftp\nTFTP_ADDRESS=[::]:69\nTFTP_OPTIONS=-s")
        .fails("ewc", "Timed out");
    hpa("TFTP_USERNAME=tftp\nTFTP_DIRECTORY=/srv/tftp\nTFTP_ADDRESS=0.0.0.0:69\nTFTP_OPTIONS='-s -6'")
        .is_refused("the address does not fit --ipv6");
    options("-s /var/lib/tftpboot").is_refused("more than one directory for --secure");
    options("--secure --windowsize 16").is_refused("unknown option --windowsize");
    // Quotes of a word processor, in a guide.
    hpa("TFTP_USERNAME=”tftp”\nTFTP_DIRECTORY=”/srv/tftp”\nTFTP_ADDRESS=”0.0.0.0:69″\nTFTP_OPTIONS=”-l -c -s”")
        .is_refused("bad value of address");
    // Files of other systems: of systemd, of xinetd.
    hpa("[Unit]\nDescription=Tftp Server\n[Service]\nExecStart=/usr/sbin/in.tftpd -s /var/lib/tftpboot\nStandardInput=socket")
        .is_refused("expected NAME=value");
    hpa("service tftp\n{\n  server = /usr/sbin/in.tftpd\n  server_args = -s /var/lib/tftpboot\n}")
        .is_refused("expected NAME=value");
}

#[test]
fn a_user_that_is_missing_is_said() {
    let prepared =
        hpa("TFTP_DIRECTORY=/srv/tftp\nTFTP_ADDRESS=:69\nTFTP_OPTIONS=-s").load().expect("it runs");
    let warnings: Vec<_> = prepared.warnings.iter().map(|warning| warning.message().to_owned()).collect();
    assert!(warnings.iter().any(|warning| warning.starts_with("TFTP_USERNAME is missing")), "{warnings:?}");
}

/// in.tftpd reads its rules before it changes its root.
#[test]
fn a_map_file_is_a_file_of_the_machine() {
    let map = "--secure -v --map-file /etc/tftpd.map";
    options(map).is_refused("/etc/tftpd.map is not given");
    options("-s -m tftpd.map").is_refused("tftpd.map is not given");
    let given = |path: &str, rules: &str| {
        let keys = format!("    machine_files:\n      {path}: |\n        {rules}\n{SERVED}");
        night("tftpd-hpa", &format!("{VARIABLES}\nTFTP_OPTIONS=\"{map}\""), &keys)
    };
    given("/etc/tftpd.map", r"rg \\ /").passes();
    given("/etc/tftpd.map", r"r ^/17 /18").fails("ewc", "ap1g8");
    given("/etc/tftpd.map", r"x ^/17 /18").is_refused("contains invalid char 'x'");
    given("/etc/tftp.map", r"rg \\ /").is_refused("/etc/tftpd.map is not given");
    given("tftpd.map", r"rg \\ /").is_refused("expected an absolute path such as /etc/tftpd.map");
    let beside = night(
        "tftpd-hpa",
        &format!("{VARIABLES}\nTFTP_OPTIONS=\"{map}\""),
        &format!("    machine_files: {{ /etc/tftpd.map: tftpd.map }}\n{SERVED}"),
    );
    beside.clone().with("tftpd.map", "# of a guide for RIS\nri ^[a-z]: \nrg \\\\ /\n").passes();
    beside.clone().with("tftpd.map", "rg \\\\ /\nr (17 /\n").is_refused("tftpd.map:2");
    beside.is_refused("tftpd.map");
}

#[test]
fn inis_of_tftpd64_serve() {
    for keys in [
        // A program without its file, with the directory alone.
        "BaseDirectory=C:\\TFTP",
        // The installer's.
        "BaseDirectory=.\nTftpPort=69\nHide=0\nWinSize=0\nNegociate=1\nPXECompatibility=0\nDirText=0\nShowProgressBar=1\nTimeout=3\nMaxRetransmit=6\n\
         SecurityLevel=1\nUnixStrings=1\nBeep=0\nVirtualRoot=0\nMD5=0\nLocalIP=\nServices=15\nTftpLogFile=\nSaveSyslogFile=\nPipeSyslogMsg=0\n\
         LowestUDPPort=0\nHighestUDPPort=0\nMulticastPort=0\nMulticastAddress=\nPersistantLeases=1\nDHCP Ping=1\nDHCP LocalIP=\n\
         Max Simultaneous Transfers=100\nUseEventLog=0\nConsole Password=tftpd32\nSupport for port Option=0\nKeep transfer Gui=5\n\
         Ignore ack for last TFTP packet=0\nEnable IPv6=0",
        // Of a tool that writes the file, with blanks behind its values.
        "BaseDirectory= C:\\PTP\\files\nShowProgressBar=1 \nTimeout=3         \nSecurityLevel=1   \nLocalIP=          \nServices=1\nEnable IPv6=1",
        // Of a script that repairs routers.
        "BaseDirectory=C:\\fw\nTftpPort=69\nServices=5\nLocalIP=10.0.5.27\nDHCP LocalIP=10.0.5.27\nSecurityLevel=3\nHide=1\nNegociate=1\nTimeout=3\n\
         MaxRetransmit=6\nWinSize=0\nUnixStrings=0\nVirtualRoot=0\nMD5=0\nTftpLogFile=C:\\fw\\tftp.log\nPersistantLeases=0\nDHCP Ping=0\n\
         DHCP Double Answer=0\nUnicastBOOTP=0\nEnable IPv4=1\nEnable IPv6=0\nDonot verify firewall=1\nMax Simultaneous Transfers=4\nUseEventLog=0",
        // Of a server for PXE.
        "BaseDirectory=C:\\tftpd64\nTftpPort=69\nPXECompatibility=1\nSecurityLevel=0\nLocalIP=\nServices=15\nTftpLogFile=C:\\tftpd64\\tftpd64.log",
        // Of a test under Wine.
        "BaseDirectory=C:\\srv\nTftpPort=69\nLocalIP=10.0.5.27\nServices=15\nNegociate=0\nTimeout=1\nMaxRetransmit=2\nUnixStrings=1\nHide=1\nBeep=0",
        // With sums and an index of the directory.
        "BaseDirectory=D:\\images\nMD5=1\nDirText=1\nBeep=1\nKeep transfer Gui=60",
        "BaseDirectory=E:\\\nVirtualRoot=1\nReduce TFTP Path=1\nWinSize=4096",
        "BaseDirectory=C:\\TFTP\nLowestUDPPort=50000\nHighestUDPPort=50100\nSupport for port Option=1",
        "BaseDirectory=C:\\TFTP\nLastWindowPos=100 100 600 400 \nHttpBaseDirectory=.\nIgnore ack for last TFTP packet=1\nUseEventLog=1",
    ] {
        tftpd64(keys).passes();
    }
    let with_dhcp = "[DHCP]\nLease_NumLeases=0\nIP_Pool=10.0.5.100\n[TFTPD32]\nBaseDirectory=C:\\TFTP";
    night("tftpd64", with_dhcp, SERVED).passes();
    // Nothing of it is read, so that the program has its own settings.
    night("tftpd64", "[TFTP]\nTFTP_Port=70\nTFTPBaseDirectory=C:\\x", SERVED).passes();
}

#[test]
fn inis_of_tftpd64_that_do_not_serve_do_not_pass() {
    tftpd64("SecurityLevel=2").fails("ewc", "ap1g8");
    tftpd64("TftpPort=6969").fails("ewc", "Timed out");
    tftpd64("Max Simultaneous Transfers=2").fails("ewc", "Timed out");
    tftpd64("Services=12").is_refused("the TFTP server is switched off");
    tftpd64("LocalIP=2001:db8::5\nEnable IPv6=0").is_refused("Enable IPv6 is 0");
    tftpd64("LocalIP=2001:db8::5").fails("ewc", "Timed out");
    tftpd64("LocalIP=Intel(R) Ethernet Connection I219-LM").is_not_modelled("LocalIP");
    tftpd64("Base Directory=C:\\TFTP").is_not_modelled("Base Directory");
    tftpd64("Port=6969").is_not_modelled("Port");
    tftpd64("MaxTransfers=1").is_not_modelled("MaxTransfers");
    tftpd64("SecurityLevel=None").is_refused("bad value of SecurityLevel");
    tftpd64("BaseDirectory=\\\\nas\\tftp").is_refused("bad value of BaseDirectory");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// A variable that the script does not read, or a key that the program does not have.
    #[test]
    fn what_is_not_in_a_table_never_passes(name in "X[A-Z_]{1,12}", value in "[a-z0-9]{0,8}") {
        hpa(&format!("{VARIABLES}\nTFTP_OPTIONS=--secure\n{name}={value}")).is_not_modelled(&name);
        tftpd64(&format!("{name}={value}")).is_not_modelled(&name);
    }

    /// A setting of the third class.
    #[test]
    fn what_is_not_modelled_never_passes(
        (index, value) in (any::<prop::sample::Index>(), "[a-z0-9/]{1,8}")
    ) {
        let classes = tftpd::tftpd_hpa::settings().filter(|setting| setting.class == "may matter, not modelled");
        let names: Vec<String> = classes.map(|setting| setting.name).filter(|name| name != "any other").collect();
        let name = index.get(&names);
        hpa(&format!("{VARIABLES}\nTFTP_OPTIONS=--secure\n{name}={value}")).is_not_modelled(name);
        tftpd64(&format!("LocalIP=x{value}")).is_not_modelled("LocalIP");
    }
}
