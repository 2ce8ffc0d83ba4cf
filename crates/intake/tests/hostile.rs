//! Files that nobody meant to be read: no panic, and time and memory in proportion to their length.

use intake::lab::{self, Options};
use intake::{Input, Network};
use proptest::prelude::*;

use crate::printed::{COMMANDS, log, twelve};

fn read(bytes: &[u8]) -> Network {
    let network = intake::read(&[Input { name: "x".to_owned(), bytes: bytes.to_vec() }]);
    let _ = lab::write(&network, &Options::default());
    let _ = lab::write(&network, &Options { with_secrets: true, ..Options::default() });
    network
}

/// Lines with which readers begin, and pieces of their rows.
const PIECES: [&str; 30] = [
    "AP Name Slots AP Model Ethernet MAC Radio MAC CC RD IP Address State Location\n",
    "AP Name Primary Image Backup Image Predownload Status\n",
    "AP Name Ethernet MAC Radio MAC AP Up Time Association Up Time\n",
    "Base MAC Ethernet MAC AP Name IP Address Status\n",
    "AP Name AP IP Neighbor Name Neighbor Port\n",
    "Cisco AP Name   : x\n",
    "Cisco AP Software, (ap1g7)\n",
    "Cisco IOS XE Software, Version 17.09.04a\n",
    "Number of APs: 18446744073709551615\n",
    "--------------------------------------------------------------------------------\n",
    "x 2 C9120AXI-B 002a.1087.ca0a 00a2.eefd.9f20 ",
    "IN -D 10.0.0.1 Registered here\n",
    "wireless profile image-download default\n sftp-password 8 $8$x\n",
    "image-download-mode sftp\n",
    "[TFTPD32]\nBaseDirectory=C:\\\n",
    "TFTP_DIRECTORY=\"/srv/tftp\"\n",
    "Subsystem sftp internal-sftp\nMatch Group sftp\nChrootDirectory %h\n",
    "-rw-r--r-- 1 a a 42 Oct 20 11:04 ap1g7\n",
    "Directory of ap_images:/\n",
    "NAME: \"x\", DESCR: \"y\"\nPID: C9120AXI-B , VID: V01 , SN: F\n",
    "[ Chassis 1/R0 ] Installed Package(s) Information:\nIMG   C    17.09.04a.0.6\n",
    "Chassis/Stack Mac Address : 3c57.31c5.7b48 - Local\n*1 Active 3c57.31c5.7b48 1 V01 Ready 10.10.10.1\n",
    "*22:17:01.123 UTC Thu Mar 5 2026\n",
    "EWC#show version\n",
    "EWC(config)#hostname ${x}\n",
    "calo@host:/srv/17_9_4a$ ls -l\n",
    "{\"ap_name\": {\"x\": {\"ap_model\": \"C9120AXI\"}}}",
    "\u{8}\u{8}\r --More-- \u{1b}[2J\u{0}",
    "x uptime is 99999999999 years, 1 week\n",
    "0.0.0.0 255.255.255.255 ::1 ff02::1 2001:db8::1 ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        read(&bytes);
    }

    #[test]
    fn random_pieces_do_no_harm(pieces in prop::collection::vec((0..PIECES.len(), 0..60_usize), 0..60)) {
        let mut text = String::new();
        for (piece, cut) in pieces {
            let piece = PIECES[piece];
            // Some are cut off.
            let end = if cut < 12 { piece.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(piece.len()) } else { piece.len() };
            text.push_str(&piece[..end]);
        }
        read(text.as_bytes());
    }

    #[test]
    fn damaged_logs_do_no_harm(at in 0..9000_usize, length in 0..400_usize, with in any::<u8>()) {
        let mut bytes = log(&twelve("17.9.4.27"), &COMMANDS).into_bytes();
        let start = at.min(bytes.len());
        let end = (start + length).min(bytes.len());
        if with % 2 == 0 { bytes.drain(start..end); } else { bytes[start..end].fill(with); }
        prop_assert!(read(&bytes).access_points.len() <= 3 * 12 + length);
    }
}

/// Long files of one thing: a reader that takes time in proportion to the square would take hours.
#[test]
fn long_files_of_one_thing_end() {
    for piece in PIECES {
        let text = piece.repeat((1 << 14) / piece.len());
        let network = read(text.as_bytes());
        assert!(network.access_points.len() <= 20_000, "{piece}");
    }
    for letter in ["x", " ", "-", "\"", "{", "\u{8}", "9.", "a:", "#", "\r"] {
        read(letter.repeat((1 << 18) / letter.len()).as_bytes());
    }
    let many: String = (0..20_010)
        .map(|n| {
            format!(
                "ap-{n} 2 C9120AXI-B 0000.{:04x}.{:04x} 0000.0000.0001 IN -D 10.0.0.1 Registered x\n",
                n >> 16,
                n & 0xffff
            )
        })
        .collect();
    let bytes = format!("{}{many}", PIECES[0]).into_bytes();
    let network = intake::read(&[Input { name: "x".to_owned(), bytes }]);
    assert_eq!(network.access_points.len(), 20_000);
    assert!(network.warnings.iter().any(|warning| warning.message.contains("more than 20000")));
}
