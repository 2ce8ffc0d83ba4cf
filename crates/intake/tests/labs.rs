//! Parts of labs that need no network to be seen.

use intake::Input;
use intake::lab::{self, Options};

fn lab(texts: &[&str]) -> String {
    let input = |text: &&str| Input { name: "x".to_owned(), bytes: text.as_bytes().to_vec() };
    lab::write(&intake::read(&texts.iter().map(input).collect::<Vec<_>>()), &Options::default())
}

#[test]
fn staged_images_are_those_of_the_release_that_runs() {
    let listing = "$ ls -l /srv/17_9_4a\n-rw-r--r-- 1 a a 76728320 Oct 20 11:04 ap1g7\n-rw-r--r-- 1 a a 70512640 Oct 20 11:04 ap1g8\n\
                   -rw-r----- 1 a a 59156480 Oct 20 11:04 ap3g3\n";
    let staged = "EWC#dir ap_images:\nDirectory of ap_images:/\n\n   11  -rw-         70512640  Oct 20 2023 11:04:32 +00:00  ap1g8\n   \
                  12  -rw-         59166720  Oct 20 2023 11:04:32 +00:00  ap3g3\n\n102400000 bytes total (1 bytes free)\n";
    let lab = lab(&[listing, staged]);
    assert!(lab.contains("\n  images: [ap1g8]  # x:4\n"), "{lab}");
    assert!(lab.contains("# hole: ap3g3 (59166720) in ap_images: and of another size"), "{lab}");
}

#[test]
fn a_typed_configuration_names_its_controller() {
    let typed = "9120-EWC(config)#wireless profile image-download default\n\
                 9120-EWC(config-wireless-image-download-profile)#image-download-mode tftp\n\
                 9120-EWC(config-wireless-image-download-profile)#tftp-image-server 10.99.5.27\n\
                 9120-EWC(config-wireless-image-download-profile)#tftp-image-path /EWC/17_12_1\n";
    let lab = lab(&[typed]);
    assert!(lab.contains("\n  name: 9120-EWC  # x:1\n"), "{lab}");
    let config = "  config: |\n    wireless profile image-download default\n     image-download-mode tftp\n     tftp-image-server 10.99.5.27\n";
    assert!(lab.contains(config), "{lab}");
    // The directory names a release of which nothing else is known.
    assert!(lab.contains("\n      /EWC/17_12_1: 17.12.1  # x:1 to x:4\n"), "{lab}");
    assert!(lab.contains("\n  17.12.1:  # x:1 to x:4\n"), "{lab}");
}

#[test]
fn names_of_others_are_quoted_in_yaml() {
    let general = "Cisco AP Name   : a: [b]\n=====\nAP Model       : \"C9105AXI\" # ${x}\nIP Address   : 10.0.0.1\nCisco AP Location : x\u{7}y\n";
    let lab = lab(&[general]);
    assert!(lab.contains("- { name: a---b-,") || lab.contains("name: a---b-  #"), "{lab}");
    assert!(!lab.contains('\u{7}') && !lab.contains(" ${x}\n"), "{lab}");
}

#[test]
fn secrets_that_are_no_parameter_are_starred_and_marked() {
    let config = "hostname EWC\nap dot1x username x password 0 hunter2\nwireless profile image-download default\n \
                  image-download-mode cco\n cco-username calo\n cco-password 0 hunter3\nend\n";
    let lab = lab(&[config]);
    let mark = "    ! hole: the next line has a secret, which is not imported\n";
    for line in ["    ap dot1x username x password 0 *****\n", "     cco-password 0 *****\n"] {
        assert!(lab.contains(&format!("{mark}{line}")), "{lab}");
    }
    assert!(!lab.contains("hunter") && !lab.contains("parameters:"), "{lab}");
    let network = intake::read(&[Input { name: "x".to_owned(), bytes: config.as_bytes().to_vec() }]);
    let lab = lab::write(&network, &Options { with_secrets: true, ..Options::default() });
    assert!(lab.contains("hunter2") && lab.contains("hunter3"), "{lab}");
}
