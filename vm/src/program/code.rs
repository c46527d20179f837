//! The slot code of a function: made once its time has come, and then read without a lock.

use crate::slots::{LowerError, LowerRule, Lowered, Lowering};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The slot code of a function, a cell for each way of lowering.
#[derive(Debug, Default)]
pub(crate) struct LazyCode([Cell; Lowering::ALL.len()]);

#[derive(Debug, Default)]
struct Cell {
    /// The code, or why there is none.
    made: OnceLock<Result<Box<Lowered>, LowerError>>,
    /// How many instructions were run of the function meanwhile, and not used for an attempt yet.
    run: AtomicU64,
    /// Whether a machine is making it.
    busy: AtomicBool,
}

impl LazyCode {
    /// The code if it was made; `None` if there never will be any, too.
    pub(crate) fn made(&self, lowering: Lowering) -> Option<&Lowered> {
        self.0[lowering as usize].made.get()?.as_deref().ok()
    }

    /// Notes that the reference engine ran instructions of the function.
    pub(crate) fn note(&self, lowering: Lowering, instructions: u64) {
        self.0[lowering as usize].run.fetch_add(instructions, Ordering::Relaxed);
    }

    /// The code, made by `make` if nobody did it before; `None` as long as the function has run fewer instructions than `price`,
    /// while another machine makes the code, and if `make` was interrupted or had no memory, after which the price is asked again.
    ///
    /// # Errors
    /// Why there is none, the same each time.
    pub(crate) fn get(
        &self,
        lowering: Lowering,
        price: u64,
        make: impl FnOnce() -> Result<Lowered, LowerError>,
    ) -> Result<Option<&Lowered>, &LowerError> {
        let cell = &self.0[lowering as usize];
        if cell.made.get().is_none() {
            if cell.run.load(Ordering::Relaxed) < price || cell.busy.swap(true, Ordering::Acquire) {
                return Ok(None);
            }
            match make() {
                Err(LowerError { rule: LowerRule::Interrupted | LowerRule::Memory, .. }) => {
                    cell.run.store(0, Ordering::Relaxed)
                }
                // Nobody else sets it meanwhile; who came between the look and the claim finds it set already.
                made => drop(cell.made.set(made.map(Box::new))),
            }
            cell.busy.store(false, Ordering::Release);
        }
        cell.made.get().map(|made| made.as_deref()).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAST: Lowering = Lowering::LoopsFused;

    fn refused(rule: LowerRule) -> Result<Lowered, LowerError> {
        Err(LowerError { pc: 0, rule })
    }

    #[test]
    fn code_is_made_when_it_is_paid_and_then_never_again() {
        let code = LazyCode::default();
        assert!(code.get(FAST, 10, || unreachable!()).unwrap().is_none());
        code.note(FAST, 9);
        assert!(code.get(FAST, 10, || unreachable!()).unwrap().is_none());
        code.note(FAST, 1);
        for _ in 0..2 {
            let never = code.get(FAST, 10, || refused(LowerRule::FrameSize)).unwrap_err();
            assert_eq!(never.rule, LowerRule::FrameSize);
        }
        assert_eq!(code.get(FAST, 10, || unreachable!()).unwrap_err().rule, LowerRule::FrameSize);
        // What was run for one way of lowering is not for another.
        assert!(code.get(Lowering::Folded, 10, || unreachable!()).unwrap().is_none());
    }

    #[test]
    fn an_attempt_that_the_function_is_not_to_blame_for_is_paid_again() {
        let code = LazyCode::default();
        for rule in [LowerRule::Interrupted, LowerRule::Memory] {
            code.note(FAST, 10);
            assert!(code.get(FAST, 10, || refused(rule)).unwrap().is_none());
            assert!(code.get(FAST, 10, || unreachable!()).unwrap().is_none());
        }
        code.note(FAST, 10);
        assert!(code.get(FAST, 10, || refused(LowerRule::CodeSize)).is_err());
    }

    #[test]
    fn nobody_waits_for_another_machine() {
        let code = LazyCode::default();
        let made = code.get(FAST, 0, || {
            assert!(code.get(FAST, 0, || unreachable!()).unwrap().is_none());
            refused(LowerRule::CodeSize)
        });
        assert!(made.is_err());
    }
}
