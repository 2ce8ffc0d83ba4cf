//! Pasted configurations.

use ewc::ControllerConfig;
use ewc::config::{Mode, Problem, SshClient};

const SAMPLE: &str = include_str!("../field/ewc-image-download-profile.cfg");

const SFTP: &str = "wireless profile image-download default
 image-download-mode sftp
 sftp-image-server 172.16.5.62
 sftp-image-path Documents/sftp_files/EWC_17_9_4a
 sftp-username calo
 sftp-password 0 s3cret
 sftp-port 22";

fn problem(text: &str) -> (usize, usize, Problem) {
    let error = ControllerConfig::parse(text).unwrap_err().0.remove(0);
    (error.line, error.column, error.problem)
}

/// A profile with one more line.
fn in_profile(line: &str) -> String {
    format!("wireless profile image-download default\n {line}")
}

#[test]
fn the_sample_is_understood() {
    let config = ControllerConfig::parse(SAMPLE).unwrap();
    assert_eq!(config.warnings, []);
    let profile = config.image_download.unwrap();
    assert_eq!(profile.mode, Mode::Tftp);
    assert_eq!(profile.tftp.server.to_string(), "172.16.5.27");
    assert_eq!(profile.tftp.directory(), "/EWC/17_9_4a");
}

#[test]
fn prompts_and_comments_do_not_matter() {
    let pasted = "9120-EWC#configure terminal
9120-EWC(config)#wireless profile image-download default
!
9120-EWC(config-wireless-image-download-profile)#image-download-mode tftp
9120-EWC(config-wireless-image-download-profile)#tftp-image-server 172.16.5.27
9120-EWC(config-wireless-image-download-profile-tftp)#tftp-image-path /EWC/17_9_4a
9120-EWC(config-wireless-image-download-profile-tftp)#end
";
    let profile = |text| ControllerConfig::parse(text).unwrap().image_download;
    assert_eq!(profile(pasted), profile(SAMPLE));
}

#[test]
fn defaults_are_those_of_the_yang_model() {
    let profile =
        ControllerConfig::parse("wireless profile image-download default").unwrap().image_download.unwrap();
    assert_eq!(profile.mode, Mode::Unconfigured);
    assert_eq!((profile.tftp.server.to_string().as_str(), profile.tftp.path.as_str()), ("127.0.0.1", ""));
    assert!(profile.cco.auto_check && !profile.cco.latest);
}

#[test]
fn sftp_is_understood_and_its_password_is_not_shown() {
    let config = ControllerConfig::parse(SFTP).unwrap();
    let longer = SFTP.replace("sftp-username", "sftp-image-username").replace("-password", "-image-password");
    assert_eq!(ControllerConfig::parse(&longer).unwrap().image_download, config.image_download);
    assert!(!format!("{config:?}").contains("s3cret"));
    let sftp = config.image_download.unwrap().sftp;
    assert_eq!((sftp.username.as_str(), sftp.password.expose()), ("calo", "s3cret"));
}

