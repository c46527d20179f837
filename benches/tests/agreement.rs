//! All contenders compute the same.

use opforge_benches::{Contender, Kernel};

#[track_caller]
fn check(kernel: Kernel, size: i64, expected: i64) {
    for contender in Contender::ALL {
        let Some(mut runner) = contender.prepare(kernel).expect("the kernel is right") else { continue };
        for time in ["first", "second"] {
            let value = runner.run(size).expect("the kernel runs");
            assert_eq!(value, expected, "{}, {time} time", contender.name());
        }
    }
}

#[test]
fn fib() {
    check(Kernel::Fib, 1, 1);
    check(Kernel::Fib, 15, 610);
}

#[test]
fn sum() {
    check(Kernel::Sum, 0, 0);
    check(Kernel::Sum, 1000, 499_500);
}

#[test]
fn mandelbrot() {
    check(Kernel::Mandelbrot, 0, 0);
    check(Kernel::Mandelbrot, 12, 2519);
}

#[test]
fn names_are_found() {
    assert!(Kernel::ALL.into_iter().all(|kernel| Kernel::from_name(kernel.name()) == Some(kernel)));
    assert!(Contender::ALL.into_iter().all(|contender| Contender::from_name(contender.name()) == Some(contender)));
    assert_eq!(Contender::from_name("luajit"), None);
}
