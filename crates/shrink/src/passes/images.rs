//! Smaller images.

use std::collections::{BTreeMap, BTreeSet};

use scenario::{Shape, Tree, Unit, Value};
use text::units;

use crate::search::{Candidate, Search};
use crate::walk::{Path, at, at_mut, is_below, spots};

/// The record of a tar archive, of which an image is a multiple.
const RECORD: u64 = 10_240;
/// The sizes that are tried for the smallest image.
const SIZES: [u64; 5] = [RECORD, 10 * RECORD, 50 * RECORD, 100 * RECORD, 1_000 * RECORD];

/// Makes all images smaller at once, then those of each size. Images of the same size stay so, and of two sizes the larger one stays the
/// larger.
pub(super) fn images(search: &mut Search<'_>) {
    let tree = search.tree().clone();
    let sizes = sizes(&tree);
    let Some(largest) = sizes.last().copied() else { return };
    let all = SIZES.iter().flat_map(|size| {
        let to: BTreeMap<u64, u64> =
            sizes.iter().enumerate().map(|(rank, from)| (*from, size * (rank as u64 + 1))).collect();
        let smaller = to.iter().all(|(from, to)| to <= from) && to.iter().any(|(from, to)| to < from);
        let new = to.get(&largest).copied().unwrap_or(largest);
        // Offsets and lengths in files, and room in flash, in the same proportion, or as they are.
        let trees = smaller.then(|| [scaled(&tree, &to, None), scaled(&tree, &to, Some((new, largest)))]);
        trees
            .into_iter()
            .flatten()
            .map(move |tree| Candidate { tree, what: format!("images of {size} bytes or a little more") })
    });
    search.first(all);
    for from in self::sizes(search.tree()).into_iter().rev() {
        let tree = search.tree().clone();
        let smaller = SIZES.iter().copied().filter(|size| *size < from);
        let halves =
            [from / 4, from / 2].map(|size| size / RECORD * RECORD).into_iter().filter(|size| *size > 0);
        let candidates = smaller.chain(halves).map(|size| {
            let tree = scaled(&tree, &BTreeMap::from([(from, size)]), None);
            Candidate { tree, what: format!("images of {size} bytes") }
        });
        search.first(candidates);
    }
}

/// Returns the sizes of files of image sets.
fn sizes(tree: &Tree) -> BTreeSet<u64> {
    let read = |path: &Path| at(tree, path)?.as_text().and_then(|text| units::bytes(text).ok());
    let spots = spots(tree).into_iter().filter(|spot| is_size(spot.shape, Unit::ArchiveSize));
    spots.filter_map(|spot| read(&spot.path)).filter(|size| *size > 0).collect()
}

fn is_size(shape: &Shape, unit: Unit) -> bool {
    matches!(shape, Shape::Number(number) if number.unit == unit)
}

/// Returns the scenario with other sizes of files; with a ratio also with other sizes in events and of flash.
fn scaled(tree: &Tree, to: &BTreeMap<u64, u64>, ratio: Option<(u64, u64)>) -> Tree {
    let mut changed = tree.clone();
    for spot in spots(tree) {
        let Some(place) = at_mut(&mut changed, &spot.path) else { continue };
        let Some(size) = place.as_text().and_then(|text| units::bytes(text).ok()) else { continue };
        if is_size(spot.shape, Unit::ArchiveSize)
            && let Some(size) = to.get(&size)
        {
            place.value = Value::Text(size.to_string());
        }
        if is_size(spot.shape, Unit::Size)
            && is_below(&spot.path, &["timeline", "access_points"])
            && let Some((new, old)) = ratio
        {
            let size = u128::from(size) * u128::from(new) / u128::from(old.max(1));
            place.value = Value::Text(size.to_string());
        }
    }
    changed
}
