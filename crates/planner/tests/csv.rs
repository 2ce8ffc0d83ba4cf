//! The answer as CSV.

use planner::csv;

use crate::answers;

/// Reads CSV as RFC 4180 has it.
fn parsed(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (quoted, character) {
            (true, '"') if characters.peek() == Some(&'"') => field.extend(characters.next()),
            (true, '"') => quoted = false,
            (false, '"') => {
                assert!(field.is_empty(), "a quote within {field}");
                quoted = true;
            }
            (false, ',') => row.push(std::mem::take(&mut field)),
            (false, '\r') => {
                assert_eq!(characters.next(), Some('\n'));
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            (_, character) => field.push(character),
        }
    }
    assert!(!quoted && row.is_empty() && field.is_empty(), "the last line ends");
    rows
}

#[test]
fn each_access_point_is_a_row() {
    let answer = answers::three_failures();
    let rows = parsed(&csv(&answer));
    assert_eq!(rows.len(), 201);
    assert_eq!(rows[0][..4], ["name", "model", "image_type", "runs_controller"]);
    let (ap, row) = (&answer.access_points[117], &rows[118]);
    let expected =
        ["BR17-SHOP-117", "AIR-AP3802I-E-K9", "ap3g3", "false", "17.9.4.27", "17.12.1.5", "at risk"];
    assert_eq!(row[..7], expected);
    assert_eq!(Some(row[7].as_str()), ap.cause.as_deref());
    assert_eq!(row[8..10], ["4", "50"]);
    assert_eq!(row[14], format!("{:.3}", ap.on_target.expect("it comes to it in most nights").median_s));
    assert_eq!(rows[2][10..19], [""; 9], "what never happens has no time");
}

#[test]
fn hostile_texts_are_neither_rows_nor_formulas() {
    let answer = answers::hostile();
    let rows = parsed(&csv(&answer));
    assert_eq!(rows.len(), answer.access_points.len() + 1);
    for row in &rows {
        assert_eq!(row.len(), 20);
        assert!(row.iter().all(|field| !field.trim_start().starts_with(['=', '+', '-', '@'])), "{row:?}");
    }
    assert_eq!(rows[6][13..16], ["", "", "0.000"], "what is no number is no field");
}
