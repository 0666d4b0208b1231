/** Intrinsic functions. What cannot be told before the stack is created is unknown, and says why. */
import { absent, isList, isMap, known, unknown } from '../../domain/value.ts';
import type { Unknown, Value } from '../../domain/value.ts';
import type { Span } from '../../domain/source.ts';
import { entryOf } from './ast.ts';
import type { Node } from './ast.ts';
import { either } from './evaluation.ts';
import type { Call, Evaluation, Place } from './evaluation.ts';
import { shorten } from './problems.ts';
import { coerce } from './scalar.ts';
import { concatenate, substitutions } from './text.ts';

type Fn = (evaluation: Evaluation, argument: Node, span: Span, place: Place) => Value;

const FUNCTIONS: ReadonlyMap<string, Fn> = new Map<string, Fn>([
  [
    'Ref',
    (evaluation, argument, span, place) =>
      argument.kind === 'scalar' ? ref(evaluation, String(argument.value), span, place) : malformed('Ref', span),
  ],
  ['Fn::GetAtt', getAtt],
  ['Fn::Sub', sub],
  ['Fn::Join', join],
  ['Fn::Select', select],
  ['Fn::Split', split],
  ['Fn::If', choose],
  ['Fn::FindInMap', findInMap],
  ['Fn::Base64', base64],
  ['Fn::Length', length],
  ['Fn::ToJsonString', toJsonString],
]);

export function callFunction(evaluation: Evaluation, { name, argument }: Call, span: Span, place: Place): Value {
  const fn = FUNCTIONS.get(name);
  return fn === undefined
    ? unknown(`${shorten(name)} is known only when the stack is created`, span)
    : fn(evaluation, argument, span, { ...place, depth: place.depth + 1 });
}

function malformed(name: string, span: Span): Unknown {
  return unknown(`${name} is not written as CloudFormation takes it`, span);
}

/** What `Ref` of a name gives. */
function ref(evaluation: Evaluation, name: string, span: Span, place: Place): Value {
  if (name === 'AWS::NoValue') return absent(span);
  if (name.startsWith('AWS::')) {
    const text = place.facts?.text(name);
    return text === undefined ? unknown(`${shorten(name)} is known only when the stack is created`, span) : known(text, span);
  }
  const parameter = evaluation.parameter(name, span, place);
  if (parameter !== null) return scalar(parameter, place);
  if (evaluation.template.resources.has(name)) return attributeOf(evaluation, name, '', span, place);
  return unknown(`${shorten(name)} is neither a parameter nor a resource of this template`, span);
}

function attributeOf(evaluation: Evaluation, logicalId: string, attribute: string, span: Span, place: Place): Value {
  const what = attribute === '' ? `the reference to ${shorten(logicalId)}` : `${shorten(attribute)} of ${shorten(logicalId)}`;
  if (!evaluation.template.resources.has(logicalId)) return unknown(`${shorten(logicalId)} is not a resource of this template`, span);
  const output = attribute.startsWith('Outputs.') ? evaluation.output(logicalId, attribute.slice('Outputs.'.length), span, place) : null;
  if (output !== null) return scalar(output, place);
  const address = evaluation.refer(logicalId, place);
  return { ...unknown(`${what} is known only when the stack is created`, span), reference: { address, attribute } };
}

/** Its names may be made by functions, with the transform AWS::LanguageExtensions. */
function getAtt(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  const names = argument.kind === 'sequence' ? argument.items : [argument];
  const parts: string[] = [];
  for (const name of names) {
    const part = evaluation.value(name, { ...place, at: span, property: null, attribute: null });
    if (part.state !== 'known') return unknown('the attribute that Fn::GetAtt names is not known here', span);
    if (typeof part.data === 'object') return malformed('Fn::GetAtt', span);
    parts.push(String(part.data));
  }
  const [logicalId = '', ...attribute] = parts.join('.').split('.');
  return attributeOf(evaluation, logicalId, attribute.join('.'), span, place);
}

