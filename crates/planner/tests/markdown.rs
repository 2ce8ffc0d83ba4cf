//! The answer as Markdown.

use planner::markdown;

use crate::{answers, snapshots};

#[test]
fn undecided_and_hostile() {
    snapshots().bind(|| insta::assert_snapshot!("markdown-cannot-tell", markdown(&answers::cannot_tell())));
    snapshots().bind(|| insta::assert_snapshot!("markdown-hostile", markdown(&answers::hostile())));
}

/// Each row of a table has as many cells as its head, and no tag is left outside of blocks of code.
#[test]
fn tables_keep_their_shape() {
    for answer in [answers::three_failures(), answers::hostile()] {
        let text = markdown(&answer);
        let (mut cells, mut rows, mut fence) = (None, 0, None);
        for line in text.lines() {
            let ticks = line.trim_start().chars().take_while(|character| *character == '`').count();
            match fence {
                None if ticks >= 3 => fence = Some(ticks),
                Some(open) if ticks == open => fence = None,
                _ => {}
            }
            if fence.is_some() || ticks >= 3 {
                continue;
            }
            assert!(!line.contains('<'), "{line}");
            match line.starts_with('|') {
                true => {
                    let number = line.matches('|').count() - line.matches("\\|").count();
                    assert_eq!(*cells.get_or_insert(number), number, "{line}");
                    rows += 1;
                }
                false => cells = None,
            }
        }
        assert_eq!(fence, None);
        assert!(rows > answer.access_points.len() + 20, "{rows}");
    }
}
