/** Intrinsic functions. What cannot be told before the stack is created is unknown, and says why. */
import { absent, isList, isMap, known, unknown } from '../../domain/value.ts';
import type { Unknown, Value } from '../../domain/value.ts';
import type { Span } from '../../domain/source.ts';
import type { Node } from './ast.ts';
import { sameData } from './evaluation.ts';
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
  if (name.startsWith('AWS::')) return unknown(`${shorten(name)} is known only when the stack is created`, span);
  const parameter = evaluation.parameter(name, span);
  if (parameter !== null) return parameter;
  if (evaluation.template.resources.has(name)) return attributeOf(evaluation, name, '', span, place);
  return unknown(`${shorten(name)} is neither a parameter nor a resource of this template`, span);
}

function attributeOf(evaluation: Evaluation, address: string, attribute: string, span: Span, place: Place): Value {
  const what = attribute === '' ? `the reference to ${shorten(address)}` : `${shorten(attribute)} of ${shorten(address)}`;
  if (!evaluation.template.resources.has(address)) return unknown(`${shorten(address)} is not a resource of this template`, span);
  evaluation.refer(address, place);
  return { ...unknown(`${what} is known only when the stack is created`, span), reference: { address, attribute } };
}

function getAtt(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  if (argument.kind === 'scalar') {
    const [address = '', ...attribute] = String(argument.value).split('.');
    return attributeOf(evaluation, address, attribute.join('.'), span, place);
  }
  if (argument.kind !== 'sequence') return malformed('Fn::GetAtt', span);
  const [address, ...attribute] = argument.items.map((item) => (item.kind === 'scalar' && item.tag === null ? String(item.value) : null));
  if (address === undefined || address === null || attribute.includes(null))
    return unknown('the attribute that Fn::GetAtt names is not known here', span);
  return attributeOf(evaluation, address, attribute.join('.'), span, place);
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
  const [index, items] = [
    evaluation.value(position, { ...place, at: span, property: null }),
    evaluation.value(list, { ...place, at: span }),
  ];
  if (index.state === 'unknown') return unknown(index.reason, span);
  if (items.state === 'unknown') return unknown(items.reason, span);
  if (index.state === 'absent' || items.state === 'absent' || !isList(items.data)) return malformed('Fn::Select', span);
  return items.data[Number(index.data)] ?? unknown('Fn::Select picks an item that the list has not', span);
}

function split(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  const [delimiter, text, ...more] = argument.kind === 'sequence' ? argument.items : [];
  if (delimiter?.kind !== 'scalar' || text === undefined || more.length > 0) return malformed('Fn::Split', span);
  const value = evaluation.value(text, { ...place, at: span, property: null });
  if (value.state === 'unknown') return unknown(value.reason, span);
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

/** A condition that is not known leaves the value unknown, unless both sides say the same. */
function choose(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  const [condition, yes, no, ...more] = argument.kind === 'sequence' ? argument.items : [];
  if (condition?.kind !== 'scalar' || yes === undefined || no === undefined || more.length > 0) return malformed('Fn::If', span);
  const name = String(condition.value);
  const holds = evaluation.condition(name);
  if (holds !== undefined) return evaluation.value(holds ? yes : no, place);
  const [a, b] = [evaluation.value(yes, place), evaluation.value(no, place)];
  if (sameData(a, b)) return { ...a, span };
  const secret = (a.state !== 'absent' && a.sensitive === true) || (b.state !== 'absent' && b.sensitive === true);
  return { ...unknown(`condition ${shorten(name)} is not known here`, span), ...(secret ? { sensitive: true } : {}) };
}

function findInMap(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  const keys =
    argument.kind === 'sequence'
      ? argument.items.slice(0, 3).map((item) => evaluation.value(item, { ...place, at: span, property: null }))
      : [];
  if (keys.length !== 3) return malformed('Fn::FindInMap', span);
  const names: string[] = [];
  for (const key of keys) {
    if (key.state === 'unknown') return unknown(key.reason, span);
    if (key.state === 'absent' || typeof key.data === 'object') return malformed('Fn::FindInMap', span);
    names.push(String(key.data));
  }
  const [map = '', first = '', second = ''] = names;
  const table = evaluation.template.mappings.get(map)?.value;
  const found = table === undefined ? undefined : lookUp(lookUp(table, first), second);
  return found === undefined
    ? unknown(`${shorten(map)} has no ${shorten(`${first}.${second}`)} here`, span)
    : evaluation.value(found, { ...place, at: span });
}

function lookUp(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'mapping' ? node.entries.find((entry) => entry.key === key)?.value : undefined;
}

function base64(evaluation: Evaluation, argument: Node, span: Span, place: Place): Value {
  const value = evaluation.value(argument, { ...place, property: null });
  if (value.state === 'absent') return malformed('Fn::Base64', span);
  if (value.state === 'unknown') return { ...unknown(value.reason, span), ...(value.sensitive === true ? { sensitive: true } : {}) };
  if (isList(value.data) || isMap(value.data)) return malformed('Fn::Base64', span);
  return { ...value, data: Buffer.from(String(value.data), 'utf8').toString('base64'), span };
}