function sub(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  const [template, variables] = argument.kind === 'sequence' ? argument.items : [argument];
  if (template?.kind !== 'scalar' || template.tag !== null) return malformed('Fn::Sub', span);
  const own = new Map<string, Node>();
  if (variables?.kind === 'mapping') for (const { key, value } of variables.entries) own.set(key, value);
  const parts = substitutions(String(template.value)).map((part): string | Value => {
    if ('text' in part) return part.text;
    const variable = own.get(part.name);
    if (variable !== undefined) return evaluation.value(variable, { ...place, at: span });
    const [address = '', ...attribute] = part.name.split('.');
    return attribute.length === 0
      ? ref(evaluation, part.name, span, place)
      : attributeOf(evaluation, address, attribute.join('.'), span, place);
  });
  return scalar(concatenate(parts, span), place);
}

function join(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  const [delimiter, list, ...more] = argument.kind === 'sequence' ? argument.items : [];
  if (delimiter?.kind !== 'scalar' || list === undefined || more.length > 0) return malformed('Fn::Join', span);
  const items = evaluation.value(list, { ...place, at: span, property: null });
  if (items.state === 'unknown') return { ...unknown(items.reason, span), ...(items.sensitive === true ? { sensitive: true } : {}) };
  if (items.state === 'absent' || !isList(items.data)) return malformed('Fn::Join', span);
  const between = String(delimiter.value ?? '');
  return scalar(
    concatenate(
      items.data.flatMap((item, index): (string | Value)[] => (index === 0 ? [item] : [between, item])),
      span,
    ),
    place,
  );
}

/** A text that a function made, in the type that its property has. */
function scalar(value: Value, place: Place): Value {
  return value.state === 'known' ? { ...value, data: coerce(value.data, place.property) } : value;
}

function select(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  const [position, list, ...more] = argument.kind === 'sequence' ? argument.items : [];
  if (position === undefined || list === undefined || more.length > 0) return malformed('Fn::Select', span);
  const index = evaluation.value(position, { ...place, at: span, property: null });
  const number = index.state === 'known' ? Number(index.data) : 0;
  if (index.state === 'known' && list.kind === 'sequence' && list.tag === null) {
    // Only the item that is picked is referred to.
    const picked = list.items[number];
    return picked === undefined ? unknown(NO_ITEM, span) : evaluation.value(picked, { ...place, at: span });
  }
  const items = evaluation.value(list, { ...place, at: span });
  if (index.state === 'unknown') return unknown(index.reason, span);
  if (items.state === 'unknown') return { ...unknown(items.reason, span), ...(items.sensitive === true ? { sensitive: true } : {}) };
  if (index.state === 'absent' || items.state === 'absent' || !isList(items.data)) return malformed('Fn::Select', span);
  return items.data[number] ?? unknown(NO_ITEM, span);
}

const NO_ITEM = 'Fn::Select picks an item that the list has not';

function split(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  const [delimiter, text, ...more] = argument.kind === 'sequence' ? argument.items : [];
  if (delimiter?.kind !== 'scalar' || text === undefined || more.length > 0) return malformed('Fn::Split', span);
  const value = evaluation.value(text, { ...place, at: span, property: null });
  if (value.state === 'unknown') return { ...unknown(value.reason, span), ...(value.sensitive === true ? { sensitive: true } : {}) };
  const by = String(delimiter.value ?? '');
  if (value.state === 'absent' || typeof value.data === 'object' || by === '') return malformed('Fn::Split', span);
  const sensitive = value.sensitive === true ? { sensitive: true } : {};
  return {
    ...known(
      String(value.data)
        .split(by)
        .map((item): Value => ({ ...known(item, span), ...sensitive })),
      span,
    ),
    ...sensitive,
  };
}

/** A condition that is not known leaves open what its sides say differently. */
function choose(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  const [condition, yes, no, ...more] = argument.kind === 'sequence' ? argument.items : [];
  if (condition?.kind !== 'scalar' || yes === undefined || no === undefined || more.length > 0) return malformed('Fn::If', span);
  const name = String(condition.value);
  const holds = evaluation.condition(name, place.facts);
  if (holds !== undefined) return evaluation.value(holds ? yes : no, place);
  const a = evaluation.value(yes, evaluation.assuming(name, true, place));
  const b = evaluation.value(no, evaluation.assuming(name, false, place));
  return either(a, b, span, `condition ${shorten(name)} is not known here`);
}

