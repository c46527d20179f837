//! What is measured.

use crate::native;

/// One algorithm: an int in, an int out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// Calls: the nth Fibonacci number by double recursion.
    Fib,
    /// One counted loop: the sum of the ints below n.
    Sum,
    /// The same as a loop that tests at its top.
    While,
    /// Floats in nested loops: rounds of z² + c over a square grid of n points a side.
    Mandelbrot,
}

impl Kernel {
    /// Every kernel, in the order of the report.
    pub const ALL: [Self; 4] = [Self::Fib, Self::Sum, Self::While, Self::Mandelbrot];

    /// The name that files and programs know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fib => "fib",
            Self::Sum => "sum",
            Self::While => "while",
            Self::Mandelbrot => "mandelbrot",
        }
    }

    /// The kernel of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kernel| kernel.name() == name)
    }

    /// What it is given when it is measured: enough for 50 to 300 ms of Lua.
    pub const fn size(self) -> i64 {
        match self {
            Self::Fib => 30,
            Self::Sum | Self::While => 10_000_000,
            Self::Mandelbrot => 320,
        }
    }

    /// What it is given where that would take seconds.
    pub const fn small_size(self) -> i64 {
        match self {
            Self::Fib => 22,
            Self::Sum | Self::While => 200_000,
            Self::Mandelbrot => 48,
        }
    }

    /// How much there is to do: calls, rounds of the loop, rounds of the innermost loop.
    pub fn work(self, size: i64) -> i64 {
        match self {
            Self::Fib => 2 * native::fib(size + 1) - 1,
            Self::Sum | Self::While => size,
            Self::Mandelbrot => native::mandelbrot(size),
        }
    }

    /// In assembly, as a front end without optimisations emits it.
    pub(crate) const fn assembly(self) -> &'static str {
        match self {
            Self::Fib => include_str!("../kernels/fib.opf"),
            Self::Sum => include_str!("../kernels/sum.opf"),
            Self::While => include_str!("../kernels/while.opf"),
            Self::Mandelbrot => include_str!("../kernels/mandelbrot.opf"),
        }
    }

    /// In idiomatic Lua: locals, and `for` where it counts.
    pub(crate) const fn lua(self) -> &'static str {
        match self {
            Self::Fib => include_str!("../kernels/fib.lua"),
            Self::Sum => include_str!("../kernels/sum.lua"),
            Self::While => include_str!("../kernels/while.lua"),
            Self::Mandelbrot => include_str!("../kernels/mandelbrot.lua"),
        }
    }

    /// In Rust.
    pub(crate) const fn native(self) -> fn(i64) -> i64 {
        match self {
            Self::Fib => native::fib,
            Self::Sum | Self::While => native::sum,
            Self::Mandelbrot => native::mandelbrot,
        }
    }
}
