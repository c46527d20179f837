//! Round trips of the generated codec, assembler and disassembler.

use opforge::standard::{Isa, Op};
use opforge::{InstructionSet, Operand, OperandKind};

/// Values at the edges of what an operand of `kind` can hold.
fn boundaries(kind: OperandKind) -> Vec<Operand> {
    let index = |values: &[u32]| values.iter().copied().map(Operand::Index).collect();
    match kind {
        OperandKind::Count8 => index(&[0, 1, 0x7f, 0x80, 0xff]),
        OperandKind::Target => index(&[0, 1, 0xff, 0x100, 0xffff, 0x1_0000, u32::MAX]),
        OperandKind::Int => [0, 1, -1, 255, 256, i64::MIN, i64::MAX].map(Operand::from).into(),
        OperandKind::I16 => [0, 1, -1, 255, 256, i64::from(i16::MIN), i64::from(i16::MAX)].map(Operand::from).into(),
        OperandKind::Float => {
            let nan_with_payload = f64::from_bits(0x7ff0_0000_0000_0001);
            [0.0, -0.0, 1.0, f64::MIN, f64::MAX, f64::MIN_POSITIVE / 2.0, f64::INFINITY, f64::NAN, nan_with_payload]
                .map(Operand::from)
                .into()
        }
        _ => index(&[0, 1, 0xff, 0x100, 0xffff]),
    }
}

/// Every op of the row, each operand at each of its boundaries while the others stay at their first.
fn ops(instruction: usize) -> Vec<Op> {
    let choices: Vec<_> = Isa::table().instructions[instruction].operands.iter().map(|o| boundaries(o.kind)).collect();
    let first: Vec<_> = choices.iter().map(|values| values[0]).collect();
    let mut all = vec![first.clone()];
    for (place, values) in choices.iter().enumerate() {
        for &value in &values[1..] {
            let mut operands = first.clone();
            operands[place] = value;
            all.push(operands);
        }
    }
    all.iter().map(|operands| Isa::from_operands(instruction, operands).expect("boundaries fit")).collect()
}

fn encoded(op: &Op) -> Vec<u8> {
    let mut code = Vec::new();
    Isa::encode(op, &mut code);
    code
}

#[test]
fn decoding_an_encoded_op_gives_it_back() {
    for instruction in 0..Isa::table().instructions.len() {
        for op in ops(instruction) {
            let code = encoded(&op);
            assert_eq!(Isa::decode(&code, 0), Ok((op, code.len())), "{op}");
            assert_eq!(Isa::instruction(&op), instruction, "{op}");
        }
    }
}

#[test]
fn ops_that_differ_in_an_operand_are_encoded_differently() {
    let mut seen = std::collections::HashMap::new();
    for instruction in 0..Isa::table().instructions.len() {
        for op in ops(instruction) {
            if let Some(other) = seen.insert(encoded(&op), op) {
                panic!("`{op}` and `{other}` have one encoding");
            }
        }
    }
}

#[test]
fn code_that_ends_within_an_op_is_refused_at_every_length() {
    for instruction in 0..Isa::table().instructions.len() {
        for op in ops(instruction) {
            let code = encoded(&op);
            for length in 0..code.len() {
                assert_eq!(Isa::decode(&code[..length], 0), Err(opforge::DecodeError::Truncated { pc: 0 }), "{op}");
            }
        }
    }
}

#[test]
fn operands_that_do_not_fit_are_refused() {
    for (instruction, info) in Isa::table().instructions.iter().enumerate() {
        let good: Vec<_> = info.operands.iter().map(|operand| boundaries(operand.kind)[0]).collect();
        for (place, operand) in info.operands.iter().enumerate() {
            let too_large = match operand.kind {
                OperandKind::Count8 => Operand::Index(0x100),
                OperandKind::I16 => Operand::from(0x8000),
                OperandKind::Int | OperandKind::Target => Operand::from(0.0),
                OperandKind::Float => Operand::from(0),
                _ => Operand::Index(0x1_0000),
            };
            let mut operands = good.clone();
            operands[place] = too_large;
            assert!(Isa::from_operands(instruction, &operands).is_err(), "{} {}", info.mnemonic, operand.name);
        }
        let mut extra = good;
        extra.push(Operand::Index(0));
        assert!(Isa::from_operands(instruction, &extra).is_err(), "{}", info.mnemonic);
    }
}

#[test]
fn every_opcode_without_a_row_is_refused() {
    let known: Vec<u16> = Isa::table().instructions.iter().map(|info| info.code).collect();
    for byte in 0..=0xff_u8 {
        for second in [0_u8, 1, 0xff] {
            let code = [byte, second, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            let opcode = if byte < 0xf0 { u16::from(byte) } else { u16::from_be_bytes([byte, second]) };
            assert_eq!(Isa::decode(&code, 0).is_ok(), known.contains(&opcode), "{opcode:#x}");
        }
    }
}

/// Assembles what disassembling printed, and compares the bytes; the same through the file format.
fn assert_round_trip(name: &str, module: &opforge::Module) {
    let text = opforge::disassemble::<Isa>(module).unwrap_or_else(|error| panic!("{name}: {error}"));
    let again = opforge::assemble::<Isa>(name, &text).unwrap_or_else(|errors| panic!("{name}: {errors}\n{text}"));
    assert_eq!(again.to_bytes(), module.to_bytes(), "{name}:\n{text}");
    assert_eq!(opforge::Module::from_bytes(&module.to_bytes()).as_ref(), Ok(module), "{name}");
}

#[test]
fn generated_programs_survive_the_assembler_and_the_file() {
    for (seed, module) in opforge_testing::Programs::<Isa>::new(7).take(500).enumerate() {
        assert_round_trip(&format!("program {seed}"), &module);
        opforge::verify::<Isa>(module).unwrap_or_else(|errors| panic!("program {seed}: {errors}"));
    }
}

#[test]
fn example_programs_survive_the_assembler_and_the_file() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/programs");
    for entry in std::fs::read_dir(folder).expect("the examples are there") {
        let path = entry.expect("readable").path();
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let module = opforge::assemble::<Isa>(&name, &text).unwrap_or_else(|errors| panic!("{errors}"));
        assert_round_trip(&name, &module);
    }
}
