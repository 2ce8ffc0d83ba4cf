//! Expectations and the actual state in words.

use std::time::Duration;

use ap::{State, Status, Value};
use scenario::{
    Amount, Check, ControllerProperties, EventPattern, Expectation, LinePattern, LinkDirection, Properties,
    ShownField, Wanted, When,
};

use crate::verdict::track::TrackedController;
use text::durations::short;
use text::numbers::{count, grouped};

/// Describes an expectation in a sentence.
pub(super) fn sentence(expectation: &Expectation) -> String {
    let what = match &expectation.check {
        Check::AccessPoints { names, is, is_not } => {
            let who = match names.as_slice() {
                [one] => one.clone(),
                many => format!("{} access points", many.len()),
            };
            let mut parts = properties(is);
            parts.extend(properties(is_not).into_iter().map(|part| format!("not {part}")));
            return format!("{who}: {}{}", timed(expectation.when, &parts.join(", ")), since(expectation));
        }
        Check::Controller { name, is, is_not } => {
            let mut parts = controller_properties(is);
            parts.extend(controller_properties(is_not).into_iter().map(|part| format!("not {part}")));
            return format!("{name}: {}{}", timed(expectation.when, &parts.join(", ")), since(expectation));
        }
        Check::Log { host, lines, count } => {
            let none = *count == (0..=0);
            let what = match lines {
                LinePattern::Text(text) => format!("{} \"{text}\"", if none { "lacks" } else { "has" }),
                LinePattern::Pattern(pattern) if none => format!("does not match /{}/", pattern.text()),
                LinePattern::Pattern(pattern) => format!("matches /{}/", pattern.text()),
            };
            let often = if none { String::new() } else { often(count) };
            format!("log of {host} {what}{often}")
        }
        Check::Events { pattern: which, count } => format!("{}{}", pattern(which), often(count)),
        Check::Order(patterns) => {
            let each: Vec<String> = patterns.iter().map(pattern).collect();
            each.join(", then ")
        }
        Check::Takes { from, to, takes } => {
            return format!("from {} to {} it takes {}", pattern(from), pattern(to), bounds(takes));
        }
        Check::Link { link, direction: way, bytes, packets } => {
            let bytes = bytes.as_ref().map(|bytes| amount(bytes, "byte"));
            let packets = packets.as_ref().map(|packets| amount(packets, "packet"));
            let parts: Vec<String> = bytes.into_iter().chain(packets).collect();
            let way = way.map_or(String::new(), |way| format!(" {}", direction(way)));
            format!("link {link}{way}: {}", parts.join(", "))
        }
        Check::Show { host, command, row, has, count } => {
            let row = if row.is_empty() { String::new() } else { format!(", rows with {}", fields(row)) };
            let has = if has.is_empty() { String::new() } else { format!(": {}", fields(has)) };
            let rows = count.as_ref().map_or(String::new(), |rows| format!(": {}", amount(rows, "row")));
            format!("{command} on {host}{row}{has}{rows}")
        }
    };
    format!("{what} {}{}", when(expectation.when), since(expectation))
}

/// Describes properties with their time: `never off`, `registered within 5m`.
fn timed(time: When, properties: &str) -> String {
    match time {
        When::Always | When::Never | When::Eventually => format!("{} {properties}", when(time)),
        _ => format!("{properties} {}", when(time)),
    }
}

fn since(expectation: &Expectation) -> String {
    expectation.since.as_ref().map_or(String::new(), |since| format!(", since {}", pattern(since)))
}

fn when(when: When) -> String {
    match when {
        When::End => "at the end".to_owned(),
        When::At(at) => format!("at {}", short(at)),
        When::Within(limit) => format!("within {}", short(limit)),
        When::By(from) => format!("by {} and from then on", short(from)),
        When::During(from, to) => format!("from {} to {}", short(from), short(to)),
        When::Always => "always".to_owned(),
        When::Never => "never".to_owned(),
        When::Eventually => "eventually".to_owned(),
    }
}

/// Describes an event pattern: `branch: image_data_started (image ap1g8)`.
pub(super) fn pattern(pattern: &EventPattern) -> String {
    let with: Vec<String> =
        pattern.with.iter().map(|wanted| format!("{} {}", wanted.field, wanted.matcher.text())).collect();
    let with = if with.is_empty() { String::new() } else { format!(" ({})", with.join(", ")) };
    format!("{}: {}{with}", pattern.who, pattern.event)
}

/// Names a direction of a link.
pub(super) fn direction(direction: LinkDirection) -> &'static str {
    match direction {
        LinkDirection::Forward => "forward",
        LinkDirection::Reverse => "reverse",
    }
}

