//! The page, as text. How it behaves is tested in a browser (`browser`).

use planner::{Answer, csv, human, markdown, page};
use proptest::prelude::*;

use crate::{answers, snapshots};

/// The elements that have no end tag: of HTML, and our shapes, which end by themselves.
const VOID: [&str; 3] = ["meta", "input", "br"];

/// Returns the names of the start tags of a page, after checking that each element ends where it has to.
fn tags(html: &str) -> Vec<&str> {
    let (mut open, mut names, mut rest) = (Vec::new(), Vec::new(), html);
    while let Some((_, behind)) = rest.split_once('<') {
        let (tag, after) = behind.split_once('>').expect("a tag ends");
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.starts_with('!') {
            names.push(name);
            if !VOID.contains(&name) && !tag.ends_with('/') {
                open.push(name);
            }
            // What is in these is no markup, whatever it looks like.
            if matches!(name, "script" | "style") {
                rest = &rest[rest.find("</").expect("it ends")..];
            }
        }
    }
    assert!(open.is_empty(), "{open:?}");
    names
}

fn number(names: &[&str], wanted: &str) -> usize {
    names.iter().filter(|name| **name == wanted).count()
}

#[test]
fn the_same_answer_gives_the_same_bytes() {
    assert_eq!(page(&answers::three_failures()), page(&answers::three_failures()));
}

#[test]
fn it_is_one_file_without_references() {
    for answer in [answers::all_good(), answers::three_failures(), answers::cannot_tell(), answers::hostile()]
    {
        let page = page(&answer);
        let names = tags(&page);
        for wanted in ["script", "style", "main", "h1", "nav"] {
            assert_eq!(number(&names, wanted), 1, "{wanted}");
        }
        for foreign in ["link", "img", "iframe", "object", "embed", "base", "form", "image", "use", "video"] {
            assert_eq!(number(&names, foreign), 0, "{foreign}");
        }
        for reference in [" src=", "url(", "@import", " style=", " onclick=", "href=\"h", "xlink"] {
            assert!(!page.contains(reference), "{reference}");
        }
        assert!(page.contains(
            "http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; script-src"
        ));
        assert!(page.contains("<meta charset=\"utf-8\">"));
    }
}

/// Returns the part of a page from a text to another, which is not in it.
fn part<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let begins = page.find(from).expect("it is there");
    let length = page[begins..].find(to).expect("it is there");
    &page[begins..begins + length]
}

#[test]
fn the_banner_a_row_and_a_step() {
    let page = page(&answers::three_failures());
    let parts = [
        part(&page, "<header", "<main>"),
        part(&page, "<tr data-verdict=\"at-risk\"", "<tr data-verdict=\"yes\""),
        part(&page, "<ol class=\"runbook\">", "<li><div class=\"when\"><span class=\"median\">22:07"),
    ];
    snapshots().bind(|| insta::assert_snapshot!("page-three-failures", parts.join("\n")));
}

#[test]
fn an_answer_without_anything_is_told() {
    let answer = answers::empty();
    tags(&page(&answer));
    assert!(human(&answer, false).starts_with("Yes: all 0 access points"));
    assert!(markdown(&answer).starts_with("# Yes: all 0 access points"));
    assert_eq!(csv(&answer).lines().count(), 1);
}

#[test]
fn each_heading_of_a_table_has_its_scope_and_each_box_its_label() {
    let page = page(&answers::three_failures());
    let heads = page.matches("<th ").count();
    assert_eq!(heads, page.matches("<th scope=\"col\"").count() + page.matches("<th scope=\"row\"").count());
    let boxes = page.matches("type=\"checkbox\"").count();
    assert_eq!(boxes, answers::three_failures().runbook.len());
    assert_eq!(boxes, page.matches("<label for=\"step-").count());
    assert_eq!(page.matches("role=\"img\"").count(), page.matches("<title id=\"chart-").count());
}

/// The verdict, the sentence, and of each access point its name, its cause and its verdict.
fn said(answer: &Answer) -> Vec<String> {
    let of_aps = answer.access_points.iter();
    let causes = of_aps.clone().filter_map(|ap| ap.cause.clone()).map(|cause| cause.replace('`', ""));
    of_aps.clone().map(|ap| ap.name.clone()).chain(causes).collect()
}

#[test]
fn all_formats_say_the_same() {
    for answer in [answers::all_good(), answers::three_failures(), answers::cannot_tell()] {
        let page = page(&answer).replace("<code>", "").replace("</code>", "");
        for text in [page, markdown(&answer).replace('`', ""), csv(&answer).replace('`', "")] {
            for part in said(&answer) {
                assert!(text.contains(&part), "{part}");
            }
        }
        let again = &answer.again;
        assert!(
            [markdown(&answer), human(&answer, false), planner::page(&answer)]
                .iter()
                .all(|text| text.contains(again))
        );
        let json = serde_json::to_string(&answer).expect("it is data");
        let read: Answer = serde_json::from_str(&json).expect("it is an answer");
        assert!(read == answer, "{json}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The markup of a page is that of a harmless answer of the same shape, whatever its texts are.
    #[test]
    fn no_text_changes_the_markup(text in "[^`\n\r]{1,40}", name in "[<>&\"'a-z/!-]{1,40}") {
        let of = |text: &str, name: &str| {
            let mut answer = answers::poisoned(text);
            answer.access_points[1].name = name.to_owned();
            page(&answer)
        };
        let (hostile, harmless) = (of(&text, &name), of("a", "b"));
        prop_assert_eq!(tags(&hostile), tags(&harmless));
    }
}
