//! What a program under test is run with: limits, streams, host functions, arguments and globals.

use super::random::Random;
use super::world::{Grant, World};
use opforge::HostValue;
use opforge::Linker;
use opforge::Verified;
use opforge::{Engine, Execute, Limits, Machine, Program, inspect};
use opforge::{Kind, Scalar};

/// What a program is run with. Two machines made of equal settings see the same world.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The function that is started.
    pub entry: String,
    /// What it is given.
    pub arguments: Vec<HostValue>,
    /// The first globals of the main module.
    pub globals: Vec<HostValue>,
    /// The limits.
    pub limits: Limits,
    /// What there is to read; `None` if nothing is granted.
    pub input: Option<Vec<u8>>,
    /// What becomes of output.
    pub output: Grant,
    /// The host's functions.
    pub hosts: Vec<HostPlan>,
    /// How long the program may run. **Units:** ticks.
    pub ticks: u64,
}

/// A host function that returns the same for the same calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPlan {
    /// Its name.
    pub name: String,
    /// How many values it takes.
    pub arity: u16,
    /// The kind of what it returns.
    pub returns: Kind,
    /// It fails every so many calls; never for 0.
    pub fails_every: usize,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            entry: "main".to_owned(),
            arguments: Vec::new(),
            globals: Vec::new(),
            limits: Limits::default(),
            input: Some(Vec::new()),
            output: Grant::Capture,
            hosts: Vec::new(),
            ticks: u64::MAX,
        }
    }
}

impl Setting {
    /// A setting for a `main` with such parameters; mostly a friendly one.
    pub(super) fn random(random: &mut Random, params: &[Kind], globals: usize, hosts: Vec<HostPlan>) -> Self {
        let arguments = params.iter().map(|kind| host_value(random, *kind)).collect();
        let globals = (0..globals).map(|_| random.kind()).collect::<Vec<Kind>>();
        let globals = globals.into_iter().map(|kind| host_value(random, kind)).collect();
        let (slots, frames) = match random.below(6) {
            0 => (8 + random.below(60), 30),
            1 => (2_000, 1 + random.below(3)),
            _ => (4_000, 40),
        };
        // Mostly a few texts fill the heap, so that it is looked at what is needed, and at times that is too much.
        let heap_bytes = if random.once_in(3) { 1 << 20 } else { 100 + random.below(4_000) };
        let limits = Limits { slots, frames, heap_bytes, object_bytes: 1 << 14 };
        let output = match random.below(16) {
            0 => Grant::Nothing,
            1 => Grant::Upto(random.below(60)),
            _ => Grant::Capture,
        };
        let input = (!random.once_in(3)).then(|| lines(random));
        // Endless loops spend them all.
        let ticks = if random.once_in(8) { 500 } else { 120 };
        Self { arguments, globals, limits, input, output, hosts, ticks, ..Self::default() }
    }

    /// The program of these modules, the first the main one, with the setting's host functions.
    ///
    /// # Errors
    /// What does not link, in words.
    pub(super) fn program<I: Execute>(&self, modules: &[Verified<I>]) -> Result<Program<I, Calls>, String> {
        let mut linker = Linker::new();
        let (main, others) = modules.split_first().ok_or("there is no module")?;
        for module in others {
            linker = linker.module(module.clone());
        }
        for (index, plan) in self.hosts.iter().enumerate() {
            let plan = plan.clone();
            linker = linker.host_with(plan.name.clone(), plan.arity, move |calls: &mut Calls, arguments| {
                let count = calls.note(index, format!("{}{arguments:?}", plan.name));
                plan.call(count, arguments, &mut calls.kept)
            });
        }
        linker.link(main.clone()).map_err(|errors| errors.to_string())
    }

