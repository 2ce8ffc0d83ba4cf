//! Parts of work for several machines.

use std::fmt;
use std::str::FromStr;

/// One of several parts, which together are the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// The number of the part, counted from 1.
    number: usize,
    of: usize,
}

impl Shard {
    /// Returns true if the part has the thing with this index. Parts take them in turn.
    pub fn has(self, index: usize) -> bool {
        index % self.of == self.number - 1
    }

    /// Returns the number of the part, counted from 1.
    pub fn number(self) -> usize {
        self.number
    }

    /// Returns the number of parts.
    pub fn count(self) -> usize {
        self.of
    }

    /// Returns true for the first part, which also does the work of no particular part.
    pub fn is_first(self) -> bool {
        self.number == 1
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SAYS: &str = "write the part and the number of parts, such as 1/4: from 1/4 to 4/4";
        let (number, of) = text.split_once('/').ok_or(SAYS)?;
        let read = |text: &str| text.parse::<usize>().ok().filter(|number| (1..=100_000).contains(number));
        let (number, of) = (read(number).ok_or(SAYS)?, read(of).ok_or(SAYS)?);
        if number <= of { Ok(Self { number, of }) } else { Err(SAYS) }
    }
}
