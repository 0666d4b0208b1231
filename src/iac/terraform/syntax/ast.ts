/**
 * Syntax tree of HCL native syntax. `start` and `end` are UTF-16 offsets into the file's text, `end`
 * exclusive; a byte order mark counts. Types and names are decoded; texts of templates are decoded,
 * trimmed by strip markers and, in flush heredocs, freed of their common indentation.
 */

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Body {
  readonly items: readonly (Attribute | Block)[];
}

export interface Attribute extends Range {
  readonly kind: 'attribute';
  readonly name: string;
  readonly nameRange: Range;
  readonly equals: Range;
  readonly value: Expression;
}

export interface Block extends Range {
  readonly kind: 'block';
  readonly type: string;
  readonly typeRange: Range;
  readonly labels: readonly Label[];
  readonly open: Range;
  readonly close: Range;
  readonly body: Body;
}

export interface Label extends Range {
  readonly value: string;
  readonly quoted: boolean;
}

export type Expression =
  | NullLiteral
  | BooleanLiteral
  | NumberLiteral
  | Template
  | Variable
  | GetAttribute
  | Index
  | Splat
  | Call
  | Conditional
  | Binary
  | Unary
  | Parenthesis
  | Tuple
  | ObjectExpression
  | ForExpression;

export interface NullLiteral extends Range {
  readonly kind: 'null';
}

export interface BooleanLiteral extends Range {
  readonly kind: 'boolean';
  readonly value: boolean;
}

export interface NumberLiteral extends Range {
  readonly kind: 'number';
  /** As written; evaluation decides precision. */
  readonly text: string;
}

/** A quoted string or heredoc, plain ones included (then its parts are at most one text). */
export interface Template extends Range {
  readonly kind: 'template';
  readonly form: 'quoted' | 'heredoc' | 'heredoc-flush';
  readonly parts: readonly TemplatePart[];
}

export type TemplatePart = TextPart | InterpolationPart | IfPart | ForPart;

export interface TextPart extends Range {
  readonly kind: 'text';
  readonly value: string;
}

export interface InterpolationPart extends Range {
  readonly kind: 'interpolation';
  readonly value: Expression;
}

export interface IfPart extends Range {
  readonly kind: 'if';
  readonly condition: Expression;
  readonly then: readonly TemplatePart[];
  readonly else: readonly TemplatePart[];
}

export interface ForPart extends Range {
  readonly kind: 'for';
  /** Empty when there is none. */
  readonly keyName: string;
  readonly valueName: string;
  readonly collection: Expression;
  readonly body: readonly TemplatePart[];
}

/** The first word of a reference: `var`, `local`, `aws_s3_bucket`, an iterator. */
export interface Variable extends Range {
  readonly kind: 'variable';
  readonly name: string;
}

export interface GetAttribute extends Range {
  readonly kind: 'get-attribute';
  readonly of: Expression;
  readonly name: string;
}

/** `of[key]`, and the legacy `of.0` whose key is a number literal. */
export interface Index extends Range {
  readonly kind: 'index';
  readonly of: Expression;
  readonly key: Expression;
  readonly legacy: boolean;
}

/** `of[*]` (full) or `of.*`; `each` are the steps applied to every element, in order. */
export interface Splat extends Range {
  readonly kind: 'splat';
  readonly of: Expression;
  readonly full: boolean;
  readonly each: readonly SplatStep[];
}

export type SplatStep =
  | { readonly kind: 'get-attribute'; readonly name: string }
  | { readonly kind: 'index'; readonly key: Expression }
  | { readonly kind: 'splat'; readonly full: boolean; readonly each: readonly SplatStep[] };

export interface Call extends Range {
  readonly kind: 'call';
  /** With `::` for namespaces. */
  readonly name: string;
  readonly nameRange: Range;
  readonly arguments: readonly Expression[];
  /** The last argument is followed by `...`. */
  readonly expand: boolean;
}

export interface Conditional extends Range {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly then: Expression;
  readonly else: Expression;
}

export interface Binary extends Range {
  readonly kind: 'binary';
  readonly operator: '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%';
  readonly left: Expression;
  readonly right: Expression;
}

export interface Unary extends Range {
  readonly kind: 'unary';
  readonly operator: '-' | '!';
  readonly operand: Expression;
}

export interface Parenthesis extends Range {
  readonly kind: 'parenthesis';
  readonly inner: Expression;
}

export interface Tuple extends Range {
  readonly kind: 'tuple';
  readonly items: readonly Expression[];
}

export interface ObjectExpression extends Range {
  readonly kind: 'object';
  readonly items: readonly ObjectItem[];
}

export interface ObjectItem {
  /** A bare word is `{kind: 'name'}` (also `true`, `null`, `for`); `(x)` is a parenthesis; everything else an expression. */
  readonly key: Expression | BareKey;
  readonly value: Expression;
}

export interface BareKey extends Range {
  readonly kind: 'name';
  readonly name: string;
}

export interface ForExpression extends Range {
  readonly kind: 'for';
  readonly form: 'tuple' | 'object';
  /** Empty when there is none. */
  readonly keyName: string;
  readonly valueName: string;
  readonly collection: Expression;
  /** Null for tuples. */
  readonly key: Expression | null;
  readonly value: Expression;
  readonly condition: Expression | null;
  readonly group: boolean;
}

export interface Comment extends Range {
  /** 1-based line it starts on. The range leaves out the line break that ends a line comment. */
  readonly line: number;
}

export interface SyntaxError extends Range {
  /** Short, as a title: `Missing newline after argument`. */
  readonly summary: string;
  /** What stands there, what was expected, what to do. */
  readonly detail: string;
}

/** `errors` is empty exactly when the text is valid; with errors, `body` holds all that could be recovered. */
export interface ParsedFile {
  readonly body: Body;
  readonly comments: readonly Comment[];
  readonly errors: readonly SyntaxError[];
}
