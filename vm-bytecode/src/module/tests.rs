use super::*;
use opforge_core::{Kind, Scalar};
use proptest::prelude::*;

fn sample() -> Module {
    let main = Function {
        name: "main".into(),
        params: vec!["n".into()],
        locals: vec!["sum".into()],
        code: vec![1, 2, 3, 4],
        target_lists: vec![vec![3, 0, 3], Vec::new()],
        regions: vec![Region { start: 0, end: 2, target: 3, height: 0 }],
        lines: vec![Line { pc: 0, file: 0, line: 7 }, Line { pc: 2, file: 0, line: 8 }],
    };
    Module {
        name: Some("sample".into()),
        table_name: "standard".into(),
        table_hash: 0x0123_4567_89ab_cdef,
        constants: vec![Scalar::Float(f64::NAN).into(), Scalar::Bool(true).into(), "text".into()],
        imports: vec![Import { name: "host".into(), arity: 3 }],
        globals: vec!["total".into()],
        functions: vec![main, Function { name: "empty".into(), ..Function::default() }],
        files: vec!["sample.pl".into()],
    }
}

/// The offset of the first occurrence of `needle`.
fn find(bytes: &[u8], needle: &[u8]) -> usize {
    bytes.windows(needle.len()).position(|window| window == needle).expect("it is there")
}

/// Changing the sample's file with `change` is `problem` at `offset`.
#[track_caller]
fn refused(change: impl FnOnce(&mut Vec<u8>), offset: usize, problem: ReadProblem) {
    let mut bytes = sample().to_bytes();
    change(&mut bytes);
    assert_eq!(Module::from_bytes(&bytes), Err(ReadError { offset, problem }));
}

#[test]
fn a_module_survives_its_file() {
    for module in [sample(), Module::default()] {
        assert_eq!(Module::from_bytes(&module.to_bytes()), Ok(module));
    }
}

#[test]
fn the_header_is_checked() {
    refused(|bytes| bytes[0] = b'X', 0, ReadProblem::NotAModule);
    refused(|bytes| bytes.truncate(3), 0, ReadProblem::NotAModule);
    refused(|bytes| bytes[4] = 9, 4, ReadProblem::Version(9));
    refused(|bytes| bytes.truncate(10), 8, ReadProblem::Truncated("the header"));
    let problem = ReadProblem::Directory("the file lists 9 sections, a module has 6 or 7".into());
    refused(|bytes| bytes[16] = 9, 16, problem);
    let problem = ReadProblem::Directory("entry 1 of the directory is for section 0, it must be for 1".into());
    refused(|bytes| bytes[40] = 0, 40, problem);
}

#[test]
fn sections_neither_overlap_nor_leave_gaps() {
    let expected = sample().to_bytes()[24] as usize;
    for found in [0, expected as u64 - 1, expected as u64 + 1, u64::MAX] {
        let problem = ReadProblem::Misplaced { section: "names", expected, found };
        refused(|bytes| bytes[24..32].copy_from_slice(&found.to_le_bytes()), 24, problem);
    }
    let huge = |bytes: &mut Vec<u8>| bytes[32..40].copy_from_slice(&u64::MAX.to_le_bytes());
    refused(huge, 32, ReadProblem::Truncated("names"));
    let end = sample().to_bytes().len();
    refused(|bytes| bytes.push(0), end, ReadProblem::Trailing("the last section"));
}

#[test]
fn contents_are_checked_with_their_offset() {
    let bytes = sample().to_bytes();
    let text = find(&bytes, b"text");
    refused(|bytes| bytes[text + 1] = 0xff, text + 1, ReadProblem::NotUtf8("a text constant"));
    let problem = ReadProblem::BadByte { what: "kind of constant", found: 77 };
    refused(|bytes| bytes[text - 2] = 77, text - 2, problem);
    let problem = ReadProblem::NoSuchScalar { kind: Kind::Bool, payload: 2 };
    refused(|bytes| bytes[text - 3] = 2, text - 3, problem);
    refused(|bytes| bytes[text - 1] = 0x7f, text, ReadProblem::Truncated("constants"));
    let total = find(&bytes, b"total");
    let overlong = |bytes: &mut Vec<u8>| bytes[total - 1..=total].copy_from_slice(&[0x85, 0]);
    refused(overlong, total - 1, ReadProblem::NotMinimal);
    let host = find(&bytes, b"host");
    refused(
        |bytes| bytes[host..host + 4].copy_from_slice(b"main"),
        find(&bytes, b"main") - 1,
        ReadProblem::Duplicate("main".into()),
    );
}

#[test]
fn tables_are_in_order() {
    let mut module = sample();
    module.functions[0].regions.push(Region { start: 0, end: 3, target: 3, height: 0 });
    let error = Module::from_bytes(&module.to_bytes()).unwrap_err();
    assert_eq!(error.problem, ReadProblem::Unordered("regions"));
    let mut module = sample();
    module.functions[0].lines.reverse();
    let error = Module::from_bytes(&module.to_bytes()).unwrap_err();
    assert_eq!(error.problem, ReadProblem::Unordered("lines"));
}

#[test]
fn errors_say_where_and_what_to_do() {
    let error = Module::from_bytes(b"func main()").unwrap_err();
    let expected = "module, offset 0x0: not a module: it does not begin with `FZB\\0`; \
                    help: give a file that `opforge asm` wrote, or assembly text";
    assert_eq!(error.to_string(), expected);
}

/// A count that no file has the bytes for is refused at once.
#[test]
fn nothing_is_allocated_by_a_count() {
    let mut bytes = sample().to_bytes();
    let constants = find(&bytes, &f64::NAN.to_bits().to_le_bytes()) - 2;
    bytes[constants] = 0x7f;
    assert!(Module::from_bytes(&bytes).is_err());
}

