//! The network of a hypothesis, as large as that of the logs: a scenario gets as many access points as they name.
//!
//! A scenario has one access point, or a few, and each name of it stands for one of the logs. If the logs name more, the lines of the
//! others would contradict every cause.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use ::logs::{Read, ReadLine, Role, Told};

use super::fitted::spans::text_of;

/// The largest number of access points that a hypothesis gets: all of them run for each cause.
pub(super) const POINTS_MAX: usize = 16;

/// The address by which a controller reaches its own access point inside the box, and that of a second one.
const INSIDE: [Ipv4Addr; 2] = [Ipv4Addr::new(192, 168, 129, 1), Ipv4Addr::new(192, 168, 129, 2)];

/// The keys that say what an access point is like, and nothing of what is wrong with it.
const PLAIN: [&str; 6] = ["name", "model", "address", "running", "backup", "console"];

/// Returns the number of access points that the logs name, without the controllers' own: by name in the controller's log, or by console.
pub(super) fn number_of_access_points(read: &Read) -> usize {
    let of_controller = |line: &&ReadLine| read.speakers[line.speaker].role == Role::Controller;
    let names: BTreeSet<String> =
        read.lines.iter().filter(of_controller).filter(|line| !is_own(line)).filter_map(name).collect();
    let consoles = read.speakers.iter().filter(|speaker| speaker.role == Role::AccessPoint).count();
    names.len().max(consoles)
}

/// Returns the name of the access point that a line of a controller is about.
fn name(line: &ReadLine) -> Option<String> {
    let told = &line.reading.first().told;
    // Other things have names, too.
    told.contains_key("mac").then(|| text_of(line, "name"))?
}

fn is_own(line: &ReadLine) -> bool {
    let address = match line.reading.first().told.get("address") {
        Some(Told::Address(address)) => Some(*address),
        Some(Told::Value(serde_json::Value::String(text))) => {
            text.rsplit_once(':').and_then(|(address, _)| address.parse::<IpAddr>().ok())
        }
        _ => None,
    };
    address.is_some_and(|address| INSIDE.iter().any(|inside| address == *inside))
}

/// Returns a scenario with so many access points, in each way that is worth a try: all suffer from what is wrong with the first one, or
/// it alone does. Nothing if it has as many, or if its access points are written in another form than one line each.
pub(super) fn widened(text: &str, number: usize) -> Vec<String> {
    let number = number.min(POINTS_MAX);
    let Some(entries) = entries(text) else { return Vec::new() };
    let (Some(first), Some(missing)) = (entries.first(), number.checked_sub(entries.len())) else {
        return Vec::new();
    };
    if missing == 0 {
        return Vec::new();
    }
    let Some(template) = Entry::of(first) else { return Vec::new() };
    let mut ways = Vec::new();
    for all_alike in [true, false] {
        let Some(more) = template.more(text, missing, all_alike) else { continue };
        let last = entries[entries.len() - 1];
        let wider = text.replacen(last, &format!("{last}{more}"), 1);
        // What stands between the only access point and the controller stands between all of them and it.
        let is_only = entries.len() == 1 && all_alike;
        let wider = if is_only { between_all(&wider, template.name()) } else { wider };
        if !ways.contains(&wider) {
            ways.push(wider);
        }
    }
    ways
}

/// Returns the lines of the access points, if each has its own and is no group.
fn entries(text: &str) -> Option<Vec<&str>> {
    let lines = text.split_inclusive('\n').skip_while(|line| *line != "access_points:\n").skip(1);
    let lines: Vec<&str> = lines.take_while(|line| line.starts_with("  ")).collect();
    let is_plain =
        |line: &&str| line.starts_with("  - { ") && line.contains(" }") && !line.contains(" count: ");
    (!lines.is_empty() && lines.iter().all(is_plain)).then_some(lines)
}

