//! POSIX extended regular expressions, as in glibc in the C locale.
//!
//! They are translated, because the two syntaxes look alike but differ: an expression in braces or brackets has other rules, `+?`
//! is a double repetition, and of all matches the longest counts. Of equally long ones with different groups, the first
//! alternative counts here.

use std::fmt::Write;

use regex_automata::nfa::thompson::{self, pikevm};
use regex_automata::util::captures::Captures;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, MatchKind};

/// Compiled expressions may have this many bytes.
const SIZE_MAX: usize = 4 << 20;
/// Groups may be nested this deep.
const DEPTH_MAX: u32 = 50;
/// The most repetitions of an expression (RE_DUP_MAX).
const REPEAT_MAX: u32 = 32_767;

/// Start and end of a group, if it took part in the match.
pub(super) type Span = Option<(usize, usize)>;

/// The reason why an expression is invalid, in the words of regerror(3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EreError {
    /// REG_EPAREN.
    #[error("Unmatched ( or \\(")]
    Parenthesis,
    /// REG_EBRACK.
    #[error("Unmatched [, [^, [:, [., or [=")]
    Bracket,
    /// REG_EBRACE.
    #[error("Unmatched \\{{")]
    Brace,
    /// REG_BADBR.
    #[error("Invalid content of \\{{\\}}")]
    Interval,
    /// REG_BADRPT.
    #[error("Invalid preceding regular expression")]
    Repetition,
    /// REG_EESCAPE.
    #[error("Trailing backslash")]
    Escape,
    /// REG_ERANGE.
    #[error("Invalid range end")]
    Range,
    /// REG_ECTYPE.
    #[error("Invalid character class name")]
    Class,
    /// REG_ESIZE.
    #[error("Regular expression too big")]
    Size,
    /// glibc accepts these; here they are refused.
    #[error("back-references and collating elements are not supported")]
    Unsupported,
}

/// A compiled expression.
#[derive(Clone, Debug)]
pub(super) struct Ere {
    /// The expression that finds the start of the leftmost match.
    leftmost: pikevm::PikeVM,
    /// The expression that finds the longest match from there.
    longest: pikevm::PikeVM,
}

impl Ere {
    pub(super) fn new(pattern: &[u8], ignores_case: bool) -> Result<Self, EreError> {
        let mut translation = Translation { rest: pattern, into: String::new(), depth: 0 };
        translation.alternatives()?;
        let compile = |kind| {
            pikevm::PikeVM::builder()
                .syntax(
                    syntax::Config::new()
                        .unicode(false)
                        .utf8(false)
                        .dot_matches_new_line(true)
                        .case_insensitive(ignores_case),
                )
                .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(SIZE_MAX)))
                .configure(pikevm::Config::new().match_kind(kind))
                .build(&translation.into)
                .map_err(|_| EreError::Size)
        };
        Ok(Self { leftmost: compile(MatchKind::LeftmostFirst)?, longest: compile(MatchKind::All)? })
    }

    /// Returns the match and its groups.
    pub(super) fn find(&self, text: &[u8]) -> Option<Vec<Span>> {
        let start = search(&self.leftmost, Input::new(text))?.get_match()?.start();
        let input = Input::new(text).range(start..).anchored(Anchored::Yes);
        let captures = search(&self.longest, input)?;
        Some(captures.iter().map(|span| span.map(|span| (span.start, span.end))).collect())
    }
}

fn search(machine: &pikevm::PikeVM, input: Input<'_>) -> Option<Captures> {
    let mut captures = machine.create_captures();
    machine.search(&mut machine.create_cache(), &input, &mut captures);
    captures.is_match().then_some(captures)
}

/// The translator from one syntax to the other.
struct Translation<'a> {
    rest: &'a [u8],
    into: String,
    depth: u32,
}

