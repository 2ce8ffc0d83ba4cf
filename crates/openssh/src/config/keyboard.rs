//! Keyboard-interactive, which is not modelled: it matters where PAM may ask for the password and sshd itself does not take it.

use super::directive::Reader;
use super::given::Given;
use super::line::lines;

/// Reports `PasswordAuthentication no` where keyboard-interactive with PAM remains.
pub(super) fn check(reader: &mut Reader<'_>) {
    let config = &reader.config;
    let remains = |given: &Given| {
        let main = &config.given;
        let password = given.password_authentication.or(main.password_authentication).unwrap_or(true);
        let keyboard =
            given.kbd_interactive_authentication.or(main.kbd_interactive_authentication).unwrap_or(true);
        config.use_pam && !password && keyboard
    };
    let blocks = config.blocks.iter().map(|block| &block.given);
    if !std::iter::once(&config.given).chain(blocks).any(remains) {
        return;
    }
    let is_meant = |name: &str| {
        ["PasswordAuthentication", "KbdInteractiveAuthentication"]
            .iter()
            .any(|it| it.eq_ignore_ascii_case(name))
    };
    let text: &str = reader.text;
    let line = lines(text, 0..text.len()).find(|line| is_meant(&line.keyword.text));
    let range = line.map_or(0..0, |line| line.keyword.range.start..line.rest.range.end);
    reader.not_modelled(
        range,
        "KbdInteractiveAuthentication",
        "passwords are not accepted, but keyboard-interactive is, by which PAM asks for the password: that is not modelled \
         (`KbdInteractiveAuthentication no` switches it off)",
    );
}
