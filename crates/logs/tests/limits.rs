//! Limits: time and memory grow with the length of a log, whatever it contains.

use logs::{BYTES_MAX, File, LINES_MAX, LimitExceeded, Read, read};

fn of(bytes: &[u8]) -> Result<Read, LimitExceeded> {
    read(&[File { name: "large.log", bytes }])
}

#[test]
fn more_than_the_limits_is_refused() {
    let too_long = vec![b'x'; BYTES_MAX / 2 + 1];
    let half = File { name: "half.log", bytes: &too_long };
    assert_eq!(read(&[half, half]), Err(LimitExceeded::Bytes(BYTES_MAX + 2)));
    for end in [b"\n", b"\r"] {
        assert_eq!(of(&end.repeat(LINES_MAX + 1)), Err(LimitExceeded::Lines));
    }
}

#[test]
fn a_line_of_any_length_is_one_line() {
    for letter in ["x", ".", "a: ", "\u{8}", "\u{1b}[", "é", " > ", "0"] {
        let mut log = letter.repeat(300_000);
        log.push_str("\n[*01/30/2024 21:41:35.1120] CAPWAP State: Image Data\n");
        let read = of(log.as_bytes()).expect("within the limits");
        assert_eq!(read.lines.len(), 1, "{letter:?}");
        assert!(read.unknown.iter().all(|line| line.text.chars().count() <= 200), "{letter:?}");
    }
}

#[test]
fn many_lines_that_nothing_prints_are_told_one_by_one() {
    let log = "what nobody prints, of some length, to be looked at by each pattern in turn\n".repeat(20_000);
    let read = of(log.as_bytes()).expect("within the limits");
    assert_eq!(read.unknown.len(), 20_000);
}

#[test]
fn texts_in_a_line_cost_no_more_than_its_length() {
    for body in ["<a> : error 1 in system call ", "\" flags ", " remapped to ", ": "] {
        let line =
            format!("Jan 31 12:32:58 box in.tftpd[1]: RRQ from 1.2.3.4 filename {}\n", body.repeat(200));
        let _ = of(line.repeat(100).as_bytes()).expect("within the limits");
        let line = format!("Feb  1 11:10:23 box sftp-server[1]: open \"{}\n", body.repeat(200));
        let _ = of(line.repeat(100).as_bytes()).expect("within the limits");
    }
}
