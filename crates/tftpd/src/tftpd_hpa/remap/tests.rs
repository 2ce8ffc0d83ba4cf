//! Rules as the manual describes them. `tests/interop` compares with a live in.tftpd.

use proptest::prelude::*;

use super::*;

const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 169));

fn rules(text: &str) -> Rules {
    Rules::parse(text.as_bytes()).expect("rules")
}

fn rewrite(text: &str, name: &str) -> Result<String, String> {
    match rules(text).rewrite(name.as_bytes(), Operation::Rrq, CLIENT, |_, _, _| ()) {
        Ok(name) => Ok(String::from_utf8(name).expect("text")),
        Err(Denied::Nak(nak)) => Err(nak.message),
        Err(Denied::Endless) => Err("endless".into()),
        Err(Denied::Locked) => unreachable!("rules lock nothing"),
    }
}

fn becomes(text: &str, name: &str) -> String {
    rewrite(text, name).expect("a name")
}

#[test]
fn the_letters_do_what_the_manual_says() {
    assert_eq!(becomes("r ^/+ \n", "//EWC/ap1g8"), "EWC/ap1g8");
    assert_eq!(becomes("rg \\\\ /", "EWC\\17\\ap1g8"), "EWC/17/ap1g8");
    assert_eq!(becomes("ri ^ewc images", "EWC/ap1g8"), "images/ap1g8");
    assert_eq!(becomes("re a b\nr b c", "a"), "b");
    assert_eq!(becomes("r a b\nr b c", "a"), "c");
    assert_eq!(becomes("rG a b\nrP a c", "a"), "b");
    assert_eq!(becomes("r6 a b\nr4 a c", "a"), "c");
    assert_eq!(rewrite("a ^secret", "secret/f"), Err("Access denied".into()));
    assert_eq!(rewrite("a ^(se)cret \\1\\ \\i", "secret/f"), Err("se 192.0.2.169/f".into()));
    assert_eq!(rewrite("~a ^EWC/ only\\ images", "f"), Err("only images".into()));
    assert_eq!(becomes("~a ^EWC/", "EWC/f"), "EWC/f");
    assert_eq!(becomes("# nothing\n\n  e . # all\nr a b", "a"), "a");
}

#[test]
fn replacements_know_groups_addresses_and_cases() {
    assert_eq!(becomes("r ^(.*)/([^/]*)$ \\2@\\1\\0", "a/b"), "b@aa/b");
    assert_eq!(becomes("r ^ \\i/\\x/", "f"), "192.0.2.169/C00002A9/f");
    assert_eq!(becomes("r (.*)-(.*) \\U\\1\\L\\2\\E\\#\\\\", "Ab-Cd"), "ABcd#\\");
}

/// As a live one does.
#[test]
fn a_restart_skips_the_first_rule_and_loops_are_broken() {
    assert_eq!(becomes("r ^a x\nrs ^b a\nr a y", "b"), "y");
    assert_eq!(rewrite("r x x\ns a", "a"), Err("Remap table failure".into()));
    assert_eq!(rewrite("rg a aa", "a"), Err("endless".into()));
}

#[test]
fn every_step_is_told() {
    let mut told = Vec::new();
    let tell = |step, rule, name: &[u8]| told.push((step, rule, String::from_utf8_lossy(name).into_owned()));
    rules("r a b\nre b c").rewrite(b"a", Operation::Wrq, CLIENT, tell).expect("a name");
    assert_eq!(
        told,
        [
            (RemapStep::Input, None, "a".into()),
            (RemapStep::Rewrite, Some(0), "b".into()),
            (RemapStep::Rewrite, Some(1), "c".into()),
            (RemapStep::Exit, Some(1), "c".into()),
        ]
    );
}

#[test]
fn wrong_lines_are_all_named() {
    let errors = Rules::parse(b"r a b\nrx a\n~r a b\nr\nr (a\nr \\1").expect_err("wrong");
    let errors: Vec<_> = errors.iter().map(RuleError::to_string).collect();
    assert_eq!(
        errors,
        [
            "line 2: command \"rx\" contains invalid char 'x'",
            "line 3: r rules cannot be inverted",
            "line 4: no regex",
            "line 5: bad regex: Unmatched ( or \\(",
            "line 6: bad regex: back-references and collating elements are not supported",
        ]
    );
}

#[test]
fn expressions_are_those_of_posix() {
    for (regex, text, expected) in [
        ("a|ab", "xab", "ab"),
        ("a+?", "aaa", "aaa"),
        ("(a|ab)(c|bcd)", "abcd", "abcd"),
        ("[]a]+", "x]a", "]a"),
        ("[\\d]+", "\\d5", "\\d"),
        ("[[:digit:]-]+", "a1-2", "1-2"),
        ("[a-c&&b]+", "z&b&", "&b&"),
        ("\\d", "5d", "d"),
        ("a{2}b{,1}", "aaab", "aa"),
        (")", "a)", ")"),
        ("a.c", "a\nc", "a\nc"),
        ("x*", "abc", ""),
        ("\\<b", "ab b", "b"),
    ] {
        let found = Ere::new(regex.as_bytes(), false).expect(regex).find(text.as_bytes());
        let (start, end) = found.expect(regex)[0].expect("the whole");
        assert_eq!(&text[start..end], expected, "{regex}");
    }
    for (regex, error) in [
        ("*a", ere::EreError::Repetition),
        ("a{2", ere::EreError::Brace),
        ("a{2,1}", ere::EreError::Interval),
        ("[a", ere::EreError::Bracket),
        ("[b-a]", ere::EreError::Range),
        ("[[:no:]]", ere::EreError::Class),
        ("a\\", ere::EreError::Escape),
        ("(a{30000}){30000}", ere::EreError::Size),
    ] {
        assert_eq!(Ere::new(regex.as_bytes(), false).err(), Some(error), "{regex}");
    }
}

proptest! {
    #[test]
    fn any_rules_and_names_are_answered(text in "([rgesai~46GP]{0,3} [a()|*+?{},0-9^$.\\[\\]:\\\\-]{0,12} [\\\\0-9LUExi]{0,6}\n){0,4}", name in "[a0-9/]{0,20}") {
        if let Ok(rules) = Rules::parse(text.as_bytes()) {
            let _ = rules.rewrite(name.as_bytes(), Operation::Rrq, CLIENT, |_, _, _| ());
        }
    }
}
