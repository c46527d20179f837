//! `SLOTS`: the table's slot form, as lowering and validation read it.

use crate::ident::ident;
use crate::literals::{index, operand_kind, operand_value, scalar, value_type};
use opforge_core::slot_form::{
    ConstantForm, Field, Guarded, OperandSource, PartInput, PartOutputs, Rewrite, RewriteGuard, RewriteLine,
    RewriteOperand, RowCase, RowForm, Runs, SequenceOperand, SequencePart, SlotOp, SlotPart,
};
use opforge_spec::model::InstructionSet;
use opforge_spec::slots::slot_table;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let table = slot_table(set);
    let rows = list(&table.rows, row_form);
    let cases = list(&table.cases, |cases| list(cases, row_case));
    let ops = list(&table.ops, slot_op);
    let rewrites = list(&table.rewrites, rewrite);
    let hot = index(table.hot);
    quote! {
        /// The slot form of the table.
        static SLOTS: ::opforge::slots::SlotTable = ::opforge::slots::SlotTable {
            rows: #rows,
            cases: #cases,
            ops: #ops,
            hot: #hot,
            rewrites: #rewrites,
        };

        /// `SLOTS`, indexed by the rows that its instructions run.
        static SLOT_FORM: ::std::sync::LazyLock<::opforge::slots::SlotForm> =
            ::std::sync::LazyLock::new(|| ::opforge::slots::SlotForm::new(&SLOTS, of_constants));
    }
}

