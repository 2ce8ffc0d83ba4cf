//! AP image bundles: names, versions, tar layout, signature; synthetic content; directory listings.
//!
//! Start with [`Content`], the bytes of a file: immutable, cheap to clone and to slice. [`Pool`] and its [`Writer`] store
//! equal contents once, so that a hundred access points holding the same 70 MB cost 70 MB. [`synthesize`] makes a bundle of
//! exact size, which costs two megabytes of memory, whatever its size, and is kept for the process's next run; [`inspect`] reads its members and [`verify`] checks them against the signature; [`HeadReader`] reads what an image states
//! while it arrives. [`Listing`] reads what
//! `ls -l`, `dir` and other commands print of a real image directory.
//!
//! The bundles are real tar archives with Cisco's member names; their bytes are pseudo-random, and they are signed with a key of
//! this project, see [`synthesize`].

mod blob;
mod bundle;
mod content;
mod controller;
mod head;
mod kept;
mod listing;
mod manifest;
mod pool;
mod synthesize;
mod tar;
mod tile;

pub use bundle::{ImageError, Info, Member, identify, inspect, verify, verify_members};
pub use content::Content;
pub use controller::{
    CONTROLLER_FILE, ControllerImage, ControllerImageError, inspect_controller, synthesize_controller,
    verify_controller,
};
pub use head::HeadReader;
pub use listing::{Entry, Listing, ListingError, ListingProblem, PassedOver, may_be_image};
pub use pool::{Pool, Writer};
pub use synthesize::{BLOCKING, SizeError, synthesize, synthesize_part};
pub use text::{Version, VersionError};
pub use tile::filler;

/// The most bytes that an image file may have: ten times the largest file of a release, and more than any server sends unless it is
/// faulty.
pub const FILE_MAX: u64 = 4 << 30;
