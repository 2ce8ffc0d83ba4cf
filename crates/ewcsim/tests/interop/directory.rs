//! A real directory with `ewcsim serve`: what is below it is served, and nothing outside of it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::interop::support::{Called, EWCSIM, Serving, pinned, temporary};

const PASSWORD: &str = "Sw0rdfish";

fn scenario(images: &Path) -> String {
    format!(
        "scenario: A real directory
start: 2024-01-30T21:38:00Z
until: 1m
images:
  made: {{ ap: 17.9.4.27, files: {{ ap1g7: 1024000 }} }}
  real: {{ ap: 17.9.4.27, directory: {} }}
servers:
  - {{ name: hpa, software: tftpd-hpa, address: 172.16.5.27, files: {{ /d: real }} }}
  - {{ name: t64, software: tftpd64, address: 172.16.5.28, files: {{ /d: real }} }}
  - name: ssh
    software: openssh
    address: 172.16.5.29
    users: [{{ name: calo, password: {PASSWORD} }}]
    files: {{ /home/calo/d: real }}
controller: {{ name: ewc, model: C9120AXI, address: 172.16.4.2, running: made }}
access_points:
  - {{ name: ap, model: C9105AXI, address: 172.16.4.11, running: 17.3.3.26 }}
",
        images.display()
    )
}

#[test]
fn nothing_outside_of_a_directory_is_served() {
    let place = temporary();
    let at = |path: &str| place.path().join(path);
    fs::create_dir_all(at("images/17.9.4a")).expect("the directory is ours");
    for (path, text) in
        [("secret", "secret"), ("images/17.9.4a/ap1g8", "inside"), ("images/closed", "closed")]
    {
        fs::write(at(path), text).expect("the directory is ours");
    }
    fs::set_permissions(at("images/closed"), fs::Permissions::from_mode(0o000)).expect("it is ours");
    symlink("../secret", at("images/out")).expect("linked");
    symlink("17.9.4a/ap1g8", at("images/in")).expect("linked");
    for (server, software, scheme) in
        [("hpa", "tftpd-hpa", "tftp://"), ("t64", "tftpd64", "tftp://"), ("ssh", "openssh", "sftp://calo@")]
    {
        let served = Serving::start(&scenario(&at("images")), server, software);
        for (name, found) in [("17.9.4a/ap1g8", true), ("in", true), ("out", false), ("closed", false)] {
            let url = format!("{scheme}{}/d/{name}", served.address);
            let mut command = pinned(EWCSIM);
            command
                .args(["fetch", &url, "-o", "got"])
                .current_dir(place.path())
                .env("EWCSIM_PASSWORD", PASSWORD);
            let called = Called::from(command.output().expect("it starts"));
            let what = format!("{software} {name}: {called:?}");
            assert_eq!(called.code, Some(if found { 0 } else { 1 }), "{what}");
            if found {
                assert_eq!(fs::read(at("got")).expect("fetched"), b"inside", "{what}");
            } else {
                let is_missing =
                    ["File not found", "No such file"].iter().any(|text| called.stderr.contains(text));
                assert!(is_missing, "{what}");
            }
        }
    }
}
