//! What a panic says.

use std::any::Any;
use std::collections::BTreeSet;
use std::panic::{set_hook, take_hook};
use std::sync::Mutex;

/// Returns the message of a panic. Its place is printed on standard error when it happens.
pub(crate) fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message").to_owned()
}

/// Prints each place that panics once from now on: the smaller scenarios of one that panics do so, too.
pub(crate) fn tell_each_place_once() {
    let before = take_hook();
    let told = Mutex::new(BTreeSet::new());
    set_hook(Box::new(move |info| {
        let place = info.location().map(ToString::to_string);
        if told.lock().map_or(true, |mut told| told.insert(place)) {
            before(info);
        }
    }));
}

/// Returns what a message has in common with those of the same panic in other runs: its first line, with `N` in place of numbers.
pub(crate) fn general(message: &str) -> String {
    let mut general = String::new();
    for c in message.lines().next().unwrap_or_default().chars() {
        if !c.is_ascii_digit() {
            general.push(c);
        } else if !general.ends_with('N') {
            general.push('N');
        }
    }
    general
}

#[cfg(test)]
mod tests {
    use super::general;

    #[test]
    fn numbers_and_further_lines_do_not_count() {
        let said = "index out of bounds: the len is 16 but the index is 203\n  left: 3";
        assert_eq!(general(said), "index out of bounds: the len is N but the index is N");
        assert_eq!((general(""), general("7")), (String::new(), "N".to_owned()));
    }
}
