//! What each end accepts as a request, and from which number on.

use std::time::Duration;

use capwap::{Channel, ChannelConfig, Elements, Error, Incoming, Message, MessageType, Role};

fn request(message_type: MessageType, sequence: u8) -> bytes::Bytes {
    Message { message_type, sequence, elements: Elements::new() }.write()
}

#[test]
fn requests_for_the_other_end_are_refused() {
    let mut wtp = Channel::new(ChannelConfig::new(Role::Wtp));
    let join = wtp.handle_datagram(Duration::ZERO, request(MessageType::JoinRequest, 0));
    assert_eq!(join, Err(Error::Misdirected(MessageType::JoinRequest)));
    let image = wtp.handle_datagram(Duration::ZERO, request(MessageType::ImageDataRequest, 0));
    assert!(matches!(image, Ok(Some(Incoming::Request(_)))));

    let mut ac = Channel::new(ChannelConfig::new(Role::Ac));
    // Discovery, which also probes the path in a session (3.5), has numbers of its own.
    let probe = ac.handle_datagram(Duration::ZERO, request(MessageType::PrimaryDiscoveryRequest, 0));
    assert_eq!(probe, Err(Error::Misdirected(MessageType::PrimaryDiscoveryRequest)));
    let reset = ac.handle_datagram(Duration::ZERO, request(MessageType::ResetRequest, 0));
    assert_eq!(reset, Err(Error::Misdirected(MessageType::ResetRequest)));
}

#[test]
fn the_controller_counts_from_the_join() {
    let mut ac = Channel::new(ChannelConfig::new(Role::Ac));
    let join = ac.handle_datagram(Duration::ZERO, request(MessageType::JoinRequest, 7)).unwrap();
    assert!(matches!(join, Some(Incoming::Request(Message { sequence: 7, .. }))));
    // 9 waits for 8.
    assert_eq!(ac.handle_datagram(Duration::ZERO, request(MessageType::EchoRequest, 9)), Ok(None));
    let eighth = ac.handle_datagram(Duration::ZERO, request(MessageType::EchoRequest, 8)).unwrap();
    assert!(matches!(eighth, Some(Incoming::Request(Message { sequence: 8, .. }))));
    assert!(matches!(ac.poll_incoming(), Some(Incoming::Request(Message { sequence: 9, .. }))));
    assert_eq!(ac.poll_incoming(), None);
}

#[test]
fn the_access_point_counts_from_zero() {
    let mut wtp = Channel::new(ChannelConfig::new(Role::Wtp));
    assert_eq!(wtp.handle_datagram(Duration::ZERO, request(MessageType::ImageDataRequest, 1)), Ok(None));
    let first = wtp.handle_datagram(Duration::ZERO, request(MessageType::ImageDataRequest, 0)).unwrap();
    assert!(matches!(first, Some(Incoming::Request(Message { sequence: 0, .. }))));
    assert!(matches!(wtp.poll_incoming(), Some(Incoming::Request(Message { sequence: 1, .. }))));
}
