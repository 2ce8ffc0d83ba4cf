//! Lists of methods of authentication (`AuthenticationMethods`).

use super::ConfigProblem;
use super::directive::Reader;
use super::line::lines;
use super::settings::Settings;

const KNOWN: [&str; 6] =
    ["none", "publickey", "gssapi-with-mic", "password", "keyboard-interactive", "hostbased"];
const KEYBOARD: &str = "keyboard-interactive";

/// Returns the methods of a list, without the devices behind a colon.
pub(crate) fn of(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(|method| method.split(':').next().unwrap_or(method))
}

/// Returns true if sshd knows all methods of a list.
pub(super) fn are_known(list: &str) -> bool {
    of(list).all(|method| KNOWN.contains(&method))
}

/// Returns true if a client with nothing but a password could log in by keyboard-interactive alone.
pub(super) fn need_keyboard(lists: &[String]) -> bool {
    let by_password = |list: &String| list == "any" || list == "password";
    let by_keyboard = |list: &String| {
        of(list).all(|method| matches!(method, KEYBOARD | "password")) && of(list).any(|it| it == KEYBOARD)
    };
    !lists.iter().any(by_password) && lists.iter().any(by_keyboard)
}

/// Returns the first method of a list that is switched off, which makes sshd pass over the list. `hostbased` and `gssapi-with-mic` are
/// off by default, and not modelled.
pub(crate) fn disabled<'a>(list: &'a str, settings: &Settings) -> Option<&'a str> {
    let is_on = |method: &str| match method {
        "publickey" => settings.pubkey_authentication,
        "password" => settings.password_authentication,
        KEYBOARD => settings.kbd_interactive_authentication,
        other => other == "none",
    };
    of(list).find(|method| !is_on(method))
}

/// Reports a main part whose every list is passed over: sshd does not start then (sshd.c).
pub(super) fn check(reader: &mut Reader<'_>) {
    let settings = reader.config.settings();
    let lists = &settings.authentication_methods;
    if lists.is_empty() || lists.iter().any(|list| disabled(list, &settings).is_none()) {
        return;
    }
    let text: &str = reader.text;
    let is_meant = |name: &str| name.eq_ignore_ascii_case("AuthenticationMethods");
    let line = lines(text, 0..text.len()).find(|line| is_meant(&line.keyword.text));
    let range = line.map_or(0..0, |line| line.keyword.range.start..line.rest.range.end);
    reader.error(range, ConfigProblem::MethodsDisabled);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyboard_interactive_matters_where_nothing_else_lets_in() {
        let need =
            |lists: &[&str]| need_keyboard(&lists.iter().map(|list| (*list).to_owned()).collect::<Vec<_>>());
        assert!(need(&["keyboard-interactive"]));
        assert!(need(&["keyboard-interactive:pam", "publickey"]));
        assert!(need(&["password,keyboard-interactive"]));
        assert!(!need(&["keyboard-interactive", "password"]));
        assert!(!need(&["publickey,keyboard-interactive"]));
        assert!(!need(&["publickey,password"]));
        assert!(!need(&["any"]));
    }
}
