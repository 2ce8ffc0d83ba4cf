//! What a seeded thread draws.

use std::hash::{BuildHasher, RandomState};

use rand::Rng;

/// Everything that libraries draw from here: std's maps, rand's generator of the thread, the system itself.
fn draw() -> (u64, u64, [u8; 40]) {
    let mut system = [0; 40];
    getrandom::fill(&mut system).expect("the system has randomness");
    (RandomState::new().hash_one(1), rand::rng().next_u64(), system)
}

#[test]
fn a_seed_decides_what_libraries_draw() {
    let first = entropy::seeded(1, draw);
    assert_eq!(first, entropy::seeded(1, draw));
    let other = entropy::seeded(2, draw);
    assert_ne!(first.0, other.0, "std");
    assert_ne!(first.1, other.1, "rand");
    assert_ne!(first.2, other.2, "getrandom");
}

#[test]
fn threads_that_run_beside_each_other_do_not_disturb_each_other() {
    let alone = entropy::seeded(3, || [(); 100].map(|()| draw()));
    let beside: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> =
            (0..8).map(|_| scope.spawn(|| entropy::seeded(3, || [(); 100].map(|()| draw())))).collect();
        running.into_iter().map(|thread| thread.join().expect("it draws")).collect()
    });
    assert!(beside.iter().all(|drawn| *drawn == alone));
}

#[test]
fn other_threads_draw_from_the_system() {
    let unseeded = || std::thread::scope(|scope| scope.spawn(draw).join().expect("it draws"));
    assert_ne!(unseeded(), unseeded());
    let inside = entropy::seeded(4, unseeded);
    assert_ne!(inside, entropy::seeded(4, unseeded), "a thread's seed is not its children's");
}

#[test]
#[should_panic(expected = "of the task")]
fn a_panic_is_the_caller_s() {
    entropy::seeded(5, || panic!("of the task"));
}
