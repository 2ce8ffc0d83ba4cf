//! The answer at a terminal.

use planner::human;

use crate::{answers, snapshots};

#[test]
fn all_good_and_three_failures() {
    snapshots().bind(|| insta::assert_snapshot!("human-all-good", human(&answers::all_good(), false)));
    snapshots()
        .bind(|| insta::assert_snapshot!("human-three-failures", human(&answers::three_failures(), false)));
}

#[test]
fn the_first_line_is_the_verdict_and_the_last_one_repeats_it() {
    let text = human(&answers::cannot_tell(), false);
    assert!(
        text.starts_with("Cannot tell: Whether 12 access points come to 17.12.1.5 depends on wan.bandwidth,"),
        "{text}"
    );
    assert!(text.contains("DECIDES THE ANSWER: wan.bandwidth = 20Mbit/s"), "{text}");
    assert!(text.ends_with(
        "\nagain: ewcsim plan branch-17/lab.yaml --to 17.12.1 --window 22:00..04:00 --seeds 50\n"
    ));
    let colored = human(&answers::cannot_tell(), true);
    assert!(colored.starts_with("\u{1b}[1;36mCannot tell\u{1b}[0m: Whether"));
    assert_eq!(colored.replace("\u{1b}[1;36m", "").replace("\u{1b}[0m", ""), text);
}

#[test]
fn lines_fit_a_terminal() {
    for answer in [answers::all_good(), answers::three_failures(), answers::cannot_tell()] {
        for line in human(&answer, false).lines().filter(|line| !line.starts_with("again: ")) {
            assert!(line.chars().count() <= 100 && line == line.trim_end(), "{line}");
        }
    }
}

#[test]
fn nothing_steers_the_terminal() {
    let text = human(&answers::hostile(), false);
    assert!(text.contains("very-long-name-"));
    assert!(
        !text.contains(
            |character: char| character.is_control() && character != '\n' || character == '\u{202e}'
        )
    );
}
