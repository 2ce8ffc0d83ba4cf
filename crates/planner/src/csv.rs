//! The access points of an answer as CSV (RFC 4180): one row each, times in seconds since the beginning of the night.

use text::printable;

use crate::{Answer, PlannedAp, Spread};

/// The columns. They are interface: new ones are added at the end.
const COLUMNS: [&str; 20] = [
    "name",
    "model",
    "image_type",
    "runs_controller",
    "running",
    "target",
    "verdict",
    "cause",
    "nights_failed",
    "nights",
    "predownloaded_p5_s",
    "predownloaded_median_s",
    "predownloaded_p95_s",
    "on_target_p5_s",
    "on_target_median_s",
    "on_target_p95_s",
    "outage_p5_s",
    "outage_median_s",
    "outage_p95_s",
    "start",
];

/// Returns the access points as CSV, in the order of the answer, with a header.
pub fn csv(answer: &Answer) -> String {
    let mut out = String::new();
    row(&mut out, COLUMNS.map(str::to_owned));
    for ap in &answer.access_points {
        let [before, on_target, outage] =
            [&ap.predownloaded, &ap.on_target, &ap.outage].map(|spread| seconds(spread.as_ref()));
        let [a, b, c] = before;
        let [d, e, f] = on_target;
        let [g, h, i] = outage;
        let [name, model, image_type, running, cause] = texts(ap);
        row(
            &mut out,
            [
                name,
                model,
                image_type,
                ap.runs_controller.to_string(),
                running,
                guarded(&answer.target.version),
                ap.verdict.to_string(),
                cause,
                ap.failed.to_string(),
                answer.seeds.to_string(),
                a,
                b,
                c,
                d,
                e,
                f,
                g,
                h,
                i,
                guarded(&answer.start),
            ],
        );
    }
    out
}

fn texts(ap: &PlannedAp) -> [String; 5] {
    [&ap.name, &ap.model, &ap.image_type, &ap.running, ap.cause.as_ref().unwrap_or(&String::new())]
        .map(|text| guarded(text))
}

/// Returns the three ends of a spread, or three empty fields.
fn seconds(spread: Option<&Spread>) -> [String; 3] {
    let shown =
        |seconds: f64| if seconds.is_finite() { format!("{:.3}", seconds.max(0.0)) } else { String::new() };
    spread.map_or_else(Default::default, |spread| [spread.p5_s, spread.median_s, spread.p95_s].map(shown))
}

/// Returns a text in one line that a spreadsheet does not take for a formula: one that begins like a formula gets a quote in front.
fn guarded(text: &str) -> String {
    let text = printable(&text);
    match text.trim_start().starts_with(['=', '+', '-', '@']) {
        true => format!("'{text}"),
        false => text,
    }
}

fn row(out: &mut String, fields: [String; COLUMNS.len()]) {
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        // Spaces at the ends are part of a field, but some readers drop them.
        if field.contains(['"', ',']) || field.starts_with(' ') || field.ends_with(' ') {
            out.push_str(&format!("\"{}\"", field.replace('"', "\"\"")));
        } else {
            out.push_str(field);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn no_text_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =1"] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        assert_eq!(guarded("\t=1\n"), "␉=1␊");
        assert_eq!(guarded("AP-1"), "AP-1");
    }
}
