//! Lines below `interface`.

use super::{Harmless, Matters, Modelled};

pub(super) const MODELLED: &[Modelled] = &[
    Modelled {
        words: "ip address",
        read: |reader, words| {
            reader.address(words);
            Ok(())
        },
        undo: Some(|_, _| Ok(())),
    },
    Modelled {
        words: "shutdown",
        read: |reader, words| {
            let why = "the controller's own interface is shut down, and it is up in the simulation";
            reader.on_interface("shutdown", why, words)
        },
        undo: Some(|reader, _| {
            reader.no_on_interface("shutdown");
            Ok(())
        }),
    },
    Modelled {
        words: "vrf forwarding",
        read: |reader, words| {
            let why =
                "the controller's own interface is in a VRF, which its clients of TFTP and SFTP may not use";
            reader.on_interface("vrf forwarding", why, words)
        },
        undo: Some(|reader, _| {
            reader.no_on_interface("vrf forwarding");
            Ok(())
        }),
    },
];

const DROPS: &str = "packets are dropped by this line, and the controller drops none in the simulation";
const SIZES: &str = "the length of packets is that of the scenario's links";

const fn matters(words: &'static str, why: &'static str) -> Matters {
    Matters { words, unless: &[], negated: false, why }
}

pub(super) const MATTERS: &[Matters] = &[
    matters("ip access-group", DROPS),
    matters("ipv6 traffic-filter", DROPS),
    matters("ip nat", "the controller translates no addresses in the simulation"),
    matters("ip inspect", DROPS),
    matters("ip admission", DROPS),
    matters("ip verify", DROPS),
    matters("ip policy", "the controller's packets take the links of the scenario"),
    Matters { words: "ip arp inspection", unless: &["trust"], negated: false, why: DROPS },
    Matters { words: "ip dhcp snooping", unless: &["trust"], negated: false, why: DROPS },
    Matters { words: "ip mtu", unless: &["1500"], negated: false, why: SIZES },
    Matters { words: "mtu", unless: &["1500"], negated: false, why: SIZES },
    matters("ip tcp adjust-mss", SIZES),
    matters(
        "service-policy",
        "packets may be dropped or delayed by this policy, and policies are not simulated",
    ),
    matters("zone-member", DROPS),
    matters("crypto map", "the controller encrypts no packets in the simulation"),
    matters("storm-control", DROPS),
    matters("switchport port-security", DROPS),
    matters("authentication port-control", DROPS),
    matters("access-session port-control", DROPS),
];

pub(super) const HARMLESS: &[Harmless] = &[Harmless {
    rows: &[
        "bandwidth",
        "cdp",
        "delay",
        "description",
        "duplex",
        "ip dhcp client",
        "ip helper-address",
        "ip igmp",
        "ip pim",
        "ip proxy-arp",
        "ip redirects",
        "ip unreachables",
        "ip route-cache",
        "ip flow",
        "ipv6 address",
        "ipv6 enable",
        "ipv6 nd",
        "ipv6 dhcp",
        "keepalive",
        "lldp",
        "load-interval",
        "logging",
        "mac-address",
        "media-type",
        "mop",
        "negotiation",
        "spanning-tree",
        "speed",
        "standby",
        "switchport access",
        "switchport mode",
        "switchport trunk",
        "switchport nonegotiate",
        "switchport voice",
        "vrrp",
        "ip ospf",
    ],
    opens: None,
    why: "the interface and its addresses are those of the scenario",
}];
