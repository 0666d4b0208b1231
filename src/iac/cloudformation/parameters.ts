/** Values of parameters, as their types read them. */
import { absent, isList, known, unknown } from '../../domain/value.ts';
import type { Value } from '../../domain/value.ts';
import type { Span } from '../../domain/source.ts';
import { entryOf } from './ast.ts';
import type { Entry, Node, Range, ScalarNode } from './ast.ts';
import { shorten } from './problems.ts';
import { coerce } from './scalar.ts';
import { DYNAMIC } from './text.ts';

export interface ParameterReading {
  /** Written where its declaration stands; its origin is where the text stands that it has. */
  readonly value: Value;
  /** What is to be said of the text that it has: two readers may take it differently, or CloudFormation refuses it. */
  readonly notice?: { readonly code: 'ambiguous-scalar' | 'invalid-parameter'; readonly message: string; readonly span: Span };
}

/** `given`: what the caller of the template passes, undefined when nothing. `written` tells where a node stands. */
export function readParameter(entry: Entry, given: Value | undefined, written: (range: Range) => Span): ParameterReading {
  const span = written(entry.keyRange);
  const name = shorten(entry.key);
  const type = typeOf(entry);
  const secret = isSecret(entry) ? { sensitive: true } : {};
  if (type.startsWith('AWS::SSM::Parameter::Value<')) {
    return { value: { ...unknown(`parameter ${name} is looked up in Parameter Store when the stack is created`, span), ...secret } };
  }
  const own = scalarOf(entry, 'Default');
  const passed = given !== undefined && given.state !== 'absent' ? given : own === null ? null : parameterScalar(own, written(own));
  if (passed === null || passed.state === 'absent')
    return { value: { ...unknown(`parameter ${name} has no default here`, span), ...secret } };
  if (passed.state !== 'known') {
    const value = { ...passed, ...secret };
    const unclear = passed === given ? undefined : own?.ambiguity;
    return unclear === undefined ? { value } : { value, notice: { code: 'ambiguous-scalar', message: unclear, span: passed.span } };
  }
  const mark = passed.sensitive === true ? { sensitive: true } : secret;
  const origin = passed.origin ?? passed.span;
  if (isList(passed.data)) return { value: { ...passed, origin, ...mark } };
  if (typeof passed.data === 'object')
    return { value: { ...unknown(`parameter ${name} is given a map, where a text is due`, span), ...mark } };
  const raw = String(passed.data);
  const fault = faultOf(entry, type, raw, mark.sensitive === true);
  if (fault !== null) {
    const message = `parameter ${name} ${fault}; CloudFormation refuses it, so its value is not known; correct one of them`;
    return {
      value: { ...unknown(`parameter ${name} ${fault}`, span), ...mark },
      notice: { code: 'invalid-parameter', message, span: origin },
    };
  }
  return { value: readAs(type, raw, { ...known('', span), origin, ...mark }) };
}

/** A text as the type of a parameter reads it, everything else as in `like`. */
function readAs(type: string, raw: string, like: Extract<Value, { state: 'known' }>): Value {
  if (type === 'Number') return { ...like, data: Number(raw) };
  if (type !== 'CommaDelimitedList' && !type.startsWith('List<')) return { ...like, data: coerce(raw, null) };
  return { ...like, data: raw.split(',', MOST_ITEMS).map((item): Value => ({ ...like, data: listItem(item.trim(), type) })) };
}

/** The value that a parameter must have where a condition says so. */
export function parameterText(entry: Entry, text: string, span: Span): Value {
  return readAs(typeOf(entry), text, { ...known('', span), ...(isSecret(entry) ? { sensitive: true } : {}) });
}

/** CloudFormation's own limit of a parameter's value is 4,096 bytes. */
const MOST_ITEMS = 4096;

function listItem(text: string, type: string): string | number | boolean {
  if (type === 'List<Number>' && isNumber(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function scalarOf(entry: Entry, key: string): ScalarNode | null {
  const node = entryOf(bodyOf(entry), key)?.value;
  return node?.kind === 'scalar' ? node : null;
}

function bodyOf({ value }: Entry): Node | null {
  return value.kind === 'alias' ? value.target : value;
}

function typeOf(entry: Entry): string {
  return String(scalarOf(entry, 'Type')?.value ?? '');
}

/** Also where only one version of YAML says so. */
function isSecret(entry: Entry): boolean {
  const node = scalarOf(entry, 'NoEcho');
  return node !== null && (String(node.value).toLowerCase() === 'true' || node.ambiguity !== undefined);
}

/** What a scalar gives to a parameter; nothing when it is null. */
export function parameterScalar(node: ScalarNode, span: Span): Value {
  if (node.value === null) return absent(span);
  if (node.ambiguity !== undefined) return unknown(node.ambiguity, span);
  const raw = String(node.value);
  return raw.includes('{{resolve:') ? { ...unknown(DYNAMIC, span), sensitive: true } : known(raw, span);
}

/** What is wrong with a text. Patterns are not looked at: they are not ours to run. */
function faultOf(entry: Entry, type: string, raw: string, secret: boolean): string | null {
  const seen = secret ? 'a text' : JSON.stringify(shorten(raw));
  if (type === 'Number' && !isNumber(raw)) return `is ${seen}, which is no number as its Type asks for`;
  const allowed = entryOf(bodyOf(entry), 'AllowedValues')?.value;
  if (allowed?.kind !== 'sequence' || !allowed.items.every((item) => item.kind === 'scalar')) return null;
  const listed = (text: string): boolean =>
    allowed.items.some((item) => item.kind === 'scalar' && sameText(String(item.value ?? ''), text));
  const texts = type === 'CommaDelimitedList' || type.startsWith('List<') ? raw.split(',', MOST_ITEMS).map((item) => item.trim()) : [raw];
  return texts.every(listed) ? null : `is ${seen}, which its AllowedValues do not list`;
}

/** A number may be written in several ways, of which a template does not keep which. */
function sameText(a: string, b: string): boolean {
  return a === b || (isNumber(a) && isNumber(b) && Number(a) === Number(b));
}
