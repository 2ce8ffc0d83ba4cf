//! `show version` of an EWC, in the layout of unicon's `iosxe_mock_data_ewc.yaml` (a C9124AXE, 17.6). The lines of the licence and of the
//! build are left out.

use command_line::{Command, Fields};

use super::view::{View, in_words_of_ios};
use super::{Effect, views};
use crate::unverified;

pub(super) const COMMAND: Command<Effect> = views("show version", fields, text);

const SOFTWARE: &str = "Cisco IOS XE Software, Version";
const IOS: &str = "Cisco IOS Software";
const UPTIME: &str = "uptime is";
const PROCESSOR_UPTIME: &str = "Uptime for this control processor is";
const RETURNED: &str = "System returned to ROM by";
const IMAGE: &str = "System image file is";
const REASON: &str = "Last reload reason";
const LEVEL: &str = "AIR License Level";
const NEXT_LEVEL: &str = "Next reload AIR license Level";
const CHASSIS: &str = "cisco";
const BOARD: &str = "Processor board ID";
const MODE: &str = "Installation mode is";
const REGISTER: &str = "Configuration register is";

/// The memory and the file systems of the sample, in KiB; `ap_images:` has the size that is simulated.
const NON_VOLATILE: &str = "non-volatile configuration memory";
const PHYSICAL: &str = "physical memory";
const AP_IMAGES: &str = "AP Images at ap_images:";
const BACKUP_IMAGE: &str = "Backup Controller Image at backup_image:";
const BOOTFLASH: &str = "virtual hard disk at bootflash:";
const TRACES: &str = "Temp trace export at tmp_trace_export:";

fn fields(view: &View) -> Fields {
    let (release, short) = (view.release(), view.short_release());
    let train = unverified::train(view.state.version);
    let uptime = view.uptime();
    let reload = view.time(view.history.started, "%H:%M:%S UTC %a %b %-d %Y");
    let name = &view.state.name;
    let mut lines = vec![
        (SOFTWARE, release),
        (
            IOS,
            format!(
                "[{train}], C9800-AP Software (C9800-AP-K9_IOSXE-UNIVERSALK9-M), Version {short}, {}",
                unverified::RELEASE_SOFTWARE
            ),
        ),
        (UPTIME, format!("{name} {UPTIME} {}", in_words_of_ios(uptime))),
        (PROCESSOR_UPTIME, in_words_of_ios(uptime + unverified::PROCESSOR_BEFORE_IOS)),
        (RETURNED, format!("reload at {reload}")),
        (IMAGE, "\"/tmp/sw/rp/0/0/rp_wlc/mount/usr/binos/bin/linux_iosd-image\"".to_owned()),
        (REASON, "reload".to_owned()),
        (LEVEL, "AIR Network Essentials".to_owned()),
        (NEXT_LEVEL, "AIR Network Essentials".to_owned()),
        (CHASSIS, format!("{} (VXE) processor (revision VXE) with 167216K bytes of memory.", view.model)),
        (BOARD, view.serial.clone()),
    ];
    for (what, kib) in [
        (NON_VOLATILE, 2048),
        (PHYSICAL, 1_813_640),
        (AP_IMAGES, view.staging_capacity / 1024),
        (BACKUP_IMAGE, 513_300),
        (BOOTFLASH, 7_774_207),
        (TRACES, 25_000),
    ] {
        lines.push((what, format!("{kib}K")));
    }
    lines.extend([(MODE, "BUNDLE".to_owned()), (REGISTER, "0x2102".to_owned())]);
    Fields { lines, ..Fields::default() }
}

fn text(fields: &Fields) -> String {
    let mut text = String::new();
    for (label, value) in &fields.lines {
        text += &match *label {
            // That of a release, not of a developer's build, which the sample is (genieparser's C9800-CL has it).
            IOS => format!("{label} {value}\nTechnical Support: http://www.cisco.com/techsupport\n"),
            UPTIME => format!("\n\nROM: IOS-XE ROMMON\n\n{value}\n"),
            REASON => format!("{label}: {value}\n\n\n\n"),
            LEVEL | NEXT_LEVEL => format!("{label}: {value}\n"),
            NON_VOLATILE | PHYSICAL | AP_IMAGES | BACKUP_IMAGE | BOOTFLASH | TRACES => {
                format!("{value} bytes of {label}.\n")
            }
            REGISTER => format!("\n\n{label} {value}\n"),
            _ => format!("{label} {value}\n"),
        };
    }
    text
}
