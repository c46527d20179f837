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
    fn copy(&mut self, to: Slot, from: Source<i64>) {
        self.0.push(Code::Copy(to.0, from));
    }

    fn exchange(&mut self, a: Slot, b: Slot) {
        self.0.push(Code::Exchange(a.0, b.0));
    }

    fn redirect(&mut self, to: Slot) {
        match self.0.last_mut() {
            Some(Code::Mix(_, results)) if results.len() == 1 => results[0] = to.0,
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
        Source::Slot(slot) => slots[slot.index()],
        Source::Const(value) => value,
    };
    for code in code {
        match code {
            Code::Copy(to, from) => slots[usize::from(*to)] = read(slots, *from),
            Code::Exchange(a, b) => slots.swap(usize::from(*a), usize::from(*b)),
            Code::Mix(operands, results) => {
                for operand in operands {
                    if let Source::Const(value) = operand.source {
                        slots[operand.home.index()] = value;
                    }
                }
                let values: Vec<i64> = operands
                    .iter()
                    .map(|operand| match operand.source {
                        Source::Slot(slot) => slots[slot.index()],
                        Source::Const(_) => slots[operand.home.index()],
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
        Step::Get(slot) => fold.get(Slot(*slot), written),
        Step::Set(slot) => fold.set(Slot(*slot), written),
        Step::Constant(value) => fold.constant(*value, written),
        Step::Shuffle(inputs, outputs) => fold.shuffle(*inputs, outputs, written),
        Step::Apply(inputs, outputs) => {
            let mut operands = Vec::new();
            fold.prepare(*inputs, written);
            fold.apply(*inputs, *outputs, true, &mut operands);
            let base = fold.depth().minus(*outputs).expect("they were pushed");
            let results = (0..*outputs).map(|index| fold.home(base.plus(index)).0);
            written.0.push(Code::Mix(operands, results.collect()));
        }
        Step::Flush => fold.flush(written),
    }
}

fn check(steps: &[Step], folds: bool, pinned: u32) -> Result<(), TestCaseError> {
    let start: Vec<i64> = (0..i64::from(LOCALS)).map(|slot| 1000 + slot).collect();
    let (mut locals, mut stack) = (start.clone(), vec![1, 2, 3]);
    let mut slots = [start, stack.clone(), vec![0; 300]].concat();
    let mut fold = Fold::new(LOCALS, folds);
    fold.begin(Depth(3), Depth(pinned));
    let mut written = Written::default();
    let first = slots.clone();
    for step in steps {
        if stack.len() > 200 || !plain(step, &mut locals, &mut stack) {
            continue;
        }
        folded(step, &mut fold, &mut written);
        slots.clone_from(&first);
        run(&written.0, &mut slots);
        prop_assert_eq!(fold.depth().count(), stack.len());
        prop_assert_eq!(&slots[..usize::from(LOCALS)], &locals[..]);
        let described: Vec<i64> = (0..fold.depth().0)
            .map(|position| match fold.source(Depth(position)) {
                Source::Slot(slot) => slots[slot.index()],
                Source::Const(value) => value,
            })
            .collect();
        prop_assert_eq!(&described, &stack, "{:?}", written.0);
        let most = if folds { Fold::<i64>::MAX_AWAY } else { 0 };
        prop_assert!(fold.away().len() <= most);
        prop_assert!(fold.away().is_sorted_by_key(|away| away.position));
        prop_assert!(fold.away().iter().all(|away| away.position >= Depth(pinned)));
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
    fold.begin(Depth(depth), Depth(0));
    let mut written = Written::default();
    steps.iter().for_each(|step| folded(step, &mut fold, &mut written));
    written.0
}

fn slot(slot: u16, home: u16) -> Consumed<i64> {
    Consumed { source: Source::Slot(Slot(slot)), home: Slot(home) }
}

#[test]
fn a_statement_over_locals_is_one_instruction() {
    cov_mark::check!(result_is_redirected);
    let code = fold_all(&[Step::Get(0), Step::Get(1), Step::Apply(2, 1), Step::Set(2)], 0);
    assert_eq!(code, [Code::Mix(vec![slot(0, 4), slot(1, 5)], vec![2])]);
}

#[test]
fn a_result_that_is_kept_and_stored_is_written_once() {
    cov_mark::check!(value_moves_with_its_slot);
    let code = fold_all(&[Step::Get(0), Step::Apply(1, 1), Step::Shuffle(1, vec![0, 0]), Step::Set(0)], 0);
    assert_eq!(code, [Code::Mix(vec![slot(0, 4)], vec![0])]);
}

#[test]
fn a_pending_read_is_copied_out_before_its_slot_is_overwritten() {
    cov_mark::check!(pending_read_is_copied_out);
    let code = fold_all(&[Step::Get(0), Step::Constant(7), Step::Set(0), Step::Apply(1, 1)], 0);
    let expected =
        [Code::Copy(4, Source::Slot(Slot(0))), Code::Copy(0, Source::Const(7)), Code::Mix(vec![slot(4, 4)], vec![4])];
    assert_eq!(code, expected);
}

#[test]
fn exchanged_positions_go_home_by_an_exchange() {
    cov_mark::check!(cycle_is_exchanged);
    assert_eq!(fold_all(&[Step::Shuffle(2, vec![1, 0]), Step::Flush], 2), [Code::Exchange(4, 5)]);
    let turned = fold_all(&[Step::Shuffle(3, vec![1, 2, 0]), Step::Flush], 3);
    assert_eq!(turned.len(), 2, "{turned:?}");
}

#[test]
fn the_oldest_goes_home_when_too_many_are_away() {
    cov_mark::check!(oldest_goes_home);
    let steps: Vec<Step> = (0..40).map(|_| Step::Get(1)).collect();
    let code = fold_all(&steps, 0);
    let expected: Vec<Code> = (0..8).map(|home| Code::Copy(4 + home, Source::Slot(Slot(1)))).collect();
    assert_eq!(code, expected);
}

const SWAP: &[u8] = &[1, 0];

fn swap() -> Step {
    Step::Shuffle(2, SWAP.to_vec())
}

#[test]
fn a_pending_read_whose_home_is_read_takes_all_home() {
    cov_mark::check!(home_of_a_pending_read_is_read);
    // Position 0 reads local 0, and position 1 the home of position 0.
    let code = fold_all(&[Step::Get(0), swap(), Step::Constant(7), Step::Set(0)], 1);
    let expected =
        [Code::Copy(5, Source::Slot(Slot(4))), Code::Copy(4, Source::Slot(Slot(0))), Code::Copy(6, Source::Const(7))];
    assert_eq!(code, [&expected[..], &[Code::Copy(0, Source::Slot(Slot(6)))]].concat());
}

#[test]
fn the_oldest_whose_home_is_read_takes_all_home() {
    cov_mark::check!(home_of_the_oldest_is_read);
    let mut steps = vec![Step::Get(0), swap()];
    steps.extend((0..31).map(|_| Step::Get(1)));
    // Position 1, in the home of position 0, comes first.
    assert_eq!(fold_all(&steps, 1)[..2], [Code::Copy(5, Source::Slot(Slot(4))), Code::Copy(4, Source::Slot(Slot(0)))]);
}

#[test]
fn what_an_instruction_would_overwrite_goes_home_before() {
    cov_mark::check!(read_is_in_the_way);
    // The result goes where position 0 still finds its value.
    let code = fold_all(&[swap(), Step::Apply(1, 1)], 2);
    assert_eq!(code, [Code::Exchange(4, 5), Code::Mix(vec![slot(5, 5)], vec![5])]);
}

#[test]
fn a_constant_is_not_put_where_an_input_lies() {
    cov_mark::check!(input_is_in_the_home_of_a_constant);
    let code = fold_all(&[Step::Constant(7), swap(), Step::Apply(2, 1)], 1);
    let expected = [
        Code::Copy(5, Source::Slot(Slot(4))),
        Code::Copy(4, Source::Const(7)),
        Code::Mix(vec![slot(4, 4), slot(5, 5)], vec![4]),
    ];
    assert_eq!(code, expected);
}

#[test]
fn pinned_positions_are_never_away() {
    cov_mark::check!(pinned_position_goes_home);
    let mut fold = Fold::<i64>::new(LOCALS, true);
    let mut written = Written::default();
    fold.begin(Depth(2), Depth(1));
    fold.shuffle(2, SWAP, &mut written);
    assert_eq!((fold.away(), written.0), (&[][..], vec![Code::Exchange(4, 5)]));
}

/// What is away after everything but `inputs` was brought home for a jump, and what that wrote.
fn before_jump(steps: &[Step], depth: u32, inputs: u32, pushes: bool) -> (Vec<u32>, Vec<Code>) {
    let mut fold = Fold::new(LOCALS, true);
    fold.begin(Depth(depth), Depth(0));
    let mut written = Written::default();
    steps.iter().for_each(|step| folded(step, &mut fold, &mut written));
    fold.before_jump(inputs, pushes, &mut written);
    (fold.away().iter().map(|away| away.position.0).collect(), written.0)
}

#[test]
fn the_inputs_of_a_jump_stay_where_they_are() {
    cov_mark::check!(inputs_stay_away_at_a_jump);
    let steps = [Step::Get(0), Step::Get(1)];
    assert_eq!(before_jump(&steps, 0, 1, false), (vec![1], vec![Code::Copy(4, Source::Slot(Slot(0)))]));
}

#[test]
fn a_jump_that_pushes_finds_everything_at_home() {
    cov_mark::check_count!(all_goes_home_before_a_jump, 2);
    let home = vec![Code::Copy(4, Source::Slot(Slot(0)))];
    assert_eq!(before_jump(&[Step::Get(0)], 0, 1, true), (vec![], home));
    // Both lie in each other's homes.
    assert_eq!(before_jump(&[swap()], 2, 1, false), (vec![], vec![Code::Exchange(4, 5)]));
}
