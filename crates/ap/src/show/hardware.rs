//! The hardware that `show version` describes, by model.
//!
//! Sources: genieparser's AP4800 on 17.15.0.10; unicon's C9124AXE on 17.6.0.14 and C9130AXE on 17.13.0.44. The firmware of radios comes
//! with the image and differs between releases: here it is always the sample's.

use crate::AccessPoint;
use crate::render::unverified;

/// The hardware of a model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hardware {
    /// The words between the model and the memory.
    pub(crate) processor: &'static str,
    /// The memory in KiB, and its second number, whose meaning is not known.
    pub(crate) memory_kib: [u32; 2],
    /// The version of its boot loader, behind `Version`.
    pub(crate) boot_loader: &'static str,
    /// The number of ports of 2.5 Gbit/s and more.
    pub(crate) multigigabit: usize,
    /// The number of ports of 1 Gbit/s.
    pub(crate) gigabit: usize,
    /// The version of the radio driver, for the kinds that print one.
    pub(crate) radio_driver: Option<&'static str>,
    /// The version of the radios' firmware.
    pub(crate) radio_firmware: &'static str,
    /// The version of the firmware of the network subsystem.
    pub(crate) nss_firmware: &'static str,
}

/// The first model whose name contains the first text is taken.
const KNOWN: &[(&str, Hardware)] = &[
    (
        "AP4800",
        Hardware {
            processor: "ARMv7 Processor rev 1 (v7l)",
            memory_kib: [1_028_320, 528_608],
            boot_loader: "2013.01-ge1c49d93a (Jul 28 2023 - 09:08:14)",
            multigigabit: 1,
            gigabit: 1,
            radio_driver: Some("9.0.5.5-W8964"),
            radio_firmware: "9.1.8.1",
            nss_firmware: "2.4.32",
        },
    ),
    (
        "C9124AX",
        Hardware {
            processor: "ARMv8 Processor rev 4 (v8l)",
            memory_kib: [1_813_640, 130_272],
            boot_loader: "5",
            multigigabit: 3,
            gigabit: 0,
            radio_driver: None,
            radio_firmware: "QC_IMAGE_VERSION_STRING=WLAN.HK.2.1-01577-QCAHKSWPL_SILICONZ-1.342931.1.351584.1",
            nss_firmware: "NSS.HK.K.CS-18-sba5.1-max_seg_len_E_custC",
        },
    ),
    (
        "C9130AX",
        Hardware {
            processor: "ARMv8 Processor rev 4 (v8l)",
            memory_kib: [1_819_328, 990_204],
            boot_loader: unverified::hardware::BOOT_LOADER,
            multigigabit: 1,
            gigabit: 0,
            radio_driver: None,
            radio_firmware: "QC_IMAGE_VERSION_STRING=WLAN.HK.2.7-04674-QCAHKSWPL_SILICONZ-1",
            nss_firmware: "NSS.FW.12.0-custom-HK.E_custC",
        },
    ),
];

/// Of models that no sample shows.
const OTHER: Hardware = Hardware {
    processor: unverified::hardware::PROCESSOR,
    memory_kib: unverified::hardware::MEMORY_KIB,
    boot_loader: unverified::hardware::BOOT_LOADER,
    multigigabit: unverified::hardware::MULTIGIGABIT,
    gigabit: 0,
    radio_driver: None,
    radio_firmware: unverified::hardware::FIRMWARE,
    nss_firmware: unverified::hardware::FIRMWARE,
};

/// Returns the hardware of an access point.
pub(crate) fn of(access_point: &AccessPoint) -> Hardware {
    let model = access_point.model.to_ascii_uppercase();
    // Before 17.4, and in orders, names have no prefix.
    let is = |name: &str| model.contains(name.trim_start_matches("AP").trim_start_matches('C'));
    KNOWN.iter().find(|(name, _)| is(name)).map_or(OTHER, |(_, hardware)| *hardware)
}
