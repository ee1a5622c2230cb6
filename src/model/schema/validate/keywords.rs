//! The keywords of JSON Schema: which are checked, and what each takes.

/// What a keyword takes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Takes {
    Schema,
    /// A schema that says something of the value itself, not of one within it.
    OwnSchema,
    SchemaOrList,
    OwnSchemas,
    Schemas,
    SchemasByName,
    OwnSchemasByName,
    SchemasByPattern,
    Dependencies,
    Names,
    Count,
    Number,
    Boolean,
    List,
    Type,
    Pattern,
    Format,
    Reference,
    Anything,
}

/// The keywords that are checked.
pub(super) const KEYWORDS: &[(&str, Takes)] = &[
    ("type", Takes::Type),
    ("properties", Takes::SchemasByName),
    ("required", Takes::Names),
    ("items", Takes::SchemaOrList),
    ("enum", Takes::List),
    ("const", Takes::Anything),
    ("$ref", Takes::Reference),
    ("$defs", Takes::SchemasByName),
    ("definitions", Takes::SchemasByName),
    ("allOf", Takes::OwnSchemas),
    ("anyOf", Takes::OwnSchemas),
    ("oneOf", Takes::OwnSchemas),
    ("not", Takes::OwnSchema),
    ("if", Takes::OwnSchema),
    ("then", Takes::OwnSchema),
    ("else", Takes::OwnSchema),
    ("additionalProperties", Takes::Schema),
    ("patternProperties", Takes::SchemasByPattern),
    ("propertyNames", Takes::Schema),
    ("minProperties", Takes::Count),
    ("maxProperties", Takes::Count),
    ("dependentRequired", Takes::Dependencies),
    ("dependentSchemas", Takes::OwnSchemasByName),
    ("dependencies", Takes::Dependencies),
    ("prefixItems", Takes::Schemas),
    ("additionalItems", Takes::Schema),
    ("contains", Takes::Schema),
    ("minContains", Takes::Count),
    ("maxContains", Takes::Count),
    ("minItems", Takes::Count),
    ("maxItems", Takes::Count),
    ("uniqueItems", Takes::Boolean),
    ("minLength", Takes::Count),
    ("maxLength", Takes::Count),
    ("pattern", Takes::Pattern),
    ("format", Takes::Format),
    ("minimum", Takes::Number),
    ("maximum", Takes::Number),
    ("exclusiveMinimum", Takes::Number),
    ("exclusiveMaximum", Takes::Number),
    ("multipleOf", Takes::Number),
    ("nullable", Takes::Boolean),
];

/// Keywords of JSON Schema that would have to be checked.
pub(super) const UNCHECKED: &[&str] = &[
    "unevaluatedItems",
    "unevaluatedProperties",
    "$dynamicRef",
    "$recursiveRef",
    "disallow",
    "extends",
    "divisibleBy",
];

/// Keywords that only describe. Any other that nobody knows only describes as well, unless it looks
/// like a slip.
pub(super) const DESCRIBES: &[&str] = &[
    "$schema",
    "$id",
    "id",
    "$comment",
    "$anchor",
    "$vocabulary",
    "title",
    "description",
    "default",
    "example",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "name",
    "kind",
    "label",
];

/// The names of types.
pub(super) const TYPES: &[&str] = &["string", "number", "integer", "boolean", "object", "array", "null"];
