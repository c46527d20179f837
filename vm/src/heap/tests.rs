use super::*;
use std::collections::HashSet;

#[test]
fn what_no_value_refers_to_is_dropped_and_its_place_taken_again() {
    let mut heap = Heap::default();
    let texts: Vec<Text> = ["a", "b", "c"].map(|text| heap.add(&text.into())).into();
    heap.sweep([Value::text(texts[1]), Value::int(0)].into_iter());
    assert_eq!(texts.iter().filter_map(|text| heap.text(*text)).collect::<Vec<_>>(), [&HostText::from("b")]);
    heap.add(&"d".to_owned().into());
    heap.add(&"e".into());
    assert_eq!(heap.texts.len(), 3);
    assert_eq!(heap.bytes(), 3 * Heap::price(1));
    assert!(heap.has_room(1 << 10, usize::MAX));
    heap.add(&"x".repeat(LEAST_THRESHOLD).into());
    assert!(!heap.has_room(0, usize::MAX));
}

#[test]
fn what_is_added_while_it_is_looked_stays_and_counts_once() {
    let mut heap = Heap::default();
    let places = 2 * PLACES_BETWEEN_LOOKS + 10;
    let texts: Vec<Text> = (0..places).map(|number| heap.add(&number.to_string().into())).collect();
    // Places that were looked at are all taken, or all but one free.
    for kept in [&texts[..=PLACES_BETWEEN_LOOKS], &[texts[0], texts[PLACES_BETWEEN_LOOKS]]] {
        heap.begin(kept.iter().copied().map(Value::text));
        heap.drop_some();
        let added = [heap.add(&"a".into()), heap.add(&"b".into())];
        while heap.is_looking() {
            heap.drop_some();
        }
        let all: Vec<Text> = kept.iter().copied().chain(added).collect();
        let lengths = all.iter().map(|text| heap.text(*text).expect("it is kept").len());
        assert_eq!(heap.bytes(), lengths.map(Heap::price).sum::<usize>());
        assert_eq!(heap.texts.iter().filter(|place| matches!(place, Place::Taken(..))).count(), all.len());
    }
    // A round that is given up leaves nothing behind.
    let last = heap.add(&"c".into());
    heap.begin(texts.iter().map(|text| Value::text(*text)));
    heap.drop_some();
    heap.sweep(std::iter::once(Value::text(last)));
    assert_eq!(heap.bytes(), Heap::price(1));
}

#[test]
fn who_looks_before_enough_was_made_pays_the_rest() {
    let mut heap = Heap::default();
    let texts: Vec<Text> = (0..1_000).map(|number: i32| heap.add(&number.to_string().into())).collect();
    heap.sweep(texts.iter().map(|text| Value::text(*text)));
    assert_eq!(heap.price_of_look(600), 1_600 / 16);
    heap.add(&"x".repeat(32 * 320 - TEXT_BYTES).into());
    assert_eq!(heap.price_of_look(600), (1_001 + 600 - 320) / 16);
    heap.add(&"x".repeat(32 * 2_000).into());
    assert_eq!(heap.price_of_look(600), 0);
    // Where there is no limit, nobody looks before that.
    heap.sweep(texts.iter().map(|text| Value::text(*text)).chain(vec![Value::int(0); 100_000]));
    while heap.has_room(1_000, usize::MAX) {
        heap.add(&"x".repeat(1_000 - TEXT_BYTES).into());
    }
    assert_eq!(heap.price_of_look(100_000), 0);
}