impl Translation<'_> {
    /// Translates up to the end, or to a parenthesis that closes a group.
    fn alternatives(&mut self) -> Result<(), EreError> {
        let mut begins = true;
        while let Some((&byte, rest)) = self.rest.split_first() {
            if byte == b')' && self.depth > 0 {
                break;
            }
            self.rest = rest;
            if byte == b'|' {
                self.into.push('|');
                begins = true;
                continue;
            }
            if begins && matches!(byte, b'*' | b'+' | b'?' | b'{') {
                return Err(EreError::Repetition);
            }
            begins = false;
            let start = self.into.len();
            self.atom(byte)?;
            self.repetitions(start)?;
        }
        Ok(())
    }

    fn atom(&mut self, byte: u8) -> Result<(), EreError> {
        match byte {
            b'(' => {
                self.depth += 1;
                if self.depth > DEPTH_MAX {
                    return Err(EreError::Size);
                }
                self.into.push('(');
                self.alternatives()?;
                self.rest = self.rest.strip_prefix(b")").ok_or(EreError::Parenthesis)?;
                self.into.push(')');
                self.depth -= 1;
            }
            b'[' => self.bracket()?,
            b'.' => self.into.push('.'),
            b'^' => self.into.push_str("\\A"),
            b'$' => self.into.push_str("\\z"),
            b'\\' => {
                let (&escaped, rest) = self.rest.split_first().ok_or(EreError::Escape)?;
                self.rest = rest;
                match escaped {
                    b'1'..=b'9' => return Err(EreError::Unsupported),
                    b'w' | b'W' | b's' | b'S' | b'b' | b'B' => {
                        self.into.push('\\');
                        self.into.push(escaped.into());
                    }
                    b'<' => self.into.push_str("\\b{start}"),
                    b'>' => self.into.push_str("\\b{end}"),
                    b'`' => self.into.push_str("\\A"),
                    b'\'' => self.into.push_str("\\z"),
                    other => self.literal(other),
                }
            }
            other => self.literal(other),
        }
        Ok(())
    }

    /// Translates `*`, `+`, `?` and `{m,n}` after the output from `start` on, as many as there are.
    fn repetitions(&mut self, start: usize) -> Result<(), EreError> {
        while let Some((&byte, rest)) = self.rest.split_first() {
            let operator = match byte {
                b'*' | b'+' | b'?' => {
                    self.rest = rest;
                    char::from(byte).to_string()
                }
                b'{' => {
                    self.rest = rest;
                    self.interval()?
                }
                _ => break,
            };
            self.into.insert_str(start, "(?:");
            self.into.push(')');
            self.into.push_str(&operator);
        }
        Ok(())
    }

    fn interval(&mut self) -> Result<String, EreError> {
        let end = self.rest.iter().position(|&byte| byte == b'}').ok_or(EreError::Brace)?;
        let (inside, rest) = self.rest.split_at(end);
        self.rest = &rest[1..];
        let number = |digits: &[u8]| {
            let text = std::str::from_utf8(digits).map_err(|_| EreError::Interval)?;
            let number = text.parse::<u32>().map_err(|_| EreError::Interval)?;
            if number > REPEAT_MAX { Err(EreError::Size) } else { Ok(number) }
        };
        let Some(comma) = inside.iter().position(|&byte| byte == b',') else {
            return Ok(format!("{{{}}}", number(inside)?));
        };
        let least = if comma == 0 { 0 } else { number(&inside[..comma])? };
        if comma + 1 == inside.len() {
            return Ok(format!("{{{least},}}"));
        }
        let most = number(&inside[comma + 1..])?;
        if most < least { Err(EreError::Interval) } else { Ok(format!("{{{least},{most}}}")) }
    }

    /// Translates a bracket expression, in which a backslash is literal.
    fn bracket(&mut self) -> Result<(), EreError> {
        self.into.push('[');
        if let Some(rest) = self.rest.strip_prefix(b"^") {
            self.rest = rest;
            self.into.push('^');
        }
        let mut first = true;
        loop {
            let (&byte, rest) = self.rest.split_first().ok_or(EreError::Bracket)?;
            self.rest = rest;
            match (byte, rest) {
                (b']', _) if !first => break,
                (b'[', [b':', ..]) => self.class()?,
                (b'[', [b'.' | b'=', ..]) => return Err(EreError::Unsupported),
                (low, [b'-', high, ..]) if *high != b']' => {
                    if *high == b'[' && matches!(rest.get(2), Some(b'.' | b'=' | b':')) {
                        return Err(EreError::Unsupported);
                    }
                    if *high < low {
                        return Err(EreError::Range);
                    }
                    self.literal(low);
                    self.into.push('-');
                    self.literal(*high);
                    self.rest = &rest[2..];
                }
                (other, _) => self.literal(other),
            }
            first = false;
        }
        self.into.push(']');
        Ok(())
    }

    fn class(&mut self) -> Result<(), EreError> {
        let end = self.rest.windows(2).skip(1).position(|pair| pair == b":]").ok_or(EreError::Bracket)?;
        const NAMES: [&str; 12] = [
            "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
            "upper", "xdigit",
        ];
        let given = &self.rest[1..=end];
        let name = NAMES.into_iter().find(|name| name.as_bytes() == given).ok_or(EreError::Class)?;
        self.into.push_str(&format!("[:{name}:]"));
        self.rest = &self.rest[end + 3..];
        Ok(())
    }

    fn literal(&mut self, byte: u8) {
        write!(self.into, "\\x{byte:02X}").expect("writing to a string does not fail");
    }
}