    /// A machine for the program that was started, and what is around it.
    ///
    /// # Errors
    /// What does not start, in words.
    pub(super) fn machine<I: Execute>(
        &self,
        program: &Program<I, Calls>,
        engine: Engine,
    ) -> Result<(Machine<I, Calls>, World), String>
    where
        I::Handlers: Default,
    {
        let world = World::new(self.input.as_deref().unwrap_or_default());
        let mut machine = self.with_data(program, engine, Calls::default(), &world);
        for (global, value) in self.globals.iter().enumerate() {
            inspect::set_global(&mut machine, global, value);
        }
        machine.start(&self.entry, &self.arguments).map_err(|error| error.to_string())?;
        Ok((machine, world))
    }
}

impl Setting {
    /// A machine of this setting that nothing was started on.
    pub(super) fn with_data<I: Execute>(
        &self,
        program: &Program<I, Calls>,
        engine: Engine,
        calls: Calls,
        world: &World,
    ) -> Machine<I, Calls>
    where
        I::Handlers: Default,
    {
        Machine::with_data(program.clone(), I::Handlers::default(), calls)
            .with_limits(self.limits)
            .with_streams(world.streams(self.input.is_some(), self.output))
            .with_engine(engine)
    }
}

/// Some lines: at times one is long, one is no text, and the last has no end.
fn lines(random: &mut Random) -> Vec<u8> {
    const LINES: [&[u8]; 7] =
        [b"\n", b"1\n", b"two words\r\n", "äöü 漢\n".as_bytes(), b"-2.5\n", b"\r\r\n", b"no text: \xff\n"];
    let mut text = Vec::new();
    if random.once_in(2) {
        text.extend_from_slice(LINES[LINES.len() - 1]);
    }
    for _ in 0..random.below(12) {
        text.extend_from_slice(LINES[random.below(LINES.len())]);
        if random.once_in(6) {
            text.extend(b"long ".repeat(random.below(700)));
        }
    }
    text
}

/// What a machine called of its host: the data of the machines under test.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    /// In order, with their arguments.
    pub(super) list: Vec<String>,
    /// How often each function was called.
    counts: Vec<usize>,
    /// A text that one of them was given or made, and keeps.
    kept: Option<HostValue>,
}

impl Calls {
    /// Notes a call of the function with that index; returns how often it was called by now.
    fn note(&mut self, index: usize, call: String) -> usize {
        self.list.push(call);
        if self.counts.len() <= index {
            self.counts.resize(index + 1, 0);
        }
        self.counts[index] += 1;
        self.counts[index]
    }
}

impl HostPlan {
    /// What a call returns. One that returns texts keeps some, and returns that now and then instead of what it is given.
    fn call(&self, count: usize, arguments: &[HostValue], kept: &mut Option<HostValue>) -> Result<HostValue, String> {
        if self.fails_every > 0 && count.is_multiple_of(self.fails_every) {
            return Err(format!("call {count} fails"));
        }
        let known = kept.clone().filter(|_| self.returns == Kind::Str && count % 3 == 2);
        let value = known.unwrap_or_else(|| self.value(count, arguments));
        if self.returns == Kind::Str && count % 4 == 1 {
            *kept = Some(value.clone());
        }
        Ok(value)
    }

    fn value(&self, count: usize, arguments: &[HostValue]) -> HostValue {
        if let Some(given) = arguments.iter().find(|value| self.returns_kind_of(value)) {
            return given.clone();
        }
        let number = i32::try_from(count).unwrap_or(0);
        match self.returns {
            Kind::Int => HostValue::Int(number.into()),
            Kind::Float => HostValue::Float(f64::from(number) / 2.0),
            Kind::Str => HostValue::from(format!("{count} of {}. ", self.name).repeat(count % 8)),
            kind => Scalar::telling(kind).into_iter().cycle().nth(count % 8).unwrap_or(Scalar::Nil).into(),
        }
    }

    /// Whether the value is of the kind that it returns.
    fn returns_kind_of(&self, value: &HostValue) -> bool {
        value.scalar().map_or(Kind::Str, |scalar| scalar.kind()) == self.returns
    }
}

fn host_value(random: &mut Random, kind: Kind) -> HostValue {
    match random.scalar(kind) {
        Some(scalar) => HostValue::from(scalar),
        None => HostValue::from(["", "given", "0"][random.below(3)]),
    }
}