/// The keys of an access point, in order.
struct Entry<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Entry<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let (_, inner) = line.split_once("{ ")?;
        let (inner, _) = inner.rsplit_once(" }")?;
        let mut keys = Vec::new();
        let (mut depth, mut from) = (0, 0);
        for (at, byte) in inner.bytes().chain([b',']).enumerate() {
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                b',' if depth == 0 => {
                    keys.push(inner[from..at].trim().split_once(": ")?);
                    from = at + 1;
                }
                _ => {}
            }
        }
        Some(Self(keys))
    }

    fn get(&self, wanted: &str) -> Option<&'a str> {
        self.0.iter().find(|(key, _)| *key == wanted).map(|(_, value)| *value)
    }

    fn name(&self) -> &'a str {
        self.get("name").unwrap_or_default()
    }

    /// Returns the lines of further access points like this one, or like it but for what is wrong with it.
    fn more(&self, text: &str, missing: usize, all_alike: bool) -> Option<String> {
        let mut address: Ipv4Addr = self.get("address")?.parse().ok()?;
        let mut out = String::new();
        for number in 1..=missing {
            loop {
                address = Ipv4Addr::from(u32::from(address).checked_add(1)?);
                if !text.contains(&address.to_string()) {
                    break;
                }
            }
            let own = address.to_string();
            let name = format!("further-{number}");
            let kept = self.0.iter().filter(|(key, _)| *key != "mac" && (all_alike || PLAIN.contains(key)));
            let keys = kept.map(|(key, value)| match *key {
                "name" => format!("name: {name}"),
                "address" => format!("address: {own}"),
                _ => format!("{key}: {value}"),
            });
            out.push_str(&format!("  - {{ {} }}\n", keys.collect::<Vec<_>>().join(", ")));
        }
        Some(out)
    }
}

/// Puts all access points in the place of one, where links and firewalls stand between it and others.
fn between_all(text: &str, name: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let is_meant = ["between: ", " from: ", " to: "].iter().any(|key| line.contains(key));
        if !is_meant || line.starts_with('#') {
            out.push_str(line);
            continue;
        }
        for token in line.split_inclusive(|c| !is_part(c)) {
            let word = token.trim_end_matches(|c| !is_part(c));
            out.push_str(if word == name { "aps" } else { word });
            out.push_str(&token[word.len()..]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "network:
  links: [{ between: [floor, ewc], latency: 1ms }]
access_points:
  - { name: floor, model: C9105AXI, address: 10.0.4.11, running: 17.3.3.26, flash: { tmp: 60MB, used: 1MB } }

expect:
  - { log: floor, has: \"x\" }
";

    #[test]
    fn all_may_be_alike_or_only_one_ill() {
        let ways = widened(TEXT, 3);
        let line = |number, address, rest| {
            format!(
                "  - {{ name: further-{number}, model: C9105AXI, address: 10.0.4.{address}, running: 17.3.3.26{rest} }}\n"
            )
        };
        let flash = ", flash: { tmp: 60MB, used: 1MB }";
        let alike = line(1, 12, flash) + &line(2, 13, flash) + "\nexpect:";
        let well = line(1, 12, "") + &line(2, 13, "") + "\nexpect:";
        assert!(ways[0].contains(&alike) && ways[0].contains("between: [aps, ewc]"), "{}", ways[0]);
        assert!(ways[1].contains(&well) && ways[1].contains("between: [floor, ewc]"), "{}", ways[1]);
        assert!(ways.iter().all(|way| way.contains("log: floor,")) && ways.len() == 2);
    }

    #[test]
    fn what_is_large_enough_or_written_otherwise_stays() {
        assert_eq!(widened(TEXT, 1), [""; 0]);
        assert_eq!(widened(&TEXT.replace("model", "count: 2, model"), 3), [""; 0]);
        assert_eq!(widened("access_points: []\n", 3), [""; 0]);
        let lines = widened(TEXT, 1_000)[0].lines().filter(|line| line.contains("name: ")).count();
        assert_eq!(lines, POINTS_MAX);
    }
}
