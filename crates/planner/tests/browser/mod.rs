//! The page in a real browser, Debian's chromium: it renders, sorts, filters and prints, its console stays empty, and nothing leaves it.

mod driver;

use planner::page;
use serde_json::{Value, json};

use crate::answers;
use driver::Browser;

/// The texts of the visible rows of the table, one cell of each.
const CELLS: &str =
    "[...document.querySelectorAll('table.access-points tbody tr')].filter(row => !row.hidden)
    .map(row => row.cells[COLUMN].textContent)";

fn cells(browser: &mut Browser, column: usize) -> Vec<String> {
    let cells = browser.value(&CELLS.replace("COLUMN", &column.to_string()));
    serde_json::from_value(cells).expect("they are texts")
}

/// Each answer, on wide and narrow screens, in light and in dark: nothing is wider than the screen, each control has a name, text stands out
/// from what is behind it (WCAG 2.2, 1.4.3), and nothing is complained about.
#[test]
fn it_renders_for_everybody() {
    let mut browser = Browser::start("renders");
    for (answer, verdict, screens) in [
        (answers::all_good(), "Yes", &[(1280, "dark")][..]),
        (answers::three_failures(), "No", &[(1280, "light"), (390, "dark")]),
        (answers::cannot_tell(), "Cannot tell", &[(1280, "dark"), (390, "light")]),
        (answers::hostile(), "No", &[(390, "light")]),
        (answers::empty(), "Yes", &[(390, "light")]),
    ] {
        let html = page(&answer);
        for &(width, scheme) in screens {
            browser.open(&html, width, scheme);
            let wide = browser.value("document.documentElement.scrollWidth");
            assert!(wide.as_u64() <= Some(width.into()), "{verdict} is {wide} wide at {width}");
            assert_eq!(browser.value("document.querySelector('h1 .word').textContent"), verdict);
            let rows = browser.value("document.querySelectorAll('table.access-points tbody tr').length");
            assert_eq!(rows, answer.access_points.len());
            // Each access point is in the chart too, below the phases.
            let drawn = browser.value("document.querySelectorAll('.part:not(:first-child) svg > g').length");
            assert_eq!(drawn, answer.access_points.len());
            let paper = browser.value("getComputedStyle(document.body).backgroundColor");
            assert_eq!(paper == "rgb(255, 255, 255)", scheme == "light", "{paper} in {scheme}");
            let wrong = browser.value(include_str!("accessible.js"));
            assert_eq!(wrong, Value::Array(Vec::new()), "{verdict} in {scheme} at {width}");
        }
    }
    assert_eq!(browser.noticed(), [""; 0]);
}

/// In one browser, as it takes a second to start.
#[test]
fn it_works() {
    let mut browser = Browser::start("works");
    sorts_and_filters(&mut browser);
    prints_and_forgets(&mut browser);
    nothing_leaves(&mut browser);
    reads_without_its_script(&mut browser);
}

fn sorts_and_filters(browser: &mut Browser) {
    browser.open(&page(&answers::three_failures()), 1280, "light");
    assert_eq!(
        cells(browser, 0)[..3],
        ["BR17-BACK-01", "BR17-BACK-10", "BR17-SHOP-117"],
        "the worst are first"
    );

    // By name, with the keyboard: numbers in names count as numbers.
    browser.value("document.querySelector('table.access-points thead button').focus()");
    browser.press_enter();
    let names = cells(browser, 0);
    assert_eq!(names[..2], ["BR17-BACK-01", "BR17-BACK-04"]);
    let at = |name: &str| names.iter().position(|known| known == name).expect("it is there");
    assert!(at("BR17-BACK-97") < at("BR17-BACK-100"), "{names:?}");

    // By outage, with the pointer: durations count as durations, and what has none stays last.
    let outage = "document.querySelectorAll('table.access-points thead th')[6]";
    for direction in ["ascending", "descending"] {
        browser.value(&format!("{outage}.querySelector('button').click()"));
        assert_eq!(browser.value(&format!("{outage}.getAttribute('aria-sort')")), direction);
        assert_eq!(browser.value("document.querySelectorAll('[aria-sort]').length"), 1);
        let outages = cells(browser, 6);
        // All of them have one digit of minutes and two of seconds.
        let times: Vec<&str> = outages[..198].iter().filter_map(|cell| cell.split(' ').next()).collect();
        let mut sorted = times.clone();
        sorted.sort_unstable();
        if direction == "descending" {
            sorted.reverse();
        }
        assert_eq!(times, sorted);
        assert_ne!(times[0], times[197]);
        assert!(outages[198..].iter().all(|cell| cell.ends_with("none")), "{outages:?}");
    }

    // Words in any column, then a verdict too.
    browser.value("document.getElementById('filter').focus()");
    browser.types("AP3G3 shop");
    let types = cells(browser, 3);
    assert!(types.len() > 3 && types.iter().all(|cell| cell == "ap3g3"), "{types:?}");
    let shown = browser.value("document.getElementById('shown').textContent");
    assert_eq!(shown, format!("{} of 200 access points are shown", types.len()));
    let choose = "(select => { select.value = 'VERDICT'; select.dispatchEvent(new Event('change')); })
        (document.getElementById('filter-verdict'))";
    browser.value(&choose.replace("VERDICT", "at-risk"));
    assert_eq!(cells(browser, 0), ["BR17-SHOP-117"]);
    browser.value("document.getElementById('filter').select()");
    browser.types("no such access point");
    assert_eq!(cells(browser, 0).len(), 0);
    browser.value("document.getElementById('filter').select()");
    browser.types(" ");
    browser.value(&choose.replace("VERDICT", ""));
    assert_eq!(cells(browser, 0).len(), 200);
    assert_eq!(browser.value("document.getElementById('shown').hidden"), true);
    assert_eq!(browser.noticed(), [""; 0]);
}

