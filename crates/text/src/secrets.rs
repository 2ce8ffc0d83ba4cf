//! Finds secrets in a text by its syntax: the single rule for everything that is printed or written.
//!
//! A line of an IOS-XE configuration has its secret after a word that announces it (`password`, `key`, `community`, `md5`), often
//! with a digit in between for the type of encryption. Everything after that digit is hidden, up to the end of the line: too much
//! rather than too little. An encrypted secret is hidden too: type 7 can be reversed, and types 5 to 9 can be guessed in time.
//! Source: the security, SNMP, AAA, VPN and wireless command references of IOS-XE 17.

use std::ops::Range;

use crate::terminal;

/// The text shown in place of a secret.
const STARS: &str = "*****";

/// Words that announce a secret, alone or after a hyphen: `secret`, `server-key`, `masked-secret`.
const ANNOUNCING: [&str; 19] = [
    "password",
    "passwd",
    "pass",
    "passphrase",
    "phrase",
    "secret",
    "key",
    "keystring",
    "string",
    "community",
    "psk",
    "pmk",
    "token",
    "idtoken",
    "pin",
    "authenticator",
    // In descriptions and banners.
    "pw",
    "pwd",
    "creds",
];
/// Names of digests: `md5 0 SECRET`, `auth sha SECRET`, `esp aes-cbc 128 SECRET`.
const DIGESTS: [&str; 5] = ["md5", "sha", "sha1", "hmac", "cmac"];
/// Two or three words that announce a secret together; other words may stand between them.
const TOGETHER: [&[&str]; 16] = [
    &["snmp-server", "host"],
    &["snmp-server", "user", "auth"],
    &["snmp-server", "user", "priv"],
    &["snmp", "community-map"],
    &["standby", "authentication"],
    &["vrrp", "authentication"],
    &["glbp", "authentication"],
    &["nhrp", "authentication"],
    &["ospf", "encryption"],
    &["ospfv3", "encryption"],
    &["session-key", "cipher"],
    &["pki", "import", "pkcs12"],
    &["pki", "export", "pkcs12"],
    &["key", "import", "terminal"],
    &["key", "export", "terminal"],
    &["pac", "opaque"],
];
/// The passwords of an image download profile.
const PROFILE_PASSWORDS: [&str; 3] = ["sftp-password", "sftp-image-password", "cco-password"];
/// Lines that name methods and algorithms, and never hold a secret.
const HARMLESS: [&str; 4] = ["ip ssh", "authenticationmethods", "crypto key generate", "key chain"];

/// Returns true if the value of a YAML key is a secret; this includes misspelt keys.
pub fn is_secret_key(key: &str) -> bool {
    key.get(.."pass".len()).is_some_and(|start| start.eq_ignore_ascii_case("pass"))
}

/// Finds the secret in a line of a configuration, or in a line typed at a console.
pub fn in_config_line(line: &str) -> Option<Range<usize>> {
    let lower = line.to_ascii_lowercase();
    let words: Vec<Range<usize>> = words(line).collect();
    let behind_word = announced(&lower, &words).and_then(|first| behind(line, &words[first..]));
    let in_url = in_url(line).or_else(|| in_assignment(&lower, &words)).or_else(|| before_host(line, &words));
    // The first one hides the rest as well.
    match (behind_word, in_url) {
        (Some(word), Some(url)) => Some(word.start.min(url.start)..word.end.max(url.end)),
        (word, url) => word.or(url),
    }
}

/// Returns the line with stars in place of its secret.
pub fn starred(line: &str) -> String {
    match in_config_line(line) {
        Some(secret) => format!("{}{STARS}{}", &line[..secret.start], &line[secret.end..]),
        None => line.to_owned(),
    }
}

/// Does the same as [`in_config_line`] for every line of a text, and finds private keys in PEM and secrets that a terminal wrapped;
/// ranges are relative to the text.
pub fn in_config(text: &str) -> impl Iterator<Item = Range<usize>> {
    in_lines(text, in_config_line).map(|(_, at, range)| at + range.start..at + range.end)
}

/// Does the same as [`in_config`]; each range is relative to its line, whose index comes first.
pub fn in_config_lines(text: &str) -> impl Iterator<Item = (usize, Range<usize>)> {
    in_lines(text, in_config_line).map(|(index, _, range)| (index, range))
}

/// Finds secrets in a text that cannot be parsed: in each line everything after a secret key, because its end is unknown.
pub fn in_broken_text(text: &str) -> impl Iterator<Item = Range<usize>> {
    in_lines(text, |line| behind_key(line).or_else(|| in_config_line(line)))
        .map(|(_, at, range)| at + range.start..at + range.end)
}

/// Returns the matches of `find` in the lines of a text, whole lines of private keys in PEM, and lines into which a terminal
/// wrapped a secret; each with the index and the offset of its line.
fn in_lines(
    text: &str,
    find: fn(&str) -> Option<Range<usize>>,
) -> impl Iterator<Item = (usize, usize, Range<usize>)> {
    let columns = terminal::columns(lines(text).map(|(_, line)| line.chars().count()));
    let mut in_private_key = false;
    let mut is_wrapped = false;
    lines(text).enumerate().filter_map(move |(index, (at, line))| {
        let is_marker = line.contains("PRIVATE KEY-----");
        let is_key = in_private_key && !is_marker;
        if is_marker {
            in_private_key = line.contains("BEGIN");
        }
        let is_rest = is_wrapped && !line.starts_with([' ', '\t', '!']) && !line.is_empty();
        let found = if is_key || is_rest { Some(0..line.len()) } else { find(line) };
        let reaches_end = found.as_ref().is_some_and(|found| found.end == line.len());
        let width = line.chars().count();
        is_wrapped = reaches_end && (width == columns || width == terminal::COLUMNS);
        found.map(|range| (index, at, range))
    })
}

