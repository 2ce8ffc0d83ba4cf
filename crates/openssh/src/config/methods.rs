//! Lists of methods of authentication (`AuthenticationMethods`).

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
