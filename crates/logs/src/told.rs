//! The values that a line tells.

use std::net::{IpAddr, SocketAddr};

use serde_json::Value;
use text::MacAddress;

/// The longest text that every server prints whole, in bytes. sshd cuts names of clients here.
const CUT: usize = 100;

/// The part of a field that a line shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Its value, as `events.jsonl` has it.
    Value(Value),
    /// The address of an endpoint; its port is not printed.
    Address(IpAddr),
    /// The port of an endpoint; its address is not printed.
    Port(u16),
    /// The base radio address of the access point with this Ethernet address. Only the vendor knows how a real one follows from the other.
    BaseRadio(MacAddress),
    /// The beginning of the value, as it was printed: the line was cropped there.
    Beginning(String),
    /// The lower 16 bits of a number: numbers of TFTP blocks wrap.
    Low16(u16),
    /// A number between these, both included: it is printed in larger units.
    Between(u64, u64),
}

impl Told {
    /// Returns true if `recorded`, a value of `events.jsonl`, can be the one that the line tells.
    pub fn agrees(&self, recorded: &Value) -> bool {
        let text = || match recorded {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let endpoint = || recorded.as_str().and_then(|text| text.parse::<SocketAddr>().ok());
        match self {
            Self::Value(Value::String(told)) => {
                *told == text() || (told.len() >= CUT && text().starts_with(told))
            }
            Self::Value(told) => told == recorded,
            Self::Address(told) => endpoint().is_some_and(|endpoint| endpoint.ip() == *told),
            Self::Port(told) => endpoint().is_some_and(|endpoint| endpoint.port() == *told),
            Self::BaseRadio(told) => MacAddress::parse(&text()).is_some_and(|mac| mac.base_radio() == *told),
            Self::Beginning(told) => text().starts_with(told),
            Self::Low16(told) => recorded.as_u64().is_some_and(|value| value & 0xffff == u64::from(*told)),
            Self::Between(least, most) => {
                recorded.as_u64().is_some_and(|value| (*least..=*most).contains(&value))
            }
        }
    }
}

/// Returns the value at the path `who.user` of a record.
fn at<'a>(record: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(record, |value, name| match value {
        Value::Array(items) => items.get(name.parse::<usize>().ok()?),
        other => other.get(name),
    })
}

/// Returns true if each value agrees with that of the record. A field that the record leaves out is none.
pub(crate) fn all_agree<'a>(told: impl IntoIterator<Item = (&'a String, &'a Told)>, record: &Value) -> bool {
    told.into_iter().all(|(path, told)| told.agrees(at(record, path).unwrap_or(&Value::Null)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[test]
    fn parts_agree_with_wholes() {
        let endpoint = json!("172.16.4.26:40000");
        assert!(Told::Address([172, 16, 4, 26].into()).agrees(&endpoint));
        assert!(!Told::Address([172, 16, 4, 27].into()).agrees(&endpoint));
        assert!(Told::Port(40_000).agrees(&endpoint) && !Told::Port(40_001).agrees(&endpoint));
        assert!(Told::Beginning("ap1".into()).agrees(&json!("ap1g8")));
        assert!(!Told::Beginning("ap3".into()).agrees(&json!("ap1g8")));
        assert!(Told::Between(60, 119).agrees(&json!(119)) && !Told::Between(60, 119).agrees(&json!(120)));
        let radio = MacAddress::parse("6c41.0e16.e79c").expect("an address").base_radio();
        assert!(Told::BaseRadio(radio).agrees(&json!("6c41.0e16.e79c")));
        assert!(!Told::BaseRadio(radio).agrees(&json!("6c41.0e16.e79d")));
    }

    #[test]
    fn values_inside_fields_are_found() {
        let record = json!({ "who": { "user": "calo" }, "owner": [1, 2] });
        let told = |path: &str, value: Value| BTreeMap::from([(path.to_owned(), Told::Value(value))]);
        assert!(all_agree(&told("who.user", json!("calo")), &record));
        assert!(all_agree(&told("owner.1", json!(2)), &record));
        assert!(!all_agree(&told("who.invalid", json!("calo")), &record));
        assert!(all_agree(&told("remapped", Value::Null), &record));
    }
}