/// Returns the index of the first word after those that announce a secret.
fn announced(lower: &str, words: &[Range<usize>]) -> Option<usize> {
    let texts: Vec<&str> = words.iter().map(|word| &lower[word.clone()]).collect();
    // A prompt may precede the first word: `EWC(config)#ip ssh`.
    let command = lower.trim_start();
    let command = command.split_once(['#', '>']).map_or(command, |(prompt, rest)| {
        if prompt.contains(char::is_whitespace) { command } else { rest.trim_start() }
    });
    if HARMLESS.iter().any(|start| command.starts_with(start)) {
        return None;
    }
    let alone = texts.iter().position(|word| announces(word)).map(|index| index + 1);
    let together = TOGETHER.iter().filter_map(|wanted| {
        let mut at = 0;
        for want in *wanted {
            let is_it = |word: &&str| without_prompt(word) == *want;
            at += texts[at..].iter().position(is_it)? + 1;
        }
        Some(at)
    });
    together.chain(alone).min()
}

/// Returns true if this word, in lower case, announces a secret. Abbreviations and misspellings count too.
fn announces(word: &str) -> bool {
    let word = without_prompt(word).trim_end_matches(':');
    let last = word.rsplit(['-', '_']).next().unwrap_or(word);
    let short = |whole: &str| last.len() >= 3 && whole.starts_with(last);
    let misspelt =
        |whole: &str| last.len() >= 5 && strsim::damerau_levenshtein(last, whole) <= whole.len() / 4;
    ANNOUNCING.contains(&last)
        || DIGESTS.iter().any(|digest| word == *digest || word.starts_with(&format!("{digest}-")))
        || ["password", "secret", "community"].iter().any(|whole| short(whole) || misspelt(whole))
        // In an image download profile, any misspelling of a password.
        || ["sftp-", "cco-"].iter().any(|start| word.contains(start)) && word.contains("pas")
        // And any abbreviation of it, even one that stands for other words as well.
        || word.contains('-') && PROFILE_PASSWORDS.iter().any(|whole| whole.starts_with(word))
}

/// Returns a word without a preceding prompt, quotation mark or control character of a terminal.
fn without_prompt(word: &str) -> &str {
    word.rsplit(|c: char| "#>\"'".contains(c) || c.is_control()).next().unwrap_or(word)
}

/// Returns the range of the words up to the end of the line, without a digit for the type of encryption if more follows.
fn behind(line: &str, words: &[Range<usize>]) -> Option<Range<usize>> {
    let first = words.first()?;
    let is_type = first.len() == 1 && line.as_bytes()[first.start].is_ascii_digit();
    let start = words.get(1).filter(|_| is_type).map_or(first.start, |second| second.start);
    Some(start..words.last()?.end)
}

/// Finds the password of a URL: `sftp://user:PASSWORD@host/path`.
fn in_url(line: &str) -> Option<Range<usize>> {
    let authority = line.find("://")? + "://".len();
    let rest = &line[authority..];
    let end = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
    let at = rest[..end].rfind('@')?;
    let colon = rest[..at].find(':')?;
    Some(authority + colon + 1..authority + at)
}

/// Finds the password of a login before a host, in one word: `user:PASSWORD@host`.
fn before_host(line: &str, words: &[Range<usize>]) -> Option<Range<usize>> {
    words.iter().find_map(|word| {
        let text = &line[word.clone()];
        let at = text.rfind('@').filter(|at| at + 1 < text.len())?;
        let colon = text[..at].find(':')?;
        Some(word.start + colon + 1..word.start + at)
    })
}

/// Finds the value of an assignment in one word: `-e PASSWORD=secret`.
fn in_assignment(lower: &str, words: &[Range<usize>]) -> Option<Range<usize>> {
    words.iter().find_map(|word| {
        let equals = lower[word.clone()].find('=')?;
        let name = lower[word.start..word.start + equals].trim_start_matches(['"', '\'', '-']);
        announces(name).then_some(word.start + equals + 1..words.last()?.end)
    })
}

/// Finds the value after the first `pass…:` of a line.
fn behind_key(line: &str) -> Option<Range<usize>> {
    line.match_indices(':').find_map(|(colon, _)| {
        let key = line[..colon].trim_end_matches([' ', '"', '\'']);
        let start = key
            .rfind(|c: char| !c.is_alphanumeric() && !"-_".contains(c))
            .map_or(0, |before| before + key[before..].chars().next().map_or(0, char::len_utf8));
        let value = colon + 1 + line[colon + 1..].len() - line[colon + 1..].trim_start().len();
        is_secret_key(&key[start..]).then_some(value..line.len())
    })
}

/// Returns the lines without line endings, and their offsets.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = next;
        next += line.len();
        (at, line.trim_end_matches(['\n', '\r']))
    })
}

fn words(line: &str) -> impl Iterator<Item = Range<usize>> {
    line.split_whitespace().map(|word| {
        let start = word.as_ptr() as usize - line.as_ptr() as usize;
        start..start + word.len()
    })
}

#[cfg(test)]
mod tests;
