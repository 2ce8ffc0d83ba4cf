//! `show version`, in the layout of genieparser, cheetah `ShowVersion` (`golden_1_output.txt`, an AP4800).
//!
//! The lines of the licence and of the build's date are left out. Every label of the sample from the reload's time on is a field.

use command_line::{Command, Fields};
use sha2::{Digest as _, Sha512};

use super::{Console, Effect, Line, Show, command, hardware, printed};
use crate::elements::RADIOS;
use crate::render::unverified;
use crate::{Flash, Partition};

pub(super) const COMMAND: Command<Effect> = command("show version", Show::lines(LINES, text));

const RUNNING: &str = "AP Running Image";
const LAST_HASH: &str = "Backup  Boot Image Hash";
const DRIVER: &str = "Radio Driver version";
const BASE_MAC: &str = "Base ethernet MAC Address";

const LINES: &[Line] = &[
    ("Last reload time", |console| (console.date)(console.status.started, console.access_point.up_before())),
    ("Last reload reason", |console| console.status.reload_reason.to_string()),
    (RUNNING, |console| printed(console.status.running)),
    ("Primary Boot Image", |console| printed(console.flash.version(console.primary()))),
    ("Backup Boot Image", |console| printed(console.flash.version(console.primary().other()))),
    ("Primary Boot Image Hash", |console| hash(&console.flash, console.primary())),
    (LAST_HASH, |console| hash(&console.flash, console.primary().other())),
    (DRIVER, |console| hardware::of(console.access_point).radio_driver.unwrap_or_default().to_owned()),
    ("Radio FW version", |console| hardware::of(console.access_point).radio_firmware.to_owned()),
    ("NSS FW version", |console| hardware::of(console.access_point).nss_firmware.to_owned()),
    (BASE_MAC, |console| {
        let bytes = console.access_point.mac.0.map(|byte| format!("{byte:02X}"));
        bytes.join(":")
    }),
    ("Part Number", |_| unverified::manufacture::PART_NUMBER.to_owned()),
    ("PCA Assembly Number", |_| unverified::manufacture::ASSEMBLY_NUMBER.to_owned()),
    ("PCA Revision Number", |_| String::new()),
    ("PCB Serial Number", |console| console.access_point.serial.clone()),
    ("Top Assembly Part Number", |_| unverified::manufacture::ASSEMBLY_NUMBER.to_owned()),
    ("Top Assembly Serial Number", |console| console.access_point.serial.clone()),
    ("Top Revision Number", |_| unverified::manufacture::REVISION.to_owned()),
    ("Product/Model Number", |console| console.access_point.model.clone()),
];

fn text(console: &Console<'_>, fields: &Fields) -> String {
    let name = &console.access_point.name;
    let hardware = hardware::of(console.access_point);
    let minutes = console.access_point.up_for(console.now).as_secs() / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let mut text = format!(
        "\
Cisco AP Software, ({}), [simulated]
Technical Support: http://www.cisco.com/techsupport

ROM: Bootstrap program is U-Boot boot loader
BOOTLDR: U-Boot boot loader Version {}

{name} uptime is {days} days, {hours} hours, {minutes} minutes
",
        console.access_point.image_type, hardware.boot_loader,
    );
    for (label, value) in &fields.lines {
        match *label {
            RUNNING => text += &board(console, &hardware),
            // Not every kind of radio has one (a C9130 does not).
            DRIVER if value.is_empty() => continue,
            BASE_MAC => text.push('\n'),
            _ => (),
        }
        let width = match *label {
            label if label.starts_with("Last") => 18,
            label if label.contains("Image") => 20,
            label if label.ends_with("version") => 0,
            _ => 36,
        };
        // A label of an image that is too long has no blank before the colon.
        let blank = if width == 20 && label.len() > width { "" } else { " " };
        text += &format!("{label:<width$}{blank}: {value}\n");
        if *label == LAST_HASH {
            text += &interfaces(&hardware);
        }
    }
    text + "\n"
}

/// Returns the lines of the board. The line before them has a blank in the sample.
fn board(console: &Console<'_>, hardware: &hardware::Hardware) -> String {
    let (model, serial) = (&console.access_point.model, &console.access_point.serial);
    let [total, free] = hardware.memory_kib;
    format!(
        " \ncisco {model} {} with {total}/{free}K bytes of memory.\nProcessor board ID {serial}\n",
        hardware.processor
    )
}

/// Returns the lines that count interfaces. Their words are never in the singular.
fn interfaces(hardware: &hardware::Hardware) -> String {
    let line = |count: usize, what: &str| match count {
        0 => String::new(),
        count => format!("{count} {what}\n"),
    };
    line(hardware.multigigabit, "Multigigabit Ethernet interfaces")
        + &line(hardware.gigabit, "Gigabit Ethernet interfaces")
        + &line(RADIOS.len(), "802.11 Radios")
}

/// Returns a hash of the image. The input of the real hash is unknown; this one depends on every byte of the image.
fn hash(flash: &Flash, partition: Partition) -> String {
    let mut hash = Sha512::new();
    for member in flash.files(partition) {
        hash.update(member.content.sha256());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
