//! Module → bytes. Every module can be written; only good ones can be read back.

use super::data::{Constant, Function, Module};
use super::layout::*;
use opforge_core::{Kind, Scalar};

impl Module {
    /// The bytes of the module's file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut sections = vec![
            self.names_section(),
            self.constants_section(),
            self.imports_section(),
            self.globals_section(),
            self.functions_section(),
            self.functions.iter().flat_map(|function| function.code.iter().copied()).collect(),
        ];
        if self.has_debug() {
            sections.push(self.debug_section());
        }
        let mut bytes = Vec::new();
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(self.table_hash.to_le_bytes());
        bytes.extend((sections.len() as u32).to_le_bytes());
        let mut offset = HEADER_BYTES + ENTRY_BYTES * sections.len();
        for (kind, section) in sections.iter().enumerate() {
            bytes.extend((kind as u32).to_le_bytes());
            bytes.extend((offset as u64).to_le_bytes());
            bytes.extend((section.len() as u64).to_le_bytes());
            offset += section.len();
        }
        for section in sections {
            bytes.extend(section);
        }
        bytes
    }

    fn names_section(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_text(&mut bytes, &self.table_name);
        match &self.name {
            None => bytes.push(0),
            Some(name) => {
                bytes.push(1);
                put_text(&mut bytes, name);
            }
        }
        bytes
    }

    fn constants_section(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_count(&mut bytes, self.constants.len() as u64);
        for constant in &self.constants {
            match constant {
                Constant::Scalar(scalar) => {
                    let stored = Scalar::stored_bytes(scalar.kind()).unwrap_or_default();
                    bytes.push(scalar.kind() as u8);
                    bytes.extend(&scalar.payload().to_le_bytes()[..stored]);
                }
                Constant::Text(text) => {
                    bytes.push(Kind::Str as u8);
                    put_text(&mut bytes, text);
                }
            }
        }
        bytes
    }

    fn imports_section(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_count(&mut bytes, self.imports.len() as u64);
        for import in &self.imports {
            put_text(&mut bytes, &import.name);
            bytes.extend(import.arity.to_le_bytes());
        }
        bytes
    }

    fn globals_section(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_texts(&mut bytes, &self.globals);
        bytes
    }

    fn functions_section(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_count(&mut bytes, self.functions.len() as u64);
        for function in &self.functions {
            put_function(&mut bytes, function);
        }
        bytes
    }

    fn has_debug(&self) -> bool {
        !self.files.is_empty() || self.functions.iter().any(|function| !function.lines.is_empty())
    }

    fn debug_section(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_texts(&mut bytes, &self.files);
        for function in &self.functions {
            put_count(&mut bytes, function.lines.len() as u64);
            for line in &function.lines {
                for word in [line.pc, line.file, line.line] {
                    bytes.extend(word.to_le_bytes());
                }
            }
        }
        bytes
    }
}

fn put_function(bytes: &mut Vec<u8>, function: &Function) {
    put_text(bytes, &function.name);
    put_texts(bytes, &function.params);
    put_texts(bytes, &function.locals);
    put_count(bytes, function.code.len() as u64);
    put_count(bytes, function.target_lists.len() as u64);
    for list in &function.target_lists {
        put_count(bytes, list.len() as u64);
        list.iter().for_each(|target| bytes.extend(target.to_le_bytes()));
    }
    put_count(bytes, function.regions.len() as u64);
    for region in &function.regions {
        for word in [region.start, region.end, region.target, region.height] {
            bytes.extend(word.to_le_bytes());
        }
    }
}

fn put_texts(bytes: &mut Vec<u8>, texts: &[String]) {
    put_count(bytes, texts.len() as u64);
    for text in texts {
        put_text(bytes, text);
    }
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_count(bytes, text.len() as u64);
    bytes.extend(text.as_bytes());
}

fn put_count(bytes: &mut Vec<u8>, mut count: u64) {
    while count >= 0x80 {
        bytes.push(count as u8 | 0x80);
        count >>= 7;
    }
    bytes.push(count as u8);
}
