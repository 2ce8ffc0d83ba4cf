//! Any packet that can be written.

use bytes::Bytes;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use sftp::{
    Attributes, ClientPacket, Extension, Extensions, FileTimes, Handle, NameEntry, OpenFlags, Owner, Reply,
    Request, ServerPacket, Status, StatusCode, StatusText, Text,
};

fn bytes(most: usize) -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..most).prop_map(Bytes::from)
}

fn text() -> impl Strategy<Value = Text> {
    bytes(40).prop_map(Text::new)
}

fn handle() -> impl Strategy<Value = Handle> {
    prop_oneof![any::<u32>().prop_map(Handle::from), bytes(20).prop_map(Handle::new)]
}

fn attributes() -> impl Strategy<Value = Attributes> {
    (
        option::of(any::<u64>()),
        option::of((any::<u32>(), any::<u32>()).prop_map(|(uid, gid)| Owner { uid, gid })),
        option::of(any::<u32>()),
        option::of(
            (any::<u32>(), any::<u32>()).prop_map(|(accessed, modified)| FileTimes { accessed, modified }),
        ),
        vec((text(), bytes(20)), 0..3),
    )
        .prop_map(|(size, owner, permissions, times, extended)| Attributes {
            size,
            owner,
            permissions,
            times,
            extended,
        })
}

pub(crate) fn extension() -> impl Strategy<Value = Extension> {
    prop_oneof![
        (text(), text()).prop_map(|(old, new)| Extension::PosixRename { old, new }),
        text().prop_map(Extension::Statvfs),
        handle().prop_map(Extension::Fstatvfs),
        (text(), text()).prop_map(|(old, new)| Extension::Hardlink { old, new }),
        handle().prop_map(Extension::Fsync),
        (text(), attributes()).prop_map(|(path, attributes)| Extension::Lsetstat { path, attributes }),
        Just(Extension::Limits),
        text().prop_map(Extension::ExpandPath),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    prop_oneof![
        (text(), any::<u32>(), attributes()).prop_map(|(path, flags, attributes)| Request::Open {
            path,
            flags: OpenFlags(flags),
            attributes
        }),
        (handle(), any::<u64>(), any::<u32>()).prop_map(|(handle, offset, length)| Request::Read {
            handle,
            offset,
            length
        }),
        (handle(), any::<u64>(), bytes(300)).prop_map(|(handle, offset, data)| Request::Write {
            handle,
            offset,
            data
        }),
        (text(), attributes()).prop_map(|(path, attributes)| Request::Setstat { path, attributes }),
        (handle(), attributes()).prop_map(|(handle, attributes)| Request::Fsetstat { handle, attributes }),
        (text(), attributes()).prop_map(|(path, attributes)| Request::Mkdir { path, attributes }),
        (text(), text()).prop_map(|(old, new)| Request::Rename { old, new }),
        (text(), text()).prop_map(|(target, link)| Request::Symlink { target, link }),
        (text(), bytes(40)).prop_map(|(request, data)| Request::Extended { request, data }),
        extension().prop_map(Request::from),
        (text(), 0..7).prop_map(|(path, which)| match which {
            0 => Request::Lstat(path),
            1 => Request::Opendir(path),
            2 => Request::Remove(path),
            3 => Request::Rmdir(path),
            4 => Request::Realpath(path),
            5 => Request::Stat(path),
            _ => Request::Readlink(path),
        }),
        (handle(), 0..3).prop_map(|(handle, which)| match which {
            0 => Request::Close(handle),
            1 => Request::Fstat(handle),
            _ => Request::Readdir(handle),
        }),
    ]
}

fn reply() -> impl Strategy<Value = Reply> {
    let words = option::of((text(), text()).prop_map(|(message, language)| StatusText { message, language }));
    let entry = (text(), text(), attributes()).prop_map(|(filename, longname, attributes)| NameEntry {
        filename,
        longname,
        attributes,
    });
    prop_oneof![
        (any::<u32>(), words).prop_map(|(code, text)| Reply::Status(Status { code: StatusCode(code), text })),
        handle().prop_map(Reply::Handle),
        bytes(300).prop_map(Reply::Data),
        vec(entry, 0..4).prop_map(Reply::Name),
        attributes().prop_map(Reply::Attrs),
        bytes(100).prop_map(Reply::ExtendedReply),
    ]
}

fn extensions() -> impl Strategy<Value = Extensions> {
    vec((text(), bytes(20)), 0..4)
}

pub(crate) fn client_packet() -> impl Strategy<Value = ClientPacket> {
    prop_oneof![
        1 => (any::<u32>(), extensions())
            .prop_map(|(version, extensions)| ClientPacket::Init { version, extensions }),
        8 => (any::<u32>(), request()).prop_map(|(id, request)| ClientPacket::Request { id, request }),
    ]
}

pub(crate) fn server_packet() -> impl Strategy<Value = ServerPacket> {
    prop_oneof![
        1 => (any::<u32>(), extensions())
            .prop_map(|(version, extensions)| ServerPacket::Version { version, extensions }),
        6 => (any::<u32>(), reply()).prop_map(|(id, reply)| ServerPacket::Reply { id, reply }),
    ]
}
