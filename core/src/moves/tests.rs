use super::*;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Push(i64),
    Shuffle(usize, Vec<u8>),
}

fn step() -> impl Strategy<Value = Step> {
    let shuffle = (1usize..4).prop_flat_map(|inputs| {
        let outputs = prop::collection::vec(0..inputs as u8, 0..4);
        outputs.prop_map(move |outputs| Step::Shuffle(inputs, outputs))
    });
    prop_oneof![(0i64..9).prop_map(Step::Push), shuffle]
}

fn run(steps: &[Step], stack: &mut Vec<i64>) {
    for step in steps {
        match step {
            Step::Push(value) => stack.push(*value),
            Step::Shuffle(inputs, outputs) => {
                let taken = stack.split_off(stack.len() - inputs);
                stack.extend(outputs.iter().map(|output| taken[usize::from(*output)]));
            }
        }
    }
}

fn moves(steps: &[Step]) -> Moves<i64> {
    let mut moves = Moves::default();
    for step in steps {
        match step {
            Step::Push(value) => moves.push(*value),
            Step::Shuffle(inputs, outputs) => moves.shuffle(*inputs, outputs),
        }
    }
    moves
}

fn apply(moves: &Moves<i64>, stack: &[i64]) -> Vec<i64> {
    let (kept, dropped) = stack.split_at(stack.len() - moves.dropped());
    let pushed = moves.pushed().iter().map(|moved| match moved {
        Moved::Before(at) => dropped[dropped.len() - 1 - at],
        Moved::New(value) => *value,
    });
    kept.iter().copied().chain(pushed).collect()
}

/// Deep enough for what a few steps take.
fn stack() -> Vec<i64> {
    (100..160).collect()
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 0..8)
}

proptest! {
    #[test]
    fn does_what_the_steps_do(first in steps(), second in steps()) {
        let mut expected = stack();
        run(&first, &mut expected);
        prop_assert_eq!(apply(&moves(&first), &stack()), expected.clone());
        run(&second, &mut expected);
        let mut both = moves(&first);
        both.then(&moves(&second));
        prop_assert_eq!(apply(&both, &stack()), expected);
    }

    #[test]
    fn one_stack_is_made_of_another(wanted in steps(), there in steps()) {
        let Some(between) = moves(&wanted).after(moves(&there)) else { return Ok(()) };
        let (mut expected, mut found) = (stack(), stack());
        run(&wanted, &mut expected);
        run(&there, &mut found);
        prop_assert_eq!(apply(&between, &found), expected);
    }
}

#[test]
fn what_was_dropped_is_not_there() {
    let mut pop = Moves::<i64>::default();
    pop.shuffle(1, &[]);
    assert_eq!(Moves::default().after(pop.clone()), None);
    assert!(pop.after(Moves::default()).is_some());
}