#[test]
fn errors_do_not_repeat_parts_of_passwords() {
    let error = ControllerConfig::parse(&in_profile("sftp-password 0 correct horse battery")).unwrap_err();
    assert_eq!(error.to_string(), "line 2, column 26: expected the end of the line, found `*****`");
    let error = ControllerConfig::parse(&in_profile("sftp-password correct horse")).unwrap_err();
    let expected = "line 2, column 16: expected 0 and a password, or a password alone, found `*****`";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn the_path_of_sftp_begins_at_the_login_directory() {
    for path in ["Documents/EWC", "/Documents/EWC/", "Documents/EWC/"] {
        let config = ControllerConfig::parse(&in_profile(&format!("sftp-image-path {path}"))).unwrap();
        assert_eq!(config.image_download.unwrap().sftp.directory(), "/Documents/EWC");
    }
}

#[test]
fn the_ssh_client_is_configured() {
    let ssh = |config: &str| ControllerConfig::parse(config).unwrap().ssh_client;
    let client = ssh("ip ssh client algorithm kex ecdh-sha2-nistp256 diffie-hellman-group14-sha1
ip ssh client algorithm encryption aes256-ctr
ip ssh client algorithm mac hmac-sha2-512
ip ssh stricthostkeycheck");
    let names = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(client.kex, names(&["ecdh-sha2-nistp256", "diffie-hellman-group14-sha1"]));
    assert_eq!((client.encryption, client.mac), (names(&["aes256-ctr"]), names(&["hmac-sha2-512"])));
    assert!(client.strict_host_key_check);
    let undone = ssh("ip ssh client algorithm mac hmac-sha1
no ip ssh client algorithm mac
ip ssh stricthostkeycheck
no ip ssh stricthostkeycheck");
    assert_eq!(undone, SshClient::default());

    assert_eq!(
        problem("ip ssh client algorithm mac md5"),
        (
            1,
            29,
            Problem::Unexpected { expected: "a MAC of IOS-XE, such as hmac-sha2-256", found: "md5".into() }
        )
    );
    assert!(matches!(problem("ip ssh client algorithm kex"), (1, 28, Problem::Missing(_))));
    assert!(matches!(problem("ip ssh client algorithm hostkey x"), (1, 25, Problem::Unexpected { .. })));
    for other in ["ip ssh version 2", "no ip ssh version", "ip ssh server algorithm mac hmac-sha1"] {
        assert_eq!(ControllerConfig::parse(other).unwrap().not_about_images.len(), 1, "{other}");
    }
}

#[test]
fn lines_without_effect_do_not_show_passwords_either() {
    let config =
        ControllerConfig::parse("username admin privilege 15 password 0 s3cret\nhostname 9120-EWC").unwrap();
    let lines: Vec<_> = config.not_about_images.iter().map(|line| (line.line, line.text.as_str())).collect();
    assert_eq!(lines, [(1, "username admin privilege 15 password 0 *****"), (2, "hostname 9120-EWC")]);
}

#[test]
fn the_device_s_own_errors_have_its_texts() {
    let text = |config: &str| ControllerConfig::parse(config).unwrap_err().to_string();
    assert_eq!(
        text("wireless profile image-download branch"),
        "line 1, column 33: image download name must be default"
    );
    assert_eq!(text(&in_profile("sftp-port 2222")), "line 2, column 12: sftp port must be 22");
    assert_eq!(
        text(&in_profile("no auto-path")),
        "line 2, column 5: HTTP mode only supports automatic paths"
    );
}

#[test]
fn errors_point_at_the_word() {
    let expected = "an IP address";
    let unexpected = |found: &str| Problem::Unexpected { expected, found: found.into() };
    assert_eq!(problem(&in_profile("tftp-image-server tftp-1")), (2, 20, unexpected("tftp-1")));
    assert_eq!(problem(&in_profile("tftp-image-server")), (2, 19, Problem::Missing(expected)));
    assert_eq!(problem("EWC(config)#tftp-image-path /x"), (1, 13, Problem::OutsideProfile));
    assert_eq!(
        problem(&in_profile("sftp-password 8 0822455D0A16")),
        (2, 16, Problem::UnreadablePassword('8'))
    );
    assert!(matches!(problem("ip tftp blocksize 100"), (1, 19, Problem::Unexpected { .. })));
    assert!(matches!(problem(&in_profile("image-download-mode ftp")), (2, 22, Problem::Unexpected { .. })));
    assert!(matches!(problem(&in_profile("tftp-image-path /a b")), (2, 21, Problem::Unexpected { .. })));
}

#[test]
fn all_errors_are_told_at_once() {
    let errors =
        ControllerConfig::parse("ip tftp blocksize\nwireless profile image-download x\nip tftp blocksize 9")
            .unwrap_err();
    assert_eq!(errors.0.iter().map(|error| error.line).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn the_block_size_is_set_and_unset() {
    assert_eq!(ControllerConfig::parse("ip tftp blocksize 8192").unwrap().tftp_block_size, Some(8192));
    assert_eq!(
        ControllerConfig::parse("ip tftp blocksize 8192\nno ip tftp blocksize").unwrap().tftp_block_size,
        None
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_harmless(text in "(\\PC{0,30}\n){0,4}", line in "[ #>()a-z-]{0,30}") {
        let _ = ControllerConfig::parse(&text);
        let _ = ControllerConfig::parse(&in_profile(&line));
    }
}