function findInMap(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  const [map, first, second, options] = argument.kind === 'sequence' ? argument.items : [];
  if (map === undefined || first === undefined || second === undefined) return malformed('Fn::FindInMap', span);
  const names: string[] = [];
  for (const node of [map, first, second]) {
    const key = evaluation.value(node, { ...place, at: span, property: null });
    if (key.state === 'unknown') return unknown(key.reason, span);
    if (key.state === 'absent' || typeof key.data === 'object') return malformed('Fn::FindInMap', span);
    names.push(String(key.data));
  }
  const { mappings } = evaluation.template;
  const table = mappings.get(names[0] ?? '')?.value;
  const found = lookUp(lookUp(table, names[1] ?? ''), names[2] ?? '');
  if (found !== undefined) return evaluation.value(found, { ...place, at: span });
  const otherwise = entryOf(options, 'DefaultValue')?.value;
  const whole = ![...mappings.keys()].some((key) => key.startsWith('Fn::')) && !includes(table);
  if (otherwise !== undefined && whole) return evaluation.value(otherwise, { ...place, at: span });
  return unknown(`${shorten(names[0] ?? '')} has no ${shorten(names.slice(1).join('.'))} here`, span);
}

/** Whether a function brings in what a mapping does not say here. */
function includes(node: Node | undefined): boolean {
  return node?.kind === 'mapping' && node.entries.some(({ key, value }) => key.startsWith('Fn::') || includes(value));
}

function lookUp(node: Node | undefined, key: string): Node | undefined {
  return entryOf(node?.kind === 'alias' ? node.target : node, key)?.value;
}

function base64(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  const value = evaluation.value(argument, { ...place, property: null });
  if (value.state === 'absent') return malformed('Fn::Base64', span);
  if (value.state === 'unknown') {
    const { reason, sensitive, texts } = value;
    return { ...unknown(reason, span), ...(texts === undefined ? {} : { texts }), ...(sensitive === true ? { sensitive } : {}) };
  }
  if (isList(value.data) || isMap(value.data)) return malformed('Fn::Base64', span);
  return { ...value, data: Buffer.from(String(value.data), 'utf8').toString('base64'), span };
}

function length(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  const value = evaluation.value(argument, { ...place, at: span, property: null });
  if (value.state === 'unknown') return unknown(value.reason, span);
  return value.state === 'known' && isList(value.data) ? known(value.data.length, span) : malformed('Fn::Length', span);
}

/** The text is known when every part is; the document is known part by part. */
function toJsonString(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  const shape = evaluation.value(argument, { ...place, key: null, property: null });
  if (shape.state === 'absent') return malformed('Fn::ToJsonString', span);
  if (shape.state === 'unknown') return { ...shape, span };
  const gap = firstUnknown(shape);
  const sensitive = isSecret(shape) ? { sensitive: true } : {};
  if (gap !== null) return { ...unknown(gap, span), shape, ...sensitive };
  return { ...known(jsonText(shape), span), shape, ...sensitive };
}

function partsOf(value: Value): Iterable<Value> {
  return value.state === 'known' && typeof value.data === 'object' ? value.data.values() : [];
}

function firstUnknown(value: Value): string | null {
  if (value.state === 'unknown') return value.reason;
  for (const part of partsOf(value)) {
    const reason = firstUnknown(part);
    if (reason !== null) return reason;
  }
  return null;
}

function isSecret(value: Value): boolean {
  return (value.state !== 'absent' && value.sensitive === true) || [...partsOf(value)].some(isSecret);
}

/** Of a value without unknown parts. */
function jsonText(value: Value): string {
  if (value.state !== 'known') return 'null';
  const { data } = value;
  if (isList(data)) return `[${data.map(jsonText).join(',')}]`;
  if (!isMap(data)) return JSON.stringify(data);
  const entries = [...data].filter(([, item]) => item.state !== 'absent');
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${jsonText(item)}`).join(',')}}`;
}
