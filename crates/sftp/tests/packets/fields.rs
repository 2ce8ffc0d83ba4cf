//! Fields as the draft and OpenSSH have them.

use bytes::Bytes;
use sftp::{
    Attributes, ClientPacket, Extension, FileTimes, Malformed, NameEntry, OpenFlags, Owner, ParseError,
    Reply, Request, ServerPacket, Status, StatusCode, Text,
};

fn client(frame: &'static [u8]) -> Result<ClientPacket, ParseError> {
    ClientPacket::parse(Bytes::from_static(frame))
}

fn server(frame: &'static [u8]) -> Result<ServerPacket, ParseError> {
    ServerPacket::parse(Bytes::from_static(frame))
}

#[test]
fn requests_on_the_wire() {
    assert_eq!(ClientPacket::init().to_bytes(), &b"\0\0\0\x05\x01\0\0\0\x03"[..]);
    assert_eq!(
        Request::open("a", OpenFlags::WRITE | OpenFlags::CREAT).with_id(7).to_bytes(),
        &b"\0\0\0\x12\x03\0\0\0\x07\0\0\0\x01a\0\0\0\x0a\0\0\0\0"[..]
    );
    assert_eq!(
        Request::Read { handle: 1.into(), offset: 0x0102_0304_0506, length: 32_768 }.with_id(8).to_bytes(),
        &b"\0\0\0\x19\x05\0\0\0\x08\0\0\0\x04\0\0\0\x01\0\0\x01\x02\x03\x04\x05\x06\0\0\x80\0"[..]
    );
    assert_eq!(
        Request::from(Extension::Limits).with_id(1).to_bytes(),
        &b"\0\0\0\x1b\xc8\0\0\0\x01\0\0\0\x12limits@openssh.com"[..]
    );
    // The order in which OpenSSH 8.9's client sends the two paths.
    assert_eq!(
        Request::Symlink { target: "to".into(), link: "at".into() }.with_id(2).to_bytes(),
        &b"\0\0\0\x11\x14\0\0\0\x02\0\0\0\x02to\0\0\0\x02at"[..]
    );
}

#[test]
fn replies_on_the_wire() {
    let attributes = Attributes {
        size: Some(3),
        owner: Some(Owner { uid: 1000, gid: 1001 }),
        permissions: Some(0o100_644),
        times: Some(FileTimes { accessed: 1, modified: 2 }),
        extended: Vec::new(),
    };
    assert_eq!(attributes.flags(), 15);
    assert_eq!(
        ServerPacket::Reply { id: 9, reply: Reply::Attrs(attributes) }.to_bytes(),
        &b"\0\0\0\x25\x69\0\0\0\x09\0\0\0\x0f\0\0\0\0\0\0\0\x03\0\0\x03\xe8\0\0\x03\xe9\0\0\x81\xa4\0\0\0\x01\0\0\0\x02"
            [..]
    );
    let status = Status::new(StatusCode::NO_SUCH_FILE, "No such file");
    assert_eq!(
        ServerPacket::Reply { id: 3, reply: Reply::Status(status) }.to_bytes(),
        &b"\0\0\0\x1d\x65\0\0\0\x03\0\0\0\x02\0\0\0\x0cNo such file\0\0\0\0"[..]
    );
    let entry = NameEntry { filename: "/".into(), longname: "/".into(), attributes: Attributes::none() };
    assert_eq!(
        ServerPacket::Reply { id: 4, reply: Reply::Name(vec![entry]) }.to_bytes(),
        &b"\0\0\0\x17\x68\0\0\0\x04\0\0\0\x01\0\0\0\x01/\0\0\0\x01/\0\0\0\0"[..]
    );
}

#[test]
fn what_peers_in_the_field_send_is_taken() {
    // A status without words, for version 2; one without a language.
    let status = |frame| match server(frame) {
        Ok(ServerPacket::Reply { id: 5, reply: Reply::Status(status) }) => status,
        other => panic!("{other:?}"),
    };
    assert_eq!(status(b"\x65\0\0\0\x05\0\0\0\x04"), Status::bare(StatusCode::FAILURE));
    assert_eq!(status(b"\x65\0\0\0\x05\0\0\0\x04\0\0\0\x02no"), Status::new(StatusCode::FAILURE, "no"));
    // Bytes after the last field; a name that is not UTF-8; flags of attributes that version 3 does not know.
    assert_eq!(
        client(b"\x11\0\0\0\x05\0\0\0\x02\xff\xfemore"),
        Ok(Request::Stat(Text::new(&b"\xff\xfe"[..])).with_id(5))
    );
    assert_eq!(
        client(b"\x0e\0\0\0\x05\0\0\0\x01d\0\x07\xff\xf0"),
        Ok(Request::Mkdir { path: "d".into(), attributes: Attributes::none() }.with_id(5))
    );
}

#[test]
fn what_is_wrong_is_said_with_the_number_of_the_request() {
    let refused = |kind, id, problem| Err(ParseError { kind, id, problem });
    assert_eq!(client(b""), refused(0, None, Malformed::Incomplete));
    assert_eq!(client(b"\x01\0\0\x03"), refused(1, None, Malformed::Incomplete));
    assert_eq!(client(b"\x05\0\0"), refused(5, None, Malformed::Incomplete));
    assert_eq!(client(b"\x11\0\0\0\x09\0\0"), refused(17, Some(9), Malformed::Incomplete));
    assert_eq!(
        client(b"\x11\0\0\0\x09\xff\xff\xff\xffabc"),
        refused(17, Some(9), Malformed::String { length: u32::MAX })
    );
    assert_eq!(client(b"\x63\0\0\0\x09"), refused(99, Some(9), Malformed::UnknownType(99)));
    // A client's packet is none of a server's.
    assert_eq!(
        server(b"\x11\0\0\0\x09\0\0\0\x01a").map_err(|error| error.problem),
        Err(Malformed::UnknownType(17))
    );
    assert_eq!(
        server(b"\x68\0\0\0\x09\xff\xff\xff\xff\0\0\0\x01a").map_err(|error| error.problem),
        Err(Malformed::Incomplete)
    );
}

#[test]
fn extensions_are_in_the_order_of_openssh_8_9() {
    let names: Vec<&str> = Extension::ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(names[0], "posix-rename@openssh.com");
    assert_eq!(names[6..], ["limits@openssh.com", "expand-path@openssh.com"]);
    assert_eq!(Extension::parse(&"copy-data".into(), Bytes::new()), None);
    assert_eq!(
        Extension::parse(&"statvfs@openssh.com".into(), Bytes::from_static(b"\0\0")),
        Some(Err(Malformed::Incomplete))
    );
}
