//! How much code a table becomes: a fixed amount for each row and each fusion, hot or cold, however many there are.
//!
//! Only bytes and items are counted, never time.

use opforge_codegen::{Emitter, expand};
use opforge_spec::check_str;
use opforge_spec::model::InstructionSet;
use opforge_spec::slots::{MAX_HOT, MAX_TYPED, Why, loop_room};
use std::fmt::Write;

/// The arms that every table has: those of the built-in instructions, and the one that all cold ones share.
const OTHER_ARMS: usize = 7;

/// How large a made-up table is.
#[derive(Clone, Copy, Default)]
struct Size {
    hot_rows: usize,
    cold_rows: usize,
    hot_fusions: usize,
    cold_fusions: usize,
}

impl Size {
    const fn new(hot_rows: usize, cold_rows: usize, hot_fusions: usize, cold_fusions: usize) -> Self {
        Self { hot_rows, cold_rows, hot_fusions, cold_fusions }
    }

    /// So many rows and twice as many fusions, as hot as may be.
    const fn full(rows: usize) -> Self {
        let hot_rows = if rows < 100 { rows } else { 100 };
        let hot_fusions = MAX_HOT - hot_rows;
        let hot_fusions = if 2 * rows < hot_fusions { 2 * rows } else { hot_fusions };
        Self::new(hot_rows, rows - hot_rows, hot_fusions, 2 * rows - hot_fusions)
    }

    /// The table in RON. All names are of the same length, and no two patterns are equal.
    fn text(self) -> String {
        let cold = |cold: bool| if cold { ", cold: true" } else { "" };
        let mut text = String::from("#![enable(implicit_some)]\nTable(name: \"made_up\", version: 1, ops: [\n");
        let rows = self.hot_rows + self.cold_rows;
        for row in 0..rows {
            let (code, cold) = (0xf800 + row, cold(row >= self.hot_rows));
            let body = "stack: \"a: Int, b: Int -> r\", doc: \"Adds.\", does: \"r = a + b\"";
            let examples = "examples: [\"1 2 => 3\", \"nil 1 => trap TypeMismatch\"]";
            writeln!(text, "Op(name: \"Row{row:04}\", code: {code:#x}, {body}, {examples}{cold}),")
                .expect("a string takes all");
        }
        text.push_str("], fusions: [\n");
        for fusion in 0..self.hot_fusions + self.cold_fusions {
            let (first, second) = (fusion % rows, (fusion + 3 * (fusion / rows)) % rows);
            let cold = cold(fusion >= self.hot_fusions);
            writeln!(text, "Fuse(name: \"Fuse{fusion:04}\", seq: [\"Row{first:04}\", \"Row{second:04}\"]{cold}),")
                .expect("a string takes all");
        }
        text.push_str("])\n");
        text
    }

    #[track_caller]
    fn table(self) -> InstructionSet {
        check_str("made_up.ron", &self.text()).unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(false)))
    }

    #[track_caller]
    fn bytes(self) -> usize {
        expand(&self.table(), Emitter::All).len()
    }
}

/// So many bytes are added by so many rows or fusions: each adds at least one of the budget's four parts, at most all.
#[track_caller]
fn check_budget(base: usize, size: Size, count: usize, budget: usize) {
    let each = (size.bytes() - base) / count;
    assert!((budget / 4..=budget).contains(&each), "{each} bytes each, but the budget is {budget}");
}

#[test]
fn each_row_and_each_fusion_has_a_budget() {
    let base = Size::new(40, 0, 0, 0).bytes();
    // A hot one with its typed form.
    check_budget(base, Size::new(80, 0, 0, 0), 40, 12_500);
    check_budget(base, Size::new(40, 40, 0, 0), 40, 11_500);
    check_budget(base, Size::new(40, 0, 80, 0), 80, 8_000);
    check_budget(base, Size::new(40, 0, 0, 80), 80, 4_500);
}

#[test]
fn code_grows_with_the_table_and_no_faster() {
    // As many hot ones in each, so that the larger ones have more of the same.
    let bytes = [125, 250, 500].map(|rows| Size::new(60, rows - 60, 120, 2 * rows - 120).bytes());
    let (first, second) = (bytes[1] - bytes[0], bytes[2] - bytes[1]);
    // Twice as many are added the second time; numbers have a digit more now and then.
    let low = 2 * first;
    assert!((low * 99 / 100..=low * 102 / 100).contains(&second), "{bytes:?}: {first}, then {second}");
}

#[test]
fn arms_and_functions_are_as_many_as_instructions() {
    for rows in [125, 250, 500] {
        let size = Size::full(rows);
        let text = expand(&size.table(), Emitter::Fast);
        let is_arm = |line: &&str| {
            let line = line.trim_start();
            let begins = line.starts_with("self::codes::") || line.starts_with("self::built_in::");
            begins && line.contains(" => ")
        };
        assert_eq!(text.lines().filter(is_arm).count(), MAX_HOT + MAX_TYPED + OTHER_ARMS, "{rows} rows");
        assert_eq!(text.matches("pub(super) unsafe fn ").count(), size.cold_rows + size.cold_fusions, "{rows} rows");
        assert_eq!(text.matches("pub(super) fn row").count(), rows);
        let slots = expand(&size.table(), Emitter::Slots);
        assert_eq!(slots.matches("::opforge::slots::SlotOp {").count(), 3 * rows + MAX_TYPED, "{rows} rows");
    }
}

/// The names of what there was no room for.
fn without_room(set: &InstructionSet) -> Vec<String> {
    loop_room(set).kept_out.into_iter().filter(|kept| kept.why == Why::Order).map(|kept| kept.name).collect()
}

#[test]
fn the_loop_is_filled_by_order() {
    let size = Size::full(500);
    assert_eq!(size.hot_rows + size.hot_fusions, MAX_HOT);
    assert_eq!(without_room(&size.table()), Vec::<String>::new());
    let more = Size { hot_fusions: size.hot_fusions + 1, cold_fusions: size.cold_fusions - 1, ..size };
    assert_eq!(without_room(&more.table()), ["fuse0156"]);
    // What is declared hot takes the place of the last that declares nothing, however late it stands.
    let text = more.text().replace("cold: true),\n])", "hot: true),\n])");
    let set = check_str("made_up.ron", &text).unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(false)));
    let hot = text.matches("hot: true").count();
    assert_eq!((hot, without_room(&set)), (1, vec!["fuse0155".to_owned(), "fuse0156".to_owned()]));
}

/// Set for the process whose memory is looked at: that of this one is shared with other tests.
#[cfg(target_os = "linux")]
const VARIABLE: &str = "OPFORGE_TEST_EXPAND";

#[cfg(target_os = "linux")]
#[test]
fn memory_is_a_small_multiple_of_the_text() {
    if std::env::var_os(VARIABLE).is_some() {
        let bytes = Size::new(60, 190, 120, 380).bytes();
        let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a line of it");
        let kib: usize = peak.trim().trim_end_matches(" kB").parse().expect("a number");
        assert!(1024 * kib <= 30 * bytes, "{kib} KiB for {bytes} bytes");
        return;
    }
    let this = std::env::current_exe().expect("a test has a file");
    let arguments = ["--exact", "memory_is_a_small_multiple_of_the_text"];
    let output = std::process::Command::new(this).args(arguments).env(VARIABLE, "1").output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