fn prints_and_forgets(browser: &mut Browser) {
    let html = page(&answers::all_good());
    browser.open(&html, 1280, "dark");

    // The runbook: the label checks the box, and the page counts.
    browser.value("document.querySelector('label[for=step-2]').click()");
    assert_eq!(browser.value("document.getElementById('progress').textContent"), "1 of 6 steps are done");
    assert_eq!(browser.value("document.querySelectorAll('.runbook :checked').length"), 1);

    let printed =
        browser.call("Page.printToPDF", json!({ "preferCSSPageSize": true, "printBackground": false }));
    let pdf = decoded(printed["data"].as_str().unwrap_or_default());
    let pdf = String::from_utf8_lossy(&pdf);
    assert!(pdf.starts_with("%PDF-"), "{}", &pdf[..20]);
    let pages = pdf.matches("/MediaBox [0 0 594.95996 841.91998]").count();
    assert!((3..=6).contains(&pages), "{pages} pages of A4");

    // On paper: black on white whatever the screen has, no controls, room to sign.
    browser.call("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    assert_eq!(browser.value("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)");
    for (selector, display) in
        [("nav", "none"), (".filter", "none"), ("thead button", "none"), (".signed", "block")]
    {
        let shown = browser.value(&format!("getComputedStyle(document.querySelector('{selector}')).display"));
        assert_eq!(shown, display, "{selector}");
    }

    // What was checked is forgotten, and kept nowhere.
    browser.call("Emulation.setEmulatedMedia", json!({ "media": "" }));
    browser.open(&html, 1280, "light");
    assert_eq!(browser.value("document.querySelectorAll('.runbook :checked').length"), 0);
    assert_eq!(browser.value("document.cookie + localStorage.length + sessionStorage.length"), "00");

    assert_eq!(browser.noticed(), [""; 0]);
}

/// What would ask the network, or run a script that is not the page's, is refused by the policy of the page, and noticed here.
fn nothing_leaves(browser: &mut Browser) {
    browser.open(&page(&answers::hostile()), 1280, "light");
    assert_eq!(browser.noticed(), [""; 0]);
    let refused = "new Promise(done => {
        document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective), { once: true });
        setTimeout(() => done('nothing was refused'), 20000);
        const made = (name, set) => document.body.append(Object.assign(document.createElement(name), set));
        WHAT;
    })";
    for (what, directive) in [
        ("fetch('http://127.0.0.1:9/').catch(() => {})", "connect-src"),
        ("made('img', { src: 'http://127.0.0.1:9/' })", "img-src"),
        ("made('iframe', { src: 'http://127.0.0.1:9/' })", "frame-src"),
        ("made('script', { textContent: 'window.ran = true' })", "script-src-elem"),
        ("made('style', { textContent: '* { display: none }' })", "style-src-elem"),
        ("document.body.setAttribute('onclick', '1'); document.body.click()", "script-src-attr"),
    ] {
        assert_eq!(browser.value(&refused.replace("WHAT", what)), directive, "{what}");
        assert_ne!(browser.noticed(), [""; 0], "{what}");
    }
    assert_eq!(browser.value("typeof window.ran"), "undefined");
}

/// Without its script the page is complete, and shows no control that does nothing.
fn reads_without_its_script(browser: &mut Browser) {
    browser.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    browser.open(&page(&answers::all_good()), 1280, "light");
    assert_eq!(cells(browser, 0).len(), 38);
    assert_eq!(browser.value("document.querySelectorAll('thead button').length"), 0);
    assert_eq!(browser.value("document.querySelector('.filter').checkVisibility()"), false);
    assert_eq!(browser.noticed(), [""; 0]);
}

/// Returns the bytes of a text in base64.
fn decoded(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u8> = text.bytes().filter_map(digit).collect();
    digits
        .chunks(4)
        .flat_map(|four| {
            let bits =
                four.iter().fold(0, |bits, digit| bits << 6 | u32::from(*digit)) << (6 * (4 - four.len()));
            bits.to_be_bytes()[1..four.len()].to_vec()
        })
        .collect()
}
