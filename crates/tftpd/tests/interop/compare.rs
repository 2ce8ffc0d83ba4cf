//! One server after the other, and both records side by side.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use host::real::RealHost;

use crate::interop::live::Live;
use crate::interop::ours::Ours;
use crate::interop::probe::{Server, run};
use crate::interop::probes::{self, Probe};

/// Every letter and every escape of tftpd(8).
const RULES: &[u8] = br"# to be skipped
r   ^/+         # the leading slash
rg  \\          /
ri  ^IMAGES/    sub/../
rGe ^get-(.*)$  \1
rP  ^put-(.*)$  \1
a   ^secret
a   ^denied     not\ \0\ for\ \i\ \x\#\\
r   ^case-(.*)-(.*)\.TXT$  \L\1\E.\U\2\Lt\Ext
r   (a|ab)(c|bcd)$  [\1][\2]
4a  ^four       IPv4
6a  ^six        IPv6
rs  ^again-     x
rs  ^back-(.*)$ /\1
s   ^loop
";

#[test]
fn every_packet_and_every_line_is_that_of_a_live_in_tftpd() {
    let mut differences = Vec::new();
    differences.extend(compare("--secure -vvv --verbosity 7", |_| probes::reading()));
    differences.extend(compare("--secure --create -vvv", |_| probes::writing()));
    differences.extend(compare("--secure --create --umask 022 -vv", |_| probes::masked()));
    differences.extend(compare("--secure --refuse tsize --blocksize 1024 -vv", |_| probes::limited()));
    differences.extend(compare("--secure --permissive -vv", |_| probes::permissive()));
    differences.extend(compare("--secure --create -vvv --map-file DIR/rules", |_| probes::mapped()));
    differences.extend(compare("-vv", probes::open_root));
    differences.extend(compare("--secure -v", |_| probes::permissive()));
    differences.extend(compare("--secure", |_| probes::permissive()));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What differs, probe by probe.
fn compare(options: &str, probes: impl Fn(&str) -> Vec<Probe>) -> Vec<String> {
    host::real::run(async {
        let host = RealHost::new("compared", 1);
        let directory = tempfile::tempdir().expect("a place for tests");
        fill(directory.path());
        let place = directory.path().to_str().expect("a plain path");
        let probes = probes(place);
        let options = &options.replace("DIR", place);
        let live = record(&host, &Live::start(&host, options, directory.path()).await, &probes).await;
        empty(directory.path());
        fill(directory.path());
        let ours = record(&host, &Ours::start(&host, options, directory.path()).await, &probes).await;
        live.iter()
            .zip(&ours)
            .filter(|(live, ours)| live != ours)
            .map(|(live, ours)| format!("in.tftpd {options}: {live:#?}\nours: {ours:#?}"))
            .collect()
    })
    .expect("the system gives a runtime")
}

async fn record(host: &RealHost, server: &impl Server, probes: &[Probe]) -> Vec<(&'static str, Vec<String>)> {
    let mut records = Vec::new();
    for (name, steps) in probes {
        records.push((*name, run(host, server, steps).await));
    }
    records
}

/// Files for every kind of answer.
pub(super) fn fill(directory: &Path) {
    let put = |name: &str, bytes: &[u8], mode: u32| {
        let path = directory.join(name);
        fs::write(&path, bytes).expect("written");
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("ours");
    };
    let make = |name: &str, mode: u32| {
        let path = directory.join(name);
        fs::create_dir_all(&path).expect("made");
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("ours");
    };
    // So that the server's user may make files.
    make("", 0o777);
    make("sub", 0o755);
    make("closed", 0o755);
    put("closed/file", b"closed", 0o644);
    make("closed", 0o700);
    put("small.txt", b"a line\nand\r another\n", 0o644);
    put("two.bin", &[7; 700], 0o644);
    put("exact.bin", &[7; 512], 0o644);
    put("noperm.bin", b"secret", 0o600);
    put("group.bin", b"secret", 0o640);
    put("rules", RULES, 0o644);
    put("open.txt", b"to be written", 0o666);
}

pub(super) fn empty(directory: &Path) {
    for entry in fs::read_dir(directory).expect("it is there") {
        let path = entry.expect("it is there").path();
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.expect("ours");
    }
}
