//! Every contender on every kernel, one group of measurements for each kernel.

use criterion::{BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main};
use opforge_benches::{Contender, Kernel, Runner};
use std::time::Duration;

/// How long each measurement takes, about: a call takes up to some tenths of a second, so samples are few calls.
const MEASURED: Duration = Duration::from_secs(6);

fn kernels(criterion: &mut Criterion) {
    for kernel in Kernel::ALL {
        let mut runners = prepared(kernel);
        let mut group = criterion.benchmark_group(kernel.name());
        group.sampling_mode(SamplingMode::Flat).sample_size(40);
        group.warm_up_time(Duration::from_millis(500)).measurement_time(MEASURED);
        for (contender, runner) in &mut runners {
            let (name, size) = (BenchmarkId::from_parameter(contender.name()), contender.size(kernel));
            group.bench_with_input(name, &size, |bencher, size| {
                bencher.iter(|| runner.run(*size).expect("it ran before"));
            });
        }
        group.finish();
    }
}

/// The contenders, after one run each: all computed the same as Rust.
fn prepared(kernel: Kernel) -> Vec<(Contender, Runner)> {
    let prepare = |contender: Contender| contender.prepare(kernel).expect("the kernel is right");
    let mut rust = prepare(Contender::Rust).expect("every kernel is in Rust");
    let mut runners = Vec::new();
    for contender in Contender::ALL {
        let Some(mut runner) = prepare(contender) else { continue };
        let size = contender.size(kernel);
        let [found, expected] = [&mut runner, &mut rust].map(|runner| runner.run(size).expect("the kernel runs"));
        assert_eq!(found, expected, "{} on {}", contender.name(), kernel.name());
        runners.push((contender, runner));
    }
    runners
}

criterion_group!(benches, kernels);
criterion_main!(benches);
