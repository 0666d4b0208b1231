/** Nodes that no one wrote: the transform makes them, and all stand where what they are made of is named. */
import { entryOf } from '../ast.ts';
import type { Entry, MappingNode, Node, Range } from '../ast.ts';

/** Plain data with nodes in it that were written. */
export type Made = string | number | boolean | Node | readonly Made[] | MadeMap;

export interface MadeMap {
  readonly [key: string]: Made | undefined;
}

export function nodeOf(made: Made, at: Range): Node {
  if (isNode(made)) return made;
  const base = { start: at.start, end: at.end, tag: null, anchored: false, content: at };
  if (isList(made)) return { ...base, kind: 'sequence', flow: true, items: made.map((item) => nodeOf(item, at)) };
  if (typeof made === 'object') return { ...base, kind: 'mapping', flow: true, entries: entriesOf(made, at) };
  return { ...base, kind: 'scalar', style: 'plain', value: made };
}

/** Keys without a value are left out. */
export function entriesOf(made: MadeMap, at: Range): Entry[] {
  return Object.entries(made).flatMap(([key, value]) => (value === undefined ? [] : [entry(key, nodeOf(value, at), at)]));
}

export function entry(key: string, value: Node, keyRange: Range): Entry {
  return { key, keyRange, value, merge: false };
}

function isNode(made: Made): made is Node {
  return typeof made === 'object' && 'kind' in made && 'start' in made;
}

function isList(made: Made): made is readonly Made[] {
  return Array.isArray(made);
}

export function refTo(id: string): MadeMap {
  return { Ref: id };
}

export function attributeOf(id: string, attribute: string): MadeMap {
  return { 'Fn::GetAtt': [id, attribute] };
}

/** The text with what its `${name}` stand for. */
export function substituted(text: string, variables?: MadeMap): MadeMap {
  return { 'Fn::Sub': variables === undefined ? text : [text, variables] };
}

/** A value that the transform makes and that is not made here. */
export function opaque(at: Range): Node {
  return {
    start: at.start,
    end: at.end,
    tag: 'what AWS::Serverless makes of it',
    anchored: false,
    content: at,
    kind: 'scalar',
    style: 'plain',
    value: '',
  };
}

/** Whether a function of CloudFormation gives the value, in its short or long form. */
export function isFunction(node: Node): boolean {
  return node.tag !== null || (node.kind === 'mapping' && node.entries.some(({ key }) => key === 'Ref' || key.startsWith('Fn::')));
}

/** The node itself, or what its alias stands for; null for a function and for an alias of nothing. */
export function plainOf(node: Node | undefined): Exclude<Node, { kind: 'alias' }> | null {
  const target = node?.kind === 'alias' ? node.target : node;
  return target === undefined || target === null || isFunction(target) ? null : target;
}

export function mapOf(node: Node | undefined): MappingNode | null {
  const plain = plainOf(node);
  return plain?.kind === 'mapping' ? plain : null;
}

/** Items of a list; a value alone is a list of one. */
export function itemsOf(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  const plain = plainOf(node);
  return plain?.kind === 'sequence' ? plain.items : [node];
}

export function textOf(node: Node | undefined): string | null {
  const plain = plainOf(node);
  return plain?.kind === 'scalar' && plain.value !== null ? String(plain.value) : null;
}

/** The logical id of `!Ref Id`; null for anything else. */
export function referenceOf(node: Node | undefined): string | null {
  if (node?.kind === 'scalar' && node.tag === '!Ref') return String(node.value);
  const argument = entryOf(node, 'Ref')?.value;
  return argument?.kind === 'scalar' && argument.tag === null ? String(argument.value) : null;
}

/** What a map says, its own keys before those of its merge keys; each map is looked at once. */
export function flattened(map: MappingNode | null): Map<string, Entry> {
  const result = new Map<string, Entry>();
  const seen = new Set<MappingNode>();
  const waiting = map === null ? [] : [map];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const each of next.entries) if (!each.merge && !result.has(each.key)) result.set(each.key, each);
    const merged = next.entries.flatMap((each) => (each.merge ? itemsOf(each.value) : []));
    waiting.push(...merged.flatMap((node) => mapOf(node) ?? []));
  }
  return result;
}

/** An object of S3, as a map or `s3://bucket/key`; a local path is known only when it is packaged. */
export function storedAt(uri: Node, [bucket, key, version]: readonly [string, string, string]): Made {
  const map = mapOf(uri);
  if (map !== null) {
    const given = flattened(map);
    return { [bucket]: given.get('Bucket')?.value, [key]: given.get('Key')?.value, [version]: given.get('Version')?.value };
  }
  const [, name, path] = /^s3:\/\/([^/]+)\/(.+)$/u.exec(textOf(uri) ?? '') ?? [];
  return name === undefined || path === undefined ? opaque(uri) : { [bucket]: name, [key]: path };
}
