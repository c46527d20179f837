//! The kernels in Rust.

use std::hint::black_box;

/// The `n`th Fibonacci number by double recursion.
pub(crate) fn fib(n: i64) -> i64 {
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}

/// The sum of the ints below `n`. Without the black box the loop would become a formula.
pub(crate) fn sum(n: i64) -> i64 {
    let (mut i, mut total) = (0, 0_i64);
    while i < n {
        total = total.wrapping_add(black_box(i));
        i += 1;
    }
    total
}

/// All rounds of z = z² + c over a square grid of `n` points a side, at most 50 a point.
pub(crate) fn mandelbrot(n: i64) -> i64 {
    let mut total = 0;
    for row in 0..n {
        let y = 2.0 * row as f64 / n as f64 - 1.0;
        for column in 0..n {
            let x = 3.0 * column as f64 / n as f64 - 2.0;
            total += escape(x, y);
        }
    }
    total
}

fn escape(x: f64, y: f64) -> i64 {
    let (mut re, mut im, mut rounds) = (0.0, 0.0, 0);
    while rounds < 50 {
        let (re_squared, im_squared) = (re * re, im * im);
        if re_squared + im_squared > 4.0 {
            break;
        }
        im = 2.0 * re * im + y;
        re = re_squared - im_squared + x;
        rounds += 1;
    }
    rounds
}
