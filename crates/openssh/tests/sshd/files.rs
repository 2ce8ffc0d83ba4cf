//! A client of files, request by request.

use bytes::Bytes;
use sftp::{ClientPacket, FrameReader, Handle, OpenFlags, Reply, Request, ServerPacket, StatusCode};
use ssh::Channel;
use tokio::io::AsyncReadExt;

pub(super) struct Files {
    channel: Channel,
    frames: FrameReader,
    next: u32,
}

impl Files {
    /// Begins with INIT.
    pub(super) async fn new(channel: Channel) -> Self {
        let mut files = Self { channel, frames: FrameReader::new(), next: 0 };
        files.send(&ClientPacket::init()).await;
        assert!(matches!(files.receive().await, Some(ServerPacket::Version { version: 3, .. })));
        files
    }

    /// One request and its reply.
    pub(super) async fn ask(&mut self, request: Request) -> Reply {
        self.begin(request).await;
        match self.receive().await {
            Some(ServerPacket::Reply { reply, .. }) => reply,
            other => panic!("{other:?}"),
        }
    }

    /// A request whose reply is not awaited.
    pub(super) async fn begin(&mut self, request: Request) {
        self.next += 1;
        self.send(&request.with_id(self.next)).await;
    }

    pub(super) async fn open(&mut self, path: &str) -> Result<Handle, StatusCode> {
        match self.ask(Request::open(path, OpenFlags::READ)).await {
            Reply::Handle(handle) => Ok(handle),
            Reply::Status(status) => Err(status.code),
            other => panic!("{other:?}"),
        }
    }

    /// The file as the controller fetches it: realpath, stat, open, reads one by one, close.
    pub(super) async fn fetch(&mut self, path: &str) -> Result<Vec<u8>, StatusCode> {
        self.ask(Request::Realpath(".".into())).await;
        if let Reply::Status(status) = self.ask(Request::Stat(path.into())).await {
            return Err(status.code);
        }
        let handle = self.open(path).await?;
        let mut content = Vec::new();
        loop {
            let (offset, length) = (content.len() as u64, 32_768);
            match self.ask(Request::Read { handle: handle.clone(), offset, length }).await {
                Reply::Data(data) => content.extend_from_slice(&data),
                Reply::Status(status) if status.code == StatusCode::EOF => break,
                other => panic!("{other:?}"),
            }
        }
        self.ask(Request::Close(handle)).await;
        Ok(content)
    }

    /// Says that nothing more comes, and waits for the server to close.
    pub(super) async fn finish(mut self) -> Option<u32> {
        use tokio::io::AsyncWriteExt;
        self.channel.shutdown().await.expect("still open");
        let _ = self.channel.read_to_end(&mut Vec::new()).await;
        self.channel.closed().await;
        self.channel.peer_exit_status()
    }

    pub(super) async fn raw(&mut self, bytes: &'static [u8]) {
        self.channel.send(Bytes::from_static(bytes)).await.expect("still open");
    }

    /// The next packet, or the end.
    pub(super) async fn receive(&mut self) -> Option<ServerPacket> {
        let mut buffer = vec![0; 32 << 10];
        loop {
            if let Some(frame) = self.frames.next().expect("frames") {
                return Some(ServerPacket::parse(frame).expect("a packet"));
            }
            match self.channel.read(&mut buffer).await {
                Ok(0) | Err(_) => return None,
                Ok(length) => self.frames.push(&buffer[..length]),
            }
        }
    }

    async fn send(&mut self, packet: &ClientPacket) {
        self.channel.send(packet.to_bytes()).await.expect("still open");
    }
}
