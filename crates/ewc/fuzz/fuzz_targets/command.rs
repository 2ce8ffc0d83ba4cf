//! Any line is read as a command or answered as none, and shows what the command shows that it is short for.
#![no_main]

use command_line::InputError;
use ewc::{COMMANDS, Snapshot, show};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    if let Some(Err(error)) = COMMANDS.help(line) {
        error.answer("EWC#", line);
    }
    let shown = show(&Snapshot::default(), line);
    match COMMANDS.read(line) {
        Ok(typed) => {
            assert!(typed.argument.is_none_or(|argument| line.contains(argument)));
            assert_eq!(shown, show(&Snapshot::default(), &typed.full()));
        }
        Err(error) => {
            assert_eq!(shown, None);
            if let InputError::Invalid { column } = error {
                assert!(column < line.chars().count());
            }
            error.answer("EWC#", line);
            COMMANDS.near(line);
        }
    }
});
