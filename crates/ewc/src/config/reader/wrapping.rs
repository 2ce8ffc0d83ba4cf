//! Lines that a terminal wrapped at its width.

use crate::config::noise::noise;
use crate::config::prompt;
use crate::config::table::{self, Found, Row, Table};
use crate::config::words::Words;

/// Returns true if `next` can be the rest of `line`, which is as wide as the terminal.
pub(super) fn is_rest(line: &str, next: &str) -> bool {
    goes_on(next) || (is_list(line) && is_rest_of_list(next))
}

/// Returns true for a line that can be the rest of the line above, which the terminal wrapped at its width: it is not indented, and
/// it begins with nothing that a line begins with. A rest that begins with a blank is recognised behind a list only.
fn goes_on(next: &str) -> bool {
    let Some(first) = next.split_whitespace().next() else { return false };
    let is_command = |table: &Table| table.begins_with(first);
    !next.starts_with(char::is_whitespace)
        && !next.starts_with('!')
        && prompt::split(next).0.is_none()
        && noise(next.trim()).is_none()
        && !is_command(&table::GLOBAL)
        && !is_command(&table::PROFILE)
        && !["no", "default", "do", "exit", "end"].iter().any(|word| first.eq_ignore_ascii_case(word))
}

/// Returns true for a list of names, which is the longest line that is modelled, and has no lines below it.
fn is_list(line: &str) -> bool {
    let command = prompt::split(line).1;
    let found = table::GLOBAL.find(&mut Words::new(line, command));
    matches!(found, Found::Row(Row::Modelled(_), "ip ssh client algorithm"))
}

/// Returns true for a line that is indented by the blank at which a list was wrapped.
fn is_rest_of_list(next: &str) -> bool {
    next.starts_with(' ') && !next[1..].starts_with(char::is_whitespace) && goes_on(next.trim_start())
}