/// What takes many times its bytes in memory is refused before it is read.
#[test]
fn lists_of_what_is_small_in_the_file_are_limited() {
    let problem = |module: Module| Module::from_bytes(&module.to_bytes()).unwrap_err().problem;
    let constants = vec![Constant::Scalar(Scalar::Nil); 65_537];
    let expected = ReadProblem::TooMany { what: "constants", most: 65_536 };
    assert_eq!(problem(Module { constants, ..Module::default() }), expected);
    let files = vec![String::new(); 65_537];
    assert_eq!(problem(Module { files, ..sample() }), ReadProblem::TooMany { what: "files", most: 65_536 });
    let names = |count: usize| (0..count).map(|index| format!("{index:x}")).collect::<Vec<_>>();
    let half = Function { name: "f".into(), params: names(1 << 20), ..Function::default() };
    let other = Function { name: "g".into(), locals: names((1 << 20) + 1), ..half.clone() };
    let other = Function { params: Vec::new(), ..other };
    let expected = ReadProblem::TooMany { what: "further slots", most: 1 << 20 };
    assert_eq!(problem(Module { functions: vec![half, other], ..Module::default() }), expected);
    let listing = |name: &str, count: usize| Function {
        name: name.into(),
        target_lists: vec![Vec::new(); count],
        ..Function::default()
    };
    let functions = vec![listing("f", 1 << 19), listing("g", (1 << 19) + 1)];
    let expected = ReadProblem::TooMany { what: "further lists of targets", most: 1 << 19 };
    assert_eq!(problem(Module { functions, ..Module::default() }), expected);
}

#[test]
fn a_position_has_its_line() {
    let module = sample();
    let line = |pc| module.source_line(0, pc);
    assert_eq!((line(0), line(1), line(2)), (Some(("sample.pl", 7)), Some(("sample.pl", 7)), Some(("sample.pl", 8))));
    assert_eq!(module.source_line(1, 0), None);
    assert_eq!(module.source_line(9, 0), None);
}

fn constants() -> impl Strategy<Value = Vec<Constant>> {
    let constant = prop_oneof![
        Just(Constant::Scalar(Scalar::Nil)),
        any::<bool>().prop_map(|value| Constant::Scalar(Scalar::Bool(value))),
        any::<i64>().prop_map(|value| Constant::Scalar(Scalar::Int(value))),
        any::<u64>().prop_map(|bits| Constant::Scalar(Scalar::Float(f64::from_bits(bits)))),
        any::<String>().prop_map(Constant::from),
    ];
    prop::collection::vec(constant, 0..5)
}

fn names(prefix: &'static str) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(any::<String>(), 0..4)
        .prop_map(move |names| names.iter().zip(0..).map(|(name, index)| format!("{prefix}{index}{name}")).collect())
}

fn functions() -> impl Strategy<Value = Vec<Function>> {
    let lines = prop::collection::btree_map(any::<u32>(), (any::<u32>(), any::<u32>()), 0..4)
        .prop_map(|lines| lines.into_iter().map(|(pc, (file, line))| Line { pc, file, line }).collect());
    let regions =
        prop::collection::btree_map((any::<u32>(), any::<u32>()), any::<[u32; 2]>(), 0..4).prop_map(|regions| {
            let region =
                |((start, end), [target, height]): ((u32, u32), [u32; 2])| Region { start, end: !end, target, height };
            regions.into_iter().map(region).collect()
        });
    let code = prop::collection::vec(any::<u8>(), 0..9);
    let lists = prop::collection::vec(prop::collection::vec(any::<u32>(), 0..3), 0..3);
    let function = (names("p"), names("l"), code, lists, regions, lines).prop_map(
        |(params, locals, code, target_lists, regions, lines)| Function {
            name: String::new(),
            params,
            locals,
            code,
            target_lists,
            regions,
            lines,
        },
    );
    prop::collection::vec(function, 0..4).prop_map(|mut functions| {
        for (index, function) in functions.iter_mut().enumerate() {
            function.name = format!("f{index}");
        }
        functions
    })
}

fn modules() -> impl Strategy<Value = Module> {
    let head = (any::<Option<String>>(), any::<String>(), any::<u64>());
    (head, constants(), names("i"), names("g"), functions(), prop::collection::vec(any::<String>(), 0..3)).prop_map(
        |((name, table_name, table_hash), constants, imports, globals, functions, files)| {
            let imports = imports.into_iter().zip(5..).map(|(name, arity)| Import { name, arity }).collect();
            Module { name, table_name, table_hash, constants, imports, globals, functions, files }
        },
    )
}

proptest! {
    #[test]
    fn every_module_survives_its_file(module in modules()) {
        prop_assert_eq!(Module::from_bytes(&module.to_bytes()), Ok(module));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Module::from_bytes(&bytes);
        let mut file = sample().to_bytes();
        file.truncate(20);
        file.extend(bytes);
        let _ = Module::from_bytes(&file);
    }

    /// What is read from a changed file has that file: there is one file for each module.
    #[test]
    fn changed_files_are_refused_or_are_another_module(
        module in modules(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = module.to_bytes();
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Ok(read) = Module::from_bytes(&bytes) {
            prop_assert_eq!(read.to_bytes(), bytes);
        }
    }

    #[test]
    fn cut_files_are_refused(module in modules(), cut in any::<prop::sample::Index>()) {
        let bytes = module.to_bytes();
        prop_assert!(Module::from_bytes(&bytes[..cut.index(bytes.len())]).is_err());
    }
}
