//! The difference between two texts in the format of `diff -u`.

use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::{ChangeTag, DiffOp};

/// The number of lines shown around a change.
const CONTEXT: usize = 3;
/// The maximum number of differing lines of a text to compare one by one: the shortest difference takes quadratic time.
const COMPARED_MAX: usize = 4_000;

/// The change from one text to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The lines of a unified diff without its head, each with its `@@`, ` `, `-` or `+`.
    pub lines: Vec<String>,
    /// The number of lines added.
    pub added: usize,
    /// The number of lines removed.
    pub removed: usize,
    /// The first line of the old text that differs, counted from 1.
    pub first: usize,
}

/// Returns the difference between two texts.
pub(super) fn diff(old: &str, new: &str) -> Diff {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let rest = old[same..].iter().rev().zip(new[same..].iter().rev());
    let same_at_end = rest.take_while(|(old, new)| old == new).count();
    let (old_end, new_end) = (old.len() - same_at_end, new.len() - same_at_end);
    let mut diff = Diff { first: same + 1, ..Diff::default() };
    if old_end - same > COMPARED_MAX || new_end - same > COMPARED_MAX {
        diff.whole(&old[same..old_end], &new[same..new_end]);
    } else {
        // A few equal lines are included as context.
        let from = same.saturating_sub(CONTEXT);
        let behind = same_at_end.min(CONTEXT);
        diff.hunks(from, &old[from..old_end + behind], &new[from..new_end + behind]);
    }
    diff
}

impl Diff {
    /// Replaces all of one text with all of the other.
    fn whole(&mut self, old: &[&str], new: &[&str]) {
        self.lines.push(format!("@@ -{0},{1} +{0},{2} @@", self.first, old.len(), new.len()));
        self.lines.extend(old.iter().map(|line| format!("-{line}")));
        self.lines.extend(new.iter().map(|line| format!("+{line}")));
        (self.removed, self.added) = (old.len(), new.len());
    }

    /// Adds the shortest difference between both texts; `from` lines before them are left out.
    fn hunks(&mut self, from: usize, old: &[&str], new: &[&str]) {
        for group in changes(old, new) {
            let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
            let range = |start: usize, end: usize| match end - start {
                0 => format!("{},0", from + start),
                1 => format!("{}", from + start + 1),
                length => format!("{},{length}", from + start + 1),
            };
            let old_range = range(first.old_range().start, last.old_range().end);
            let new_range = range(first.new_range().start, last.new_range().end);
            self.lines.push(format!("@@ -{old_range} +{new_range} @@"));
            for change in group.iter().flat_map(|op| op.iter_changes(old, new)) {
                let sign = match change.tag() {
                    ChangeTag::Equal => ' ',
                    ChangeTag::Delete => '-',
                    ChangeTag::Insert => '+',
                };
                self.removed += usize::from(sign == '-');
                self.added += usize::from(sign == '+');
                self.lines.push(format!("{sign}{}", change.value()));
            }
        }
    }
}

/// Returns the changes with their context, near ones grouped. Calls Myers's algorithm directly: similar's generic functions would
/// link the code of all algorithms.
fn changes(old: &[&str], new: &[&str]) -> Vec<Vec<DiffOp>> {
    let mut found = Compact::new(Replace::new(Capture::new()), old, new);
    let Ok(()) = myers::diff(&mut found, old, 0..old.len(), new, 0..new.len());
    found.into_inner().into_inner().into_grouped_ops(CONTEXT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(lines: impl IntoIterator<Item = u32>) -> String {
        lines.into_iter().map(|line| format!("{line}\n")).collect()
    }

    #[test]
    fn a_change_has_three_lines_around_it() {
        let old = numbered(1..=20);
        let new = old.replace("10\n", "ten\n").replace("20\n", "");
        let found = diff(&old, &new);
        assert_eq!((found.added, found.removed, found.first), (1, 2, 10));
        let shown = "@@ -7,7 +7,7 @@| 7| 8| 9|-10|+ten| 11| 12| 13|@@ -17,4 +17,3 @@| 17| 18| 19|-20";
        assert_eq!(found.lines.join("|"), shown);
    }

    #[test]
    fn the_ends_of_texts_are_no_problem() {
        let shown = |old: &str, new: &str| diff(old, new).lines.join("|");
        assert_eq!(shown("", "a\n"), "@@ -0,0 +1 @@|+a");
        assert_eq!(shown("a\n", ""), "@@ -1 +0,0 @@|-a");
        assert_eq!(shown("a\nb\n", "b\n"), "@@ -1,2 +1 @@|-a| b");
        assert_eq!(shown("a\na\n", "a\n"), "@@ -1,2 +1 @@| a|-a");
        assert_eq!(diff("a\n", "a\n"), Diff { first: 2, ..Diff::default() });
    }

    #[test]
    fn texts_without_anything_in_common_are_shown_one_after_the_other() {
        let (old, new) = (numbered(0..5_000), numbered(10_000..20_000));
        let found = diff(&format!("same\n{old}end\n"), &format!("same\n{new}end\n"));
        assert_eq!((found.added, found.removed, found.first), (10_000, 5_000, 2));
        assert_eq!(found.lines.len(), 15_001);
        assert_eq!(found.lines[0], "@@ -2,5000 +2,10000 @@");
    }
}