#[test]
fn what_an_attempt_made_is_gone_with_it() {
    let mut heap = Heap::default();
    let add = |heap: &mut Heap, text: &str| {
        heap.reserve_place().expect("there is memory");
        heap.add_made(text.to_owned().into())
    };
    let kept: Vec<Text> = (0..10).map(|_| add(&mut heap, "kept")).collect();
    heap.begin_instruction();
    heap.sweep(kept.iter().step_by(3).map(|text| Value::text(*text)));
    let before = (heap.fill(), heap.texts.len(), heap.free);
    for _ in 0..3 {
        // More than places are free, so that the list grows.
        for _ in 0..20 {
            add(&mut heap, "dropped");
        }
        assert_eq!(heap.fill().kept.texts, 4 + 20);
        heap.drop_made();
        assert_eq!((heap.fill(), heap.texts.len(), heap.free), before);
    }
    // In the middle of a round, too.
    heap.begin(kept.iter().step_by(3).map(|text| Value::text(*text)));
    add(&mut heap, "dropped");
    heap.drop_made();
    heap.drop_some();
    assert!(!heap.is_looking());
    assert_eq!((heap.fill().kept, heap.texts.len()), (before.0.kept, before.1));
    // Places at the end that are free are given up.
    heap.sweep(kept.iter().take(4).step_by(3).map(|text| Value::text(*text)));
    assert_eq!((heap.fill().kept.texts, heap.texts.len()), (2, 4));
}

#[test]
fn no_more_is_kept_unlooked_than_may_be_kept_at_all() {
    let heap = Heap::default();
    assert!(heap.has_room(1_000, 1_000) && !heap.has_room(1_001, 1_000));
}

#[test]
fn what_is_one_object_stays_one_and_no_other_becomes_it() {
    let mut heap = Heap::default();
    let (host, constant) = (HostText::from("same".to_owned()), Arc::<str>::from("same"));
    // The same characters of the host's, of another text of its own, of a text of the machine's, and of a constant.
    let (a, b, other) = (heap.add(&host), heap.add(&host), heap.add(&"same".into()));
    let again = heap.add(&heap.text(a).expect("it was just added").clone());
    let constant_again = heap.add(&Arc::clone(&constant).into());
    let (mut moved, mut coming) = (Heap::default(), Coming::default());
    coming.know(&constant, Text::new(3, 4));
    let outside = [a, b, other, again, constant_again, a].map(|text| heap.text(text).expect("it was added").clone());
    let outside = outside.into_iter().chain([HostText::from(constant), host]);
    let texts: Vec<Text> = outside.map(|text| coming.text(&mut moved, &text)).collect();
    assert_eq!((texts[5], texts[6]), (texts[0], Text::new(3, 4)));
    // What the host kept is none of them.
    assert_eq!(moved.bytes(), heap.bytes() + 4 + TEXT_BYTES);
    let apart: HashSet<&Text> = texts.iter().collect();
    assert_eq!(apart.len(), texts.len() - 1);
}

#[test]
fn a_round_that_is_given_up_loses_no_place() {
    let mut heap = Heap::default();
    let mut longest = 0;
    for cycle in 0..10 {
        heap.begin(std::iter::empty());
        heap.drop_some();
        heap.give_up();
        let texts: Vec<Text> = (0..3 * PLACES_BETWEEN_LOOKS).map(|_| heap.add(&"x".into())).collect();
        heap.sweep(texts.last().map(|text| Value::text(*text)).into_iter());
        longest = longest.max(heap.texts.len());
        assert!(longest <= 3 * PLACES_BETWEEN_LOOKS + 1, "{cycle}: {longest}");
    }
}

#[test]
fn what_is_moved_together_is_what_it_was() {
    let mut heap = Heap::default();
    let texts: Vec<Text> = (0..100).map(|number: i32| heap.add(&number.to_string().into())).collect();
    let value = |index: usize| Value::text(texts[index]);
    let constant = Value::text(Text::new(3, 4));
    let mut values = [value(70), Value::int(5), value(99), value(70), constant, value(2)];
    heap.compact(&mut values);
    let text = |value: Value| match value.unpack() {
        Unpacked::Str(text) => heap.text(text).map(HostText::as_str),
        _ => None,
    };
    assert_eq!(values.map(text), [Some("70"), None, Some("99"), Some("70"), None, Some("2")]);
    assert_eq!((values[0], values[1], values[4]), (values[3], Value::int(5), constant));
    assert_eq!((heap.texts.len(), heap.fill().kept), (3, Amount { bytes: 2 + 2 + 1 + 3 * TEXT_BYTES, texts: 3 }));
    assert_eq!((heap.fill().most_texts, heap.free), (3, None));
}
