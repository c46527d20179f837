use super::*;
use proptest::prelude::*;

const LOCALS: u16 = 4;

/// Slot code that folding wrote.
#[derive(Clone, Debug, PartialEq)]
enum Code {
    Copy(u16, Source<i64>),
    Exchange(u16, u16),
    /// Mixes its operands into a new value for each of its results.
    Mix(Vec<Consumed<i64>>, Vec<u16>),
}

#[derive(Default)]
struct Written(Vec<Code>);

impl Sink<i64> for Written {
    fn copy(&mut self, to: u16, from: Source<i64>) {
        self.0.push(Code::Copy(to, from));
    }

    fn exchange(&mut self, a: u16, b: u16) {
        self.0.push(Code::Exchange(a, b));
    }

    fn redirect(&mut self, to: u16) {
        match self.0.last_mut() {
            Some(Code::Mix(_, results)) if results.len() == 1 => results[0] = to,
            other => panic!("nothing to redirect in {other:?}"),
        }
    }
}

fn mix(values: &[i64], result: usize) -> i64 {
    values.iter().fold(17 + result as i64, |sum, value| sum.wrapping_mul(31).wrapping_add(*value))
}

/// Runs slot code. Constants are put into the homes of their positions first, as the lowering may do.
fn run(code: &[Code], slots: &mut [i64]) {
    let read = |slots: &[i64], source: Source<i64>| match source {
        Source::Slot(slot) => slots[usize::from(slot)],
        Source::Const(value) => value,
    };
    for code in code {
        match code {
            Code::Copy(to, from) => slots[usize::from(*to)] = read(slots, *from),
            Code::Exchange(a, b) => slots.swap(usize::from(*a), usize::from(*b)),
            Code::Mix(operands, results) => {
                for operand in operands {
                    if let Source::Const(value) = operand.source {
                        slots[usize::from(operand.home)] = value;
                    }
                }
                let values: Vec<i64> = operands
                    .iter()
                    .map(|operand| match operand.source {
                        Source::Slot(slot) => slots[usize::from(slot)],
                        Source::Const(_) => slots[usize::from(operand.home)],
                    })
                    .collect();
                for (index, result) in results.iter().enumerate() {
                    slots[usize::from(*result)] = mix(&values, index);
                }
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Get(u16),
    Set(u16),
    Constant(i64),
    Shuffle(u32, Vec<u8>),
    Apply(u32, u32),
    Flush,
}

fn step() -> impl Strategy<Value = Step> {
    let shuffles = prop::sample::select(vec![
        Step::Shuffle(1, vec![]),
        Step::Shuffle(1, vec![0, 0]),
        Step::Shuffle(2, vec![1, 0]),
        Step::Shuffle(2, vec![0, 1, 0, 1]),
        Step::Shuffle(3, vec![1, 2, 0]),
        Step::Shuffle(3, vec![2, 0, 0]),
    ]);
    prop_oneof![
        4 => (0..LOCALS).prop_map(Step::Get),
        3 => (0..LOCALS).prop_map(Step::Set),
        2 => (0i64..9).prop_map(Step::Constant),
        4 => shuffles,
        3 => (0u32..3, 0u32..3).prop_map(|(inputs, outputs)| Step::Apply(inputs, outputs)),
        1 => Just(Step::Flush),
    ]
}

/// One step on a plain stack; false if it is not deep enough.
fn plain(step: &Step, locals: &mut [i64], stack: &mut Vec<i64>) -> bool {
    let needed = match step {
        Step::Set(_) => 1,
        Step::Shuffle(inputs, _) | Step::Apply(inputs, _) => *inputs as usize,
        _ => 0,
    };
    if stack.len() < needed {
        return false;
    }
    match step {
        Step::Get(slot) => stack.push(locals[usize::from(*slot)]),
        Step::Set(slot) => locals[usize::from(*slot)] = stack.pop().expect("one value"),
        Step::Constant(value) => stack.push(*value),
        Step::Shuffle(_, outputs) => {
            let taken = stack.split_off(stack.len() - needed);
            stack.extend(outputs.iter().map(|output| taken[usize::from(*output)]));
        }
        Step::Apply(_, outputs) => {
            let taken = stack.split_off(stack.len() - needed);
            stack.extend((0..*outputs).map(|result| mix(&taken, result as usize)));
        }
        Step::Flush => {}
    }
    true
}

fn folded(step: &Step, fold: &mut Fold<i64>, written: &mut Written) {
    match step {
        Step::Get(slot) => fold.get(*slot, written),
        Step::Set(slot) => fold.set(*slot, written),
        Step::Constant(value) => fold.constant(*value, written),
        Step::Shuffle(inputs, outputs) => fold.shuffle(*inputs, outputs, written),
        Step::Apply(inputs, outputs) => {
            let mut operands = Vec::new();
            fold.prepare(*inputs, written);
            fold.apply(*inputs, *outputs, true, &mut operands);
            let base = fold.depth() - outputs;
            written.0.push(Code::Mix(operands, (0..*outputs).map(|index| fold.home(base + index)).collect()));
        }
        Step::Flush => fold.flush(written),
    }
}

fn check(steps: &[Step], folds: bool, pinned: u32) -> Result<(), TestCaseError> {
    let start: Vec<i64> = (0..i64::from(LOCALS)).map(|slot| 1000 + slot).collect();
    let (mut locals, mut stack) = (start.clone(), vec![1, 2, 3]);
    let mut slots = [start, stack.clone(), vec![0; 300]].concat();
    let mut fold = Fold::new(LOCALS, folds);
    fold.begin(3, pinned);
    let mut written = Written::default();
    let first = slots.clone();
    for step in steps {
        if stack.len() > 200 || !plain(step, &mut locals, &mut stack) {
            continue;
        }
        folded(step, &mut fold, &mut written);
        slots.clone_from(&first);
        run(&written.0, &mut slots);
        prop_assert_eq!(fold.depth() as usize, stack.len());
        prop_assert_eq!(&slots[..usize::from(LOCALS)], &locals[..]);
        let described: Vec<i64> = (0..fold.depth())
            .map(|position| match fold.source(position) {
                Source::Slot(slot) => slots[usize::from(slot)],
                Source::Const(value) => value,
            })
            .collect();
        prop_assert_eq!(&described, &stack, "{:?}", written.0);
        let most = if folds { Fold::<i64>::MAX_AWAY } else { 0 };
        prop_assert!(fold.away().len() <= most);
        prop_assert!(fold.away().is_sorted_by_key(|away| away.position));
        prop_assert!(fold.away().iter().all(|away| away.position >= pinned));
        if matches!(step, Step::Flush) {
            prop_assert!(fold.away().is_empty());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// After every step the symbolic stack describes what a plain stack holds, and locals are the same.
    #[test]
    fn describes_the_stack(steps in prop::collection::vec(step(), 1..60), folds: bool, pinned in 0u32..4) {
        check(&steps, folds, pinned)?;
    }
}

fn fold_all(steps: &[Step], depth: u32) -> Vec<Code> {
    let mut fold = Fold::new(LOCALS, true);
    fold.begin(depth, 0);
    let mut written = Written::default();
    steps.iter().for_each(|step| folded(step, &mut fold, &mut written));
    written.0
}

fn slot(slot: u16, home: u16) -> Consumed<i64> {
    Consumed { source: Source::Slot(slot), home }
}

#[test]
fn a_statement_over_locals_is_one_instruction() {
    let code = fold_all(&[Step::Get(0), Step::Get(1), Step::Apply(2, 1), Step::Set(2)], 0);
    assert_eq!(code, [Code::Mix(vec![slot(0, 4), slot(1, 5)], vec![2])]);
}

#[test]
fn a_result_that_is_kept_and_stored_is_written_once() {
    let code = fold_all(&[Step::Get(0), Step::Apply(1, 1), Step::Shuffle(1, vec![0, 0]), Step::Set(0)], 0);
    assert_eq!(code, [Code::Mix(vec![slot(0, 4)], vec![0])]);
}

#[test]
fn a_pending_read_is_copied_out_before_its_slot_is_overwritten() {
    let code = fold_all(&[Step::Get(0), Step::Constant(7), Step::Set(0), Step::Apply(1, 1)], 0);
    let expected =
        [Code::Copy(4, Source::Slot(0)), Code::Copy(0, Source::Const(7)), Code::Mix(vec![slot(4, 4)], vec![4])];
    assert_eq!(code, expected);
}

#[test]
fn exchanged_positions_go_home_by_an_exchange() {
    assert_eq!(fold_all(&[Step::Shuffle(2, vec![1, 0]), Step::Flush], 2), [Code::Exchange(4, 5)]);
    let turned = fold_all(&[Step::Shuffle(3, vec![1, 2, 0]), Step::Flush], 3);
    assert_eq!(turned.len(), 2, "{turned:?}");
}

#[test]
fn the_oldest_goes_home_when_too_many_are_away() {
    let steps: Vec<Step> = (0..40).map(|_| Step::Get(1)).collect();
    let code = fold_all(&steps, 0);
    let expected: Vec<Code> = (0..8).map(|home| Code::Copy(4 + home, Source::Slot(1))).collect();
    assert_eq!(code, expected);
}
