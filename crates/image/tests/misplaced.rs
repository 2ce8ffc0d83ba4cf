//! Synthetic files repeat, and share memory; blocks that lie in the wrong place are found all the same.

use bytes::Bytes;
use image::{
    BLOCKING, Content, ControllerImage, Pool, Version, synthesize, synthesize_controller, verify,
    verify_controller,
};

/// The block sizes of TFTP, of CAPWAP's two layouts and of SFTP's clients, with those between that path MTUs lead to.
const BLOCK_SIZES: [u64; 8] = [512, 1_024, 1_377, 1_400, 1_428, 1_468, 8_192, 32_768];
/// The blocks after which TFTP's 16-bit numbers come again.
const ROLLOVER: usize = 65_536;
/// The number of bytes after which a file repeats, as its documentation says.
const PERIOD: u64 = 2_097_169;

fn version() -> Version {
    "17.9.4.27".parse().expect("a version")
}

fn bundle(size: u64) -> Content {
    synthesize("ap1g8", &version(), size).expect("a good size")
}

fn blocks(content: &Content, size: u64) -> Vec<Bytes> {
    let starts = (0..content.len()).step_by(size as usize);
    starts.map(|start| content.block(start..content.len().min(start + size))).collect()
}

/// Writes the blocks as an access point does that has the image's equal in its pool.
fn written(pool: &Pool, blocks: &[Bytes]) -> Content {
    let mut writer = pool.writer();
    blocks.iter().for_each(|block| writer.append(block));
    writer.finish()
}

/// The block of `size` bytes that an error of `by` bytes takes instead of block `index`.
fn displaced(content: &Content, size: u64, index: usize, by: i64) -> Bytes {
    let start = (index as u64 * size).checked_add_signed(by).expect("it is not the first block");
    content.block(start..start + size)
}

/// All blocks of a whole image of real size, sorted: equal ones would stand side by side.
#[test]
fn no_two_blocks_of_an_image_are_equal() {
    let image = bundle(70_512_640);
    for size in BLOCK_SIZES {
        let mut blocks = blocks(&image, size);
        // The zeros at the end of an archive are equal wherever they stand.
        blocks.retain(|block| block.iter().any(|byte| *byte != 0));
        blocks.sort_unstable();
        let equal = blocks.windows(2).filter(|pair| pair[0] == pair[1]).count();
        assert_eq!(equal, 0, "blocks of {size} bytes");
    }
}

#[test]
fn a_block_in_another_place_is_refused() {
    let image = bundle(900 * BLOCKING);
    let pool = Pool::new();
    pool.insert(image.clone());
    for size in BLOCK_SIZES {
        let right = blocks(&image, size);
        assert!(written(&pool, &right).same_storage(&image));
        let period = (PERIOD / size) as usize;
        let refused = |what: &str, change: &dyn Fn(&mut Vec<Bytes>)| {
            let mut wrong = right.clone();
            change(&mut wrong);
            let stored = written(&pool, &wrong);
            assert_eq!(
                stored.bytes(),
                wrong.concat(),
                "{what}, blocks of {size} bytes: what was sent is stored"
            );
            assert!(verify(&stored).is_err(), "{what}, blocks of {size} bytes");
            assert_ne!(stored.md5(), image.md5(), "{what}, blocks of {size} bytes");
        };
        refused("neighbours swapped", &|blocks| blocks.swap(70, 71));
        // The blocks that are nearest to a period apart, and to two.
        for apart in [period, period + 1, 2 * period, 2 * period + 1] {
            refused("swapped", &|blocks| blocks.swap(20, 20 + apart));
        }
        refused("doubled", &|blocks| blocks.insert(70, blocks[70].clone()));
        refused("one instead of the next", &|blocks| blocks[71] = blocks[70].clone());
        refused("lost", &|blocks| drop(blocks.remove(70)));
        for by in [1, -1, size as i64 - 1, PERIOD as i64 + 1, PERIOD as i64 - 1, 1 << 21] {
            refused("another offset", &|blocks| blocks[70] = displaced(&image, size, 70, by));
        }
    }
}

#[test]
fn a_block_of_65536_blocks_before_is_refused() {
    let image = bundle(3_500 * BLOCKING);
    let mut blocks = blocks(&image, 512);
    blocks[ROLLOVER + 100] = blocks[100].clone();
    let pool = Pool::new();
    pool.insert(image.clone());
    assert!(verify(&written(&pool, &blocks)).is_err());
}

#[test]
fn misplaced_blocks_of_a_controller_s_image_are_refused() {
    let versions = ControllerImage { version: "17.09.04a.0.6".into(), ap: version() };
    let image = synthesize_controller(&versions, 5_000_000).expect("it is large enough");
    assert_eq!(verify_controller(&image), Ok(versions));
    let pool = Pool::new();
    pool.insert(image.clone());
    for size in BLOCK_SIZES {
        let mut blocks = blocks(&image, size);
        blocks.swap(1, 1 + (PERIOD / size) as usize);
        assert!(verify_controller(&written(&pool, &blocks)).is_err(), "blocks of {size} bytes");
    }
}

/// Seven images of real size are 443 MB, and 15 MB of memory.
#[test]
fn images_of_real_size_share_memory() {
    let pool = Pool::new();
    let sizes = [58_910_720, 70_512_640, 57_221_120, 63_825_920, 84_346_880, 67_850_240, 40_468_480];
    let images: Vec<_> = sizes.iter().map(|size| bundle(*size)).collect();
    images.iter().for_each(|image| pool.insert(image.clone()));
    assert!(pool.stored_bytes() < 7 * (PERIOD + 50_000), "{}", pool.stored_bytes());
    let copies: Vec<_> = images.iter().map(|image| written(&pool, &blocks(image, 1_377))).collect();
    assert_eq!(copies, images);
    assert!(pool.stored_bytes() < 7 * (PERIOD + 50_000), "{}", pool.stored_bytes());
}
