//! `show logging`, in the layout of genieparser's `ShowLogging/cli/equal/golden_output_15_output.txt` (a 9800): the settings, then the
//! lines of the buffer.

use command_line::{Command, Fields};

use super::view::View;
use super::{Effect, views};
use crate::syslog;

pub(super) const COMMAND: Command<Effect> = views("show logging", fields, text);

/// The name of the column is the heading above the lines.
const COLUMNS: &[&str] = &["Log Buffer"];
const CONSOLE: &str = "Console logging";
const BUFFER: &str = "Buffer logging";
const TRAP: &str = "Trap logging";
const SIZE: &str = "Log Buffer";

fn fields(view: &View) -> Fields {
    let logged = view.history.logged;
    let line = |(at, message): &(std::time::Duration, String)| {
        vec![syslog::line(&view.time(*at, "%b %e %H:%M:%S%.3f"), message)]
    };
    Fields {
        lines: vec![
            (CONSOLE, format!("level debugging, {logged} messages logged")),
            (BUFFER, format!("level debugging, {logged} messages logged")),
            (TRAP, format!("level informational, {logged} message lines logged")),
            (SIZE, view.history.buffer().to_string()),
        ],
        columns: COLUMNS,
        rows: view.history.log.iter().map(line).collect(),
    }
}

fn text(fields: &Fields) -> String {
    let mut text = String::from(
        "Syslog logging: enabled (0 messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns, \
         xml disabled, filtering disabled)\n\nNo Active Message Discriminator.\n\n\n\nNo Inactive Message \
         Discriminator.\n\n\n",
    );
    for (label, value) in &fields.lines {
        text += &match *label {
            CONSOLE => format!(
                "    {label}: {value}, xml disabled,\n                     filtering disabled\n    Monitor \
                 logging: level debugging, 0 messages logged, xml disabled,\n                     filtering \
                 disabled\n"
            ),
            BUFFER => format!(
                "    {label}:  {value}, xml disabled,\n                    filtering disabled\n    Exception \
                 Logging: size (4096 bytes)\n    Count and timestamp logging messages: disabled\n    \
                 Persistent logging: disabled\n\nNo active filter modules.\n\n"
            ),
            TRAP => format!(
                "    {label}: {value}\n        Logging Source-Interface:       VRF Name:\n    TLS \
                 Profiles: \n\n"
            ),
            _ => format!("{label} ({value} bytes):\n"),
        };
    }
    fields.rows.iter().flatten().for_each(|line| text += &format!("{line}\n"));
    text
}
