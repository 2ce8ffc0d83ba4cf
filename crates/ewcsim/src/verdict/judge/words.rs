//! Expectations and the actual state in words.

use std::time::Duration;

use ap::Status;
use scenario::{
    Amount, Check, EventPattern, Expectation, FieldPattern, LinePattern, LinkDirection, Properties,
    ShownField, Wanted, When,
};

use crate::verdict::track::{Tracked, TrackedController};
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
            return of_properties::<Status>(expectation, &who, is, is_not);
        }
        Check::Controller { name, is, is_not } => {
            return of_properties::<TrackedController>(expectation, name, is, is_not);
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

fn of_properties<S: Tracked>(
    expectation: &Expectation,
    who: &str,
    is: &Properties,
    is_not: &Properties,
) -> String {
    let mut parts = properties::<S>(is);
    parts.extend(properties::<S>(is_not).into_iter().map(|part| format!("not {part}")));
    format!("{who}: {}{}", timed(expectation.when, &parts.join(", ")), since(expectation))
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
    // An output of a command has several lines; the description is one.
    let text = |wanted: &FieldPattern| wanted.matcher.text().replace('\n', "\\n");
    let with: Vec<String> =
        pattern.with.iter().map(|wanted| format!("{} {}", wanted.field, text(wanted))).collect();
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

/// Formats a time with the precision of the simulation: `98.240s`, `5m12.300s`.
pub(super) fn long(time: Duration) -> String {
    let seconds = time.as_secs();
    let millis = time.subsec_millis();
    match seconds / 60 {
        0 => format!("{seconds}.{millis:03}s"),
        minutes => format!("{minutes}m{:02}.{millis:03}s", seconds % 60),
    }
}

/// Describes properties, each with its value: `running 17.9.4.27`.
pub(super) fn properties<S: Tracked>(asked: &Properties) -> Vec<String> {
    let each = S::PROPERTIES.iter().filter_map(|property| {
        let text = match asked.get(property.key)? {
            Wanted::Count(count) => amount(count, property.noun),
            Wanted::Version(version) => format!("{} {version}", property.noun),
            Wanted::Word(word) => format!("{} {word}", property.noun),
            Wanted::Names(names) if names.len() > 1 => {
                format!("all of {} {}", names.join(", "), property.noun)
            }
            Wanted::Names(names) => format!("{} {}", names.join(", "), property.noun),
        };
        Some(text.trim_start().to_owned())
    });
    each.collect()
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
