//! `SLOTS`: the table's slot form, as lowering and validation read it.

use crate::literals::{float, index, int, operand_kind, scalar};
use opforge_core::{OperandKind, Scalar};
use opforge_spec::model::{Body, InstructionSet, Part, PartOperand, PatternOperand, PatternPart, Rewrite};
use opforge_spec::slots::{
    ConstantForm, Field, PartInput, PartOutputs, RowForm, Runs, SlotForms, SlotOp, SlotOperand, SlotPart,
};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let forms = SlotForms::of(set);
    let rows = forms.rows.iter().zip(set.instructions()).map(|(form, row)| row_form(set, form, &row.body));
    let ops = forms.ops.iter().map(|op| slot_op(set, op));
    let rewrites = set.rewrites().iter().filter(|rewrite| applies(set, rewrite)).map(|row| rewrite(set, row));
    let hot = index(forms.hot);
    quote! {
        /// The slot form of the table.
        // Numbers of patterns stand here as the table has them, also where they are close to a famous constant.
        #[allow(clippy::approx_constant)]
        static SLOTS: ::opforge::slots::SlotTable = ::opforge::slots::SlotTable {
            rows: &[#(#rows),*],
            ops: &[#(#ops),*],
            hot: #hot,
            rewrites: &[#(#rewrites),*],
        };

        /// `SLOTS`, indexed by the rows that its instructions run.
        static SLOT_FORM: ::std::sync::LazyLock<::opforge::slots::SlotForm> =
            ::std::sync::LazyLock::new(|| ::opforge::slots::SlotForm::new(&SLOTS));
    }
}

fn row_form(set: &InstructionSet, form: &RowForm, body: &Body) -> TokenStream {
    let form = match form {
        RowForm::Get(operand) => {
            let operand = index(*operand);
            quote!(Get(#operand))
        }
        RowForm::Set(operand) => {
            let operand = index(*operand);
            quote!(Set(#operand))
        }
        RowForm::Constant(constant) => {
            let constant = match constant {
                ConstantForm::Literal(value) => {
                    let value = scalar(*value);
                    quote!(Literal(#value))
                }
                ConstantForm::Operand(operand) => {
                    let operand = index(*operand);
                    quote!(Operand(#operand))
                }
                ConstantForm::Pool(operand) => {
                    let operand = index(*operand);
                    quote!(Pool(#operand))
                }
            };
            quote!(Constant(::opforge::slots::ConstantForm::#constant))
        }
        RowForm::Shuffle(outputs) => {
            let outputs = outputs.iter().map(|output| index(usize::from(*output)));
            quote!(Shuffle(&[#(#outputs),*]))
        }
        RowForm::Sequence => {
            let parts = match body {
                Body::Seq(parts) => parts.as_slice(),
                _ => &[],
            };
            let parts = parts.iter().map(|part| sequence_part(set, part));
            quote!(Sequence(&[#(#parts),*]))
        }
        RowForm::Runs(Runs { home, ends, leaves, .. }) => {
            quote!(Runs { home: #home, ends: #ends, leaves: #leaves })
        }
    };
    quote!(::opforge::slots::RowForm::#form)
}

fn sequence_part(set: &InstructionSet, part: &Part) -> TokenStream {
    let row = index(part.instruction.0);
    let kinds = set.instructions()[part.instruction.0].operands.iter().map(|operand| operand.kind);
    let operands = kinds.zip(&part.operands).map(|(kind, operand)| match operand {
        PartOperand::Row(operand) => {
            let operand = index(*operand);
            quote!(::opforge::slots::SequenceOperand::Row(#operand))
        }
        PartOperand::Literal(value) => {
            let value = operand_value(kind, *value);
            quote!(::opforge::slots::SequenceOperand::Literal(#value))
        }
    });
    quote!(::opforge::slots::SequencePart { row: #row, operands: &[#(#operands),*] })
}

/// A number as an operand of that kind.
fn operand_value(kind: OperandKind, value: Scalar) -> TokenStream {
    let number = match value {
        Scalar::Int(value) => value,
        Scalar::Bool(value) => i64::from(value),
        Scalar::Float(value) => {
            let value = float(value);
            return quote!(::opforge::Operand::Float(#value));
        }
        Scalar::Nil => 0,
    };
    match kind {
        OperandKind::Int | OperandKind::I16 => {
            let value = int(number);
            quote!(::opforge::Operand::Int(#value))
        }
        OperandKind::Float => {
            let value = float(number as f64);
            quote!(::opforge::Operand::Float(#value))
        }
        _ => {
            let value = int(number);
            quote!(::opforge::Operand::Index(#value))
        }
    }
}

fn slot_op(set: &InstructionSet, op: &SlotOp) -> TokenStream {
    let (name, fused, loops) = (&op.name, op.fusion.is_some(), op.is_loop());
    let fields = op.fields.iter().map(|form| field(*form));
    let parts = op.parts.iter().map(|part| slot_part(set, part));
    quote! {
        ::opforge::slots::SlotOp {
            name: #name,
            fields: &[#(#fields),*],
            parts: &[#(#parts),*],
            fused: #fused,
            loops: #loops,
        }
    }
}

fn field(field: Field) -> TokenStream {
    let field = match field {
        Field::Slot => quote!(Slot),
        Field::Slots(count) => {
            let count = index(count);
            quote!(Slots(#count))
        }
        Field::Group(count) => {
            let count = index(count);
            quote!(Group(#count))
        }
        Field::Int16 => quote!(Int16),
        Field::Int => quote!(Int),
        Field::Float => quote!(Float),
        Field::Operand(kind) => {
            let kind = operand_kind(kind);
            quote!(Operand(#kind))
        }
        Field::Target => quote!(Target),
    };
    quote!(::opforge::slots::Field::#field)
}

fn slot_part(set: &InstructionSet, part: &SlotPart) -> TokenStream {
    let numbered = |name: TokenStream, number: usize| {
        let number = index(number);
        quote!(#name(#number))
    };
    let inputs = part.inputs.iter().map(|input| {
        let input = match input {
            PartInput::Slot(field) => numbered(quote!(Slot), *field),
            PartInput::Group(field) => numbered(quote!(Group), *field),
            PartInput::Number(field) => numbered(quote!(Number), *field),
            PartInput::Part(part) => numbered(quote!(Part), *part),
            PartInput::Literal(value) => {
                let value = scalar(*value);
                quote!(Literal(#value))
            }
        };
        quote!(::opforge::slots::PartInput::#input)
    });
    let outputs = match part.outputs {
        PartOutputs::None => quote!(None),
        PartOutputs::Slot(field) => numbered(quote!(Slot), field),
        PartOutputs::Slots(field) => numbered(quote!(Slots), field),
        PartOutputs::Kept(None) => quote!(Kept(None)),
        PartOutputs::Kept(Some(field)) => {
            let field = index(field);
            quote!(Kept(Some(#field)))
        }
    };
    let kinds = part.row.map(|row| set.instructions()[row.0].operands.iter().map(|operand| operand.kind));
    let operands = kinds.into_iter().flatten().zip(&part.operands).map(|(kind, operand)| {
        let operand = match operand {
            SlotOperand::Field(field) => numbered(quote!(Field), *field),
            SlotOperand::Label(part) => numbered(quote!(Label), *part),
            SlotOperand::Literal(value) => {
                let value = operand_value(kind, *value);
                quote!(Literal(#value))
            }
        };
        quote!(::opforge::slots::SlotOperand::#operand)
    });
    let row = match part.row {
        Some(row) => {
            let row = index(row.0);
            quote!(Some(#row))
        }
        None => quote!(None),
    };
    quote! {
        ::opforge::slots::SlotPart {
            row: #row,
            inputs: &[#(#inputs),*],
            outputs: ::opforge::slots::PartOutputs::#outputs,
            operands: &[#(#operands),*],
        }
    }
}

/// Whether lowering can use a rewrite. Nothing is known of types there, so `when` is never met; and a row of `to` that
/// traps after another ran would leave the stack changed.
fn applies(set: &InstructionSet, rewrite: &Rewrite) -> bool {
    let rows = rewrite.to.iter().filter_map(|part| match part {
        PatternPart::Instruction(row, _) => Some(&set.instructions()[row.0]),
        PatternPart::Label(_) => None,
    });
    rewrite.when.is_empty() && rows.skip(1).all(|row| row.traps.is_empty())
}

fn rewrite(set: &InstructionSet, rewrite: &Rewrite) -> TokenStream {
    let mut variables: Vec<&str> = Vec::new();
    let from = lines(set, &rewrite.from, &mut variables);
    let to = lines(set, &rewrite.to, &mut variables);
    let count = index(variables.len());
    quote!(::opforge::slots::Rewrite { from: &[#(#from),*], to: &[#(#to),*], variables: #count })
}

fn lines<'a>(set: &InstructionSet, pattern: &'a [PatternPart], variables: &mut Vec<&'a str>) -> Vec<TokenStream> {
    let mut lines = Vec::new();
    for part in pattern {
        // A rewrite is straight: it has no labels.
        let PatternPart::Instruction(row, operands) = part else { continue };
        let kinds = set.instructions()[row.0].operands.iter().map(|operand| operand.kind);
        let operands: Vec<TokenStream> = kinds
            .zip(operands)
            .map(|(kind, operand)| match operand {
                PatternOperand::Variable(name) | PatternOperand::Label(name) => {
                    let known = variables.iter().position(|variable| variable == name);
                    let number = index(known.unwrap_or_else(|| {
                        variables.push(name);
                        variables.len() - 1
                    }));
                    quote!(::opforge::slots::RewriteOperand::Variable(#number))
                }
                PatternOperand::Literal(value) => {
                    let value = operand_value(kind, *value);
                    quote!(::opforge::slots::RewriteOperand::Literal(#value))
                }
            })
            .collect();
        let row = index(row.0);
        lines.push(quote!(::opforge::slots::RewriteLine { row: #row, operands: &[#(#operands),*] }));
    }
    lines
}