/// A list of the model, borrowed.
fn list<T>(items: &[T], item: impl FnMut(&T) -> TokenStream) -> TokenStream {
    let items = items.iter().map(item);
    quote!(::std::borrow::Cow::Borrowed(&[#(#items),*]))
}

/// A variant that holds an index.
fn numbered(variant: TokenStream, number: usize) -> TokenStream {
    let number = index(number);
    quote!(#variant(#number))
}

fn row_form(form: &RowForm) -> TokenStream {
    let form = match form {
        RowForm::GetLocal(operand) => numbered(quote!(GetLocal), *operand),
        RowForm::SetLocal(operand) => numbered(quote!(SetLocal), *operand),
        RowForm::Constant(constant) => {
            let constant = constant_form(constant);
            quote!(Constant(#constant))
        }
        RowForm::Shuffle(outputs) => {
            let outputs = list(outputs, |output| index(usize::from(*output)));
            quote!(Shuffle(#outputs))
        }
        RowForm::Sequence(parts) => {
            let parts = list(parts, sequence_part);
            quote!(Sequence(#parts))
        }
        RowForm::Runs(Runs { home, leaves, steps, tries }) => {
            quote!(Runs(::opforge::slots::Runs { home: #home, leaves: #leaves, steps: #steps, tries: #tries }))
        }
    };
    quote!(::opforge::slots::RowForm::#form)
}

fn row_case(case: &RowCase) -> TokenStream {
    let (inputs, outputs) = (list(&case.inputs, |ty| value_type(*ty)), list(&case.outputs, |ty| value_type(*ty)));
    quote!(::opforge::slots::RowCase { inputs: #inputs, outputs: #outputs })
}

fn constant_form(constant: &ConstantForm) -> TokenStream {
    let constant = match constant {
        ConstantForm::Literal(value) => {
            let value = scalar(*value);
            quote!(Literal(#value))
        }
        ConstantForm::Operand(operand) => numbered(quote!(Operand), *operand),
        ConstantForm::Pool(operand) => numbered(quote!(Pool), *operand),
    };
    quote!(::opforge::slots::ConstantForm::#constant)
}

fn sequence_part(part: &SequencePart) -> TokenStream {
    let row = index(part.row);
    let operands = list(&part.operands, |operand| {
        let operand = match operand {
            SequenceOperand::Row(operand) => numbered(quote!(Row), *operand),
            SequenceOperand::Literal(value) => {
                let value = operand_value(*value);
                quote!(Literal(#value))
            }
        };
        quote!(::opforge::slots::SequenceOperand::#operand)
    });
    quote!(::opforge::slots::SequencePart { row: #row, operands: #operands })
}

fn slot_op(op: &SlotOp) -> TokenStream {
    let (name, cold) = (&op.name, op.cold);
    let fields = list(&op.fields, |form| field(*form));
    let parts = list(&op.parts, slot_part);
    let fusion = option(op.fusion);
    quote! {
        ::opforge::slots::SlotOp {
            name: ::std::borrow::Cow::Borrowed(#name),
            fields: #fields,
            parts: #parts,
            fusion: #fusion,
            cold: #cold,
        }
    }
}

fn option(number: Option<usize>) -> TokenStream {
    match number {
        Some(number) => numbered(quote!(Some), number),
        None => quote!(None),
    }
}

fn field(field: Field) -> TokenStream {
    let field = match field {
        Field::Slot => quote!(Slot),
        Field::Slots(count) => numbered(quote!(Slots), count),
        Field::Group(count) => numbered(quote!(Group), count),
        Field::Int16 => quote!(Int16),
        Field::Number(kind) => {
            let kind = ident(kind.name());
            quote!(Number(::opforge::core::Kind::#kind))
        }
        Field::Operand(kind) => {
            let kind = operand_kind(kind);
            quote!(Operand(#kind))
        }
        Field::Target => quote!(Target),
        Field::Targets => quote!(Targets),
    };
    quote!(::opforge::slots::Field::#field)
}

fn slot_part(part: &SlotPart) -> TokenStream {
    let row = option(part.row);
    let inputs = list(&part.inputs, part_input);
    let kinds = list(&part.kinds, |kind| match kind {
        Some(kind) => {
            let kind = ident(kind.name());
            quote!(Some(::opforge::Kind::#kind))
        }
        None => quote!(None),
    });
    let outputs = match part.outputs {
        PartOutputs::None => quote!(None),
        PartOutputs::Slot(field) => numbered(quote!(Slot), field),
        PartOutputs::Slots(field) => numbered(quote!(Slots), field),
        PartOutputs::Kept(field) => {
            let field = option(field);
            quote!(Kept(#field))
        }
    };
    let operands = list(&part.operands, operand_source);
    let spills = list(&part.spills, |part| index(*part));
    quote! {
        ::opforge::slots::SlotPart {
            row: #row,
            inputs: #inputs,
            kinds: #kinds,
            outputs: ::opforge::slots::PartOutputs::#outputs,
            operands: #operands,
            spills: #spills,
        }
    }
}

fn part_input(input: &PartInput) -> TokenStream {
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
}

fn operand_source(operand: &OperandSource) -> TokenStream {
    let operand = match operand {
        OperandSource::Field(field) => numbered(quote!(Field), *field),
        OperandSource::Label(part) => numbered(quote!(Label), *part),
        OperandSource::Literal(value) => {
            let value = operand_value(*value);
            quote!(Literal(#value))
        }
    };
    quote!(::opforge::slots::OperandSource::#operand)
}

fn rewrite(rewrite: &Rewrite) -> TokenStream {
    let (from, to) = (list(&rewrite.from, rewrite_line), list(&rewrite.to, rewrite_line));
    let variables = index(rewrite.variables);
    let when = list(&rewrite.when, rewrite_guard);
    quote!(::opforge::slots::Rewrite { from: #from, to: #to, variables: #variables, when: #when })
}

fn rewrite_guard(guard: &RewriteGuard) -> TokenStream {
    let (of, ty) = (guarded(guard.of), value_type(guard.ty));
    quote!(::opforge::slots::RewriteGuard { of: ::opforge::slots::Guarded::#of, ty: #ty })
}

fn guarded(of: Guarded) -> TokenStream {
    match of {
        Guarded::Input(input) => numbered(quote!(Input), input),
        Guarded::Local(variable) => numbered(quote!(Local), variable),
    }
}

fn rewrite_line(line: &RewriteLine) -> TokenStream {
    let row = index(line.row);
    let operands = list(&line.operands, |operand| {
        let operand = match operand {
            RewriteOperand::Variable(variable) => numbered(quote!(Variable), *variable),
            RewriteOperand::Literal(value) => {
                let value = operand_value(*value);
                quote!(Literal(#value))
            }
        };
        quote!(::opforge::slots::RewriteOperand::#operand)
    });
    quote!(::opforge::slots::RewriteLine { row: #row, operands: #operands })
}
