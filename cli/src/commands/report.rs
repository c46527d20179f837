//! How a run ended, for people and for programs.

use crate::exit::Exit;
use crate::terminal::{BOLD, PLAIN, RED, line, program, tell};
use opforge::core::counted;
use opforge::{HostValue, Outcome, Stats, Trace};
use serde_json::{Value, json};
use std::time::Duration;

/// Says how a run ended, unless it just returned; `trace` is where it can continue.
pub(super) fn report(outcome: &Outcome, trace: &Trace, ticks: u64) -> Exit {
    let lines = |text: &str| text.lines().map(|text| format!("{}\n", line(text))).collect::<String>();
    let places = trace.to_string();
    let place = lines(places.trim_start_matches('\n'));
    let ticks = counted(usize::try_from(ticks).unwrap_or(usize::MAX), "tick");
    let help = |text: String| format!("  {BOLD}help{PLAIN}: {}\n", line(text));
    match outcome {
        Outcome::Returned(_) => Exit::Success,
        Outcome::Trapped(report) => {
            let text = report.to_string();
            let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
            let rest = lines(rest);
            let explained = || help(format!("`{} explain {}` says when this happens", program(), report.name));
            let help = if report.is_declared() { explained() } else { String::new() };
            tell(&format!("{RED}{}{PLAIN}\n{rest}{help}", line(first)));
            Exit::Failure
        }
        Outcome::OutOfFuel => {
            let help =
                help("give more with `--fuel`; a host that embeds the machine resumes it with another `run`".into());
            tell(&format!("{RED}out of fuel{PLAIN} after {ticks}\n{place}{help}"));
            Exit::FuelSpent
        }
        Outcome::Interrupted => {
            tell(&format!("interrupted after {ticks}\n{place}"));
            Exit::Interrupted
        }
        other => {
            tell(&format!("{}\n", line(format!("{other:?}"))));
            Exit::Failure
        }
    }
}

/// What a run used.
pub(super) fn table(instructions: Option<u64>, stats: Stats, time: Duration) -> String {
    let instructions = instructions.map_or_else(String::new, |count| format!("instructions  {count}\n"));
    format!(
        "{instructions}ticks         {}\nmost slots    {}\nmost frames   {}\nheap          {} bytes, at most {}\ncollections   {}\n\
         time          {time:.3?}\n",
        stats.ticks, stats.most_slots, stats.most_frames, stats.heap_bytes, stats.most_heap_bytes, stats.collections,
    )
}

/// How a run ended and what it used, as one object.
pub(super) fn object(outcome: &Outcome, trace: &Trace, instructions: Option<u64>, stats: Stats) -> Value {
    let (ended, trap) = match outcome {
        Outcome::Returned(_) => ("returned", None),
        Outcome::Trapped(report) => ("trapped", Some(report)),
        Outcome::OutOfFuel => ("out of fuel", None),
        Outcome::Interrupted => ("interrupted", None),
        _ => ("other", None),
    };
    let trap = trap.map(|report| {
        json!({
            "code": report.code.0,
            "name": report.name,
            "message": report.message,
            "value": report.value.as_ref().map(|raised| value(&beginning(raised))),
            "position": report.position.as_ref().map(ToString::to_string),
            "trace": report.trace.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "omitted": report.omitted,
        })
    });
    json!({
        "outcome": ended,
        "position": trace.position.as_ref().map(ToString::to_string),
        "trace": trace.callers.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "omitted": trace.omitted,
        "trap": trap,
        "instructions": instructions,
        "ticks": stats.ticks,
        "most_slots": stats.most_slots,
        "most_frames": stats.most_frames,
        "heap_bytes": stats.heap_bytes,
        "most_heap_bytes": stats.most_heap_bytes,
        "collections": stats.collections,
    })
}

/// A value; of a long text, how it begins.
fn beginning(value: &HostValue) -> HostValue {
    match value {
        HostValue::Text(text) => match text.beginning() {
            Some(beginning) => HostValue::from(format!("{beginning}…")),
            None => value.clone(),
        },
        value => value.clone(),
    }
}

/// A value as JSON; a float that JSON has no number for as its text.
fn value(value: &HostValue) -> Value {
    match value {
        HostValue::Nil => Value::Null,
        HostValue::Bool(value) => json!(value),
        HostValue::Int(value) => json!(value),
        HostValue::Float(float) if !float.is_finite() => json!(value.to_string()),
        HostValue::Float(value) => json!(value),
        HostValue::Char(value) => json!(value),
        HostValue::I32(value) => json!(value),
        HostValue::F32(float) if !float.is_finite() => json!(value.to_string()),
        HostValue::F32(value) => json!(value),
        HostValue::Text(text) => json!(**text),
    }
}