/// The properties that every description of an access point begins with.
const STATED: [&str; 3] = ["running", "backup", "state"];

/// Describes an access point; rarely used properties are included only if `asked` has them.
pub(super) fn access_point(name: &str, status: &Status, asked: [&Properties; 2]) -> String {
    let version = |version: Option<image::Version>| {
        version.map_or_else(|| "nothing".to_owned(), |version| version.to_string())
    };
    if status.state == State::Halted {
        return format!("{name} does not boot: both partitions are bad");
    }
    let mut text = format!(
        "{name} runs {}, has backup {}, is {}",
        version(status.runs()),
        version(status.backup),
        status.phase(),
    );
    for property in Status::PROPERTIES.into_iter().filter(|property| !STATED.contains(&property.key)) {
        // Failed downloads are always included.
        let asked = asked.iter().any(|properties| properties.contains_key(property.key));
        if !asked && property.key != "downloads_failed" {
            continue;
        }
        let value = match (property.value)(status) {
            Value::Count(number) => count(number as usize, property.noun),
            Value::Version(found) => format!("{} {}", property.noun, version(found)),
            Value::Word(word) => format!("{} {word}", property.noun),
        };
        text.push_str(&format!(", {value}"));
    }
    text
}

/// Describes the controller.
pub(super) fn controller(name: &str, tracked: &TrackedController) -> String {
    let staged: Vec<&str> = tracked.staged.iter().map(String::as_str).collect();
    format!(
        "{name} is {}, has {} registered and {} downloading, {} staged; installs: {} started, {} completed, {} failed",
        if tracked.power { "on" } else { "off" },
        tracked.registered,
        tracked.downloading,
        if staged.is_empty() { "nothing".to_owned() } else { staged.join(", ") },
        tracked.installs_started,
        tracked.installs_completed,
        tracked.installs_failed,
    )
}

/// Formats a time with the precision of the simulation: `98.240s`, `5m12.300s`.
pub(super) fn long(time: Duration) -> String {
    let seconds = time.as_secs();
    let millis = time.subsec_millis();
    match seconds / 60 {
        0 => format!("{seconds}.{millis:03}s"),
        minutes => format!("{minutes}m{:02}.{millis:03}s", seconds % 60),
    }
}

fn properties(asked: &Properties) -> Vec<String> {
    let each = Status::PROPERTIES.into_iter().filter_map(|property| {
        let text = match asked.get(property.key)? {
            Wanted::Count(count) => amount(count, property.noun),
            Wanted::Version(version) => format!("{} {version}", property.noun),
            Wanted::Word(word) => format!("{} {word}", property.noun),
        };
        Some(text.trim_start().to_owned())
    });
    each.collect()
}

fn controller_properties(properties: &ControllerProperties) -> Vec<String> {
    let ControllerProperties {
        power,
        registered,
        downloading,
        staged,
        installs_started,
        installs_completed,
        installs_failed,
    } = properties;
    let counted =
        |amount_of: &Option<Amount>, noun: &str| amount_of.as_ref().map(|wanted| amount(wanted, noun));
    [
        power.map(|on| if on { "on" } else { "off" }.to_owned()),
        counted(registered, "registered access point"),
        counted(downloading, "downloading access point"),
        staged.as_ref().map(|images| format!("{} staged", images.join(", "))),
        counted(installs_started, "started install"),
        counted(installs_completed, "completed install"),
        counted(installs_failed, "failed install"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn fields(fields: &[ShownField]) -> String {
    let each: Vec<String> =
        fields.iter().map(|field| format!("{} {}", field.name, field.matcher.text())).collect();
    each.join(", ")
}

/// Describes a number of times; empty for once or more.
fn often(count: &Amount) -> String {
    match (*count.start(), *count.end()) {
        (1, u64::MAX) => String::new(),
        _ => format!(" {}", amount(count, "time")),
    }
}

/// Describes a count with its noun: `at least 2 boots`, `no boots`, `1 to 3 boots`.
fn amount(amount: &Amount, noun: &str) -> String {
    let number = |number: u64| count(number as usize, noun);
    match (*amount.start(), *amount.end()) {
        (low, u64::MAX) => format!("at least {}", number(low)),
        (low, high) if low == high => number(low),
        (0, high) => format!("at most {}", number(high)),
        (low, high) => format!("{} to {}", grouped(low), number(high)),
    }
}

fn bounds(bounds: &std::ops::RangeInclusive<Duration>) -> String {
    match (*bounds.start(), *bounds.end()) {
        (low, Duration::MAX) => format!("at least {}", short(low)),
        (Duration::ZERO, high) => format!("at most {}", short(high)),
        (low, high) => format!("{} to {}", short(low), short(high)),
    }
}
