/**
 * `data.aws_iam_policy_document`: what the provider makes of it, with the place of each part. The provider
 * keeps what is declared as a set sorted downwards, writes a list of one as that one, and takes `&{` for `${`.
 */
import type { Body } from './body.ts';
import { encodePolicy } from './policy-text.ts';
import type { Datum } from './values/datum.ts';
import { isFailure, isWhole, mapping, NULL, overLimit, sequence, string, unknown, unknownPart } from './values/datum.ts';
import { documentIn } from './values/json-text.ts';
import { toSet, toText } from './values/type.ts';

/** Its texts: as `json` and `minified_json` give them. Unknown where a part is; then its shape is what is known. */
export function policyDocument(body: Body, form: 'json' | 'minified_json'): Datum {
  const document = documentOf(body);
  if (isFailure(document) || document.kind === 'unknown') return document;
  if (!isWhole(document)) return unknown(unknownPart(document)?.reason ?? 'a part of it is not known', { shape: document });
  const text = encodePolicy(document, form === 'json');
  return text === undefined ? unknown('a part of it is not known', { shape: document }) : { ...string(text), shape: document };
}

function documentOf(body: Body): Datum {
  const merged = new Merged();
  for (const each of documents(body, 'source_json', 'source_policy_documents')) merged.add(each);
  const version = body.get('version');
  merged.add({
    version: version === undefined || version.kind === 'null' ? string('2012-10-17') : version,
    id: body.get('policy_id'),
    statements: listOf(body.get('statement')).map(declared),
  });
  for (const each of documents(body, 'override_json', 'override_policy_documents')) merged.add(each);
  return merged.document();
}

interface Part {
  readonly version?: Datum | undefined;
  readonly id?: Datum | undefined;
  readonly statements: readonly Datum[] | { readonly unknown: Datum };
}

/** AWS takes no policy of more than 20 KB. */
const MAX_STATEMENTS = 1_000;

/** Documents one upon the other: a statement takes the place of an earlier one with its Sid. */
class Merged {
  #version: Datum = NULL;
  #id: Datum = NULL;
  readonly #statements: Datum[] = [];
  /** Where each Sid stands. */
  readonly #sids = new Map<string, number>();

  add({ version, id, statements }: Part): void {
    if (version !== undefined && isLater(version, this.#version)) this.#version = version;
    if (id !== undefined && id.kind !== 'null') this.#id = id;
    if ('unknown' in statements) this.#open(statements.unknown);
    else for (const each of statements) this.#put(each);
  }

  document(): Datum {
    if (this.#statements.length > MAX_STATEMENTS) return overLimit(`a policy of more than ${MAX_STATEMENTS} statements is over the limit`);
    const entries = new Map<string, Datum>();
    if (this.#version.kind !== 'null') entries.set('Version', this.#version);
    if (this.#id.kind !== 'null') entries.set('Id', this.#id);
    if (this.#statements.length > 0) entries.set('Statement', sequence('tuple', this.#statements));
    return mapping('object', entries);
  }

  #put(statement: Datum): void {
    const sid = sidOf(statement);
    const index = sid === undefined ? undefined : this.#sids.get(sid);
    if (index !== undefined) this.#statements[index] = statement;
    else if (this.#statements.length <= MAX_STATEMENTS) {
      if (sid !== undefined) this.#sids.set(sid, this.#statements.length);
      this.#statements.push(statement);
    }
  }

  /** What is not known may take the place of any statement that has a Sid, and add others. */
  #open(document: Datum): void {
    const reason = unknownPart(document)?.reason ?? 'a document merged into it is no JSON text';
    for (const [index, each] of this.#statements.entries())
      if (sidOf(each) !== undefined) this.#statements[index] = unknown(reason, { place: each.place, content: each });
    this.#statements.push(unknown(reason, { place: document.place, sensitive: document.sensitive }));
  }
}

/** Versions are dates; a later one wins, and one that is not known stays so. */
function isLater(version: Datum, than: Datum): boolean {
  if (version.kind === 'null' || than.kind === 'unknown') return false;
  return version.kind !== 'string' || than.kind !== 'string' || version.value > than.value;
}

function sidOf(statement: Datum): string | undefined {
  const sid = statement.kind === 'mapping' ? statement.entries.get('Sid') : undefined;
  return sid?.kind === 'string' && sid.value !== '' ? sid.value : undefined;
}

/** The documents that attributes hold as texts. */
function* documents(body: Body, single: string, several: string): Iterable<Part> {
  for (const text of [...listOf(body.get(single)), ...listOf(body.get(several))]) {
    if (text.kind === 'null' || (text.kind === 'string' && text.value === '')) continue;
    const document = shapeOf(text);
    if (document?.kind !== 'mapping') {
      yield { statements: { unknown: text } };
      continue;
    }
    const { entries } = document;
    yield { version: entries.get('Version'), id: entries.get('Id'), statements: listOf(entries.get('Statement')).map(read) };
  }
}

function shapeOf(text: Datum): Datum | undefined {
  if (text.kind !== 'string' && text.kind !== 'unknown') return undefined;
  if (text.shape !== undefined) return text.shape;
  if (text.pieces !== undefined) return documentIn(text.pieces);
  return text.kind === 'string' ? documentIn([{ text: text.value, place: text.place }]) : undefined;
}

/** A statement of a document that was read: one condition value becomes a list, principals are sorted as all are. */
function read(statement: Datum): Datum {
  if (statement.kind !== 'mapping') return statement;
  const entries = new Map(statement.entries);
  for (const name of ['Principal', 'NotPrincipal']) {
    const principal = entries.get(name);
    if (principal?.kind === 'mapping')
      entries.set(
        name,
        mapped(principal, (each) => (each.kind === 'sequence' ? downwards(each) : each)),
      );
  }
  const condition = entries.get('Condition');
  if (condition?.kind === 'mapping')
    entries.set(
      'Condition',
      mapped(condition, (test) => mapped(test, listed)),
    );
  return { ...mapping('object', entries), place: statement.place };
}

function listed(value: Datum): Datum {
  return value.kind === 'sequence' || value.kind === 'unknown' ? value : { ...sequence('tuple', [toText(value)]), place: value.place };
}

function mapped(datum: Datum, change: (item: Datum) => Datum): Datum {
  if (datum.kind !== 'mapping') return datum;
  const entries = [...datum.entries].map(([key, item]): [string, Datum] => [key, change(item)]);
  return { ...mapping('object', new Map(entries)), place: datum.place };
}

/** A `statement` block. Of one that may be there any number of times, what each says is known all the same. */
function declared(block: Datum): Datum {
  if (block.kind === 'unknown' && block.content !== undefined) return { ...block, content: declared(block.content) };
  if (block.kind !== 'mapping') return block;
  const written = (name: string): Datum | undefined => {
    const datum = block.entries.get(name);
    return datum?.kind === 'null' || (datum?.kind === 'string' && datum.value === '') ? undefined : datum;
  };
  const entries = new Map<string, Datum>();
  const add = (key: string, value: Datum | undefined): void => {
    if (value !== undefined) entries.set(key, value);
  };
  add('Sid', written('sid'));
  add('Effect', written('effect') ?? { ...string('Allow'), place: block.place });
  add('Action', setOf(written('actions')));
  add('NotAction', setOf(written('not_actions')));
  add('Resource', substituted(setOf(written('resources'))));
  add('NotResource', substituted(setOf(written('not_resources'))));
  add('Principal', principals(listOf(written('principals'))));
  add('NotPrincipal', principals(listOf(written('not_principals'))));
  add('Condition', conditions(listOf(written('condition'))));
  return { ...mapping('object', entries), place: block.place };
}

/** An attribute of several, or blocks of a type; where the list itself is not known, that as the one. */
function listOf(datum: Datum | undefined): readonly Datum[] {
  if (datum === undefined || datum.kind === 'null') return [];
  return datum.kind === 'sequence' ? datum.items : [datum];
}

function setOf(list: Datum | undefined): Datum | undefined {
  if (list?.kind !== 'sequence') return list;
  return list.items.length === 0 ? undefined : singled(downwards(list));
}

/** Without repeats, sorted downwards; as written while a part of it is not known. */
function downwards(list: Datum): Datum {
  if (list.kind !== 'sequence' || !list.whole) return list;
  const set = toSet(list.items.map(toText));
  return set.kind === 'sequence' ? { ...sequence('tuple', set.items.toReversed()), place: list.place } : set;
}

/** A list of one is written as that one. */
function singled(list: Datum): Datum {
  return list.kind === 'sequence' && list.items.length === 1 && list.items[0] !== undefined ? list.items[0] : list;
}

/** `&{aws:username}` is how a policy variable is written here, since `${` means something else to Terraform. */
function substituted<T extends Datum | undefined>(datum: T): T | Datum {
  if (datum?.kind === 'string' && datum.value.includes('&{'))
    return { ...string(datum.value.replaceAll('&{', '${')), place: datum.place, origin: datum.origin, sensitive: datum.sensitive };
  if (datum?.kind !== 'sequence') return datum;
  return { ...sequence('tuple', datum.items.map(substituted)), place: datum.place };
}

function principals(blocks: readonly Datum[]): Datum | undefined {
  const [first] = blocks;
  if (first === undefined) return undefined;
  const entries = new Map<string, Datum>();
  for (const block of blocks) {
    if (block.kind !== 'mapping') return block;
    const type = block.entries.get('type');
    if (type?.kind !== 'string') return unknown('the type of a principal is not known', { place: block.place });
    const identifiers = substituted(setOf(block.entries.get('identifiers'))) ?? sequence('tuple', []);
    if (blocks.length === 1 && type.value === '*' && identifiers.kind === 'string' && identifiers.value === '*') return identifiers;
    entries.set(type.value, joined(entries.get(type.value), identifiers));
  }
  return { ...mapping('object', entries), place: first.place };
}

function conditions(blocks: readonly Datum[]): Datum | undefined {
  const [first] = blocks;
  if (first === undefined) return undefined;
  const tests = new Map<string, Map<string, Datum>>();
  for (const block of blocks) {
    if (block.kind !== 'mapping') return block;
    const test = block.entries.get('test');
    const variable = block.entries.get('variable');
    if (test?.kind !== 'string' || variable?.kind !== 'string')
      return unknown('the test or variable of a condition is not known', { place: block.place });
    const variables = tests.get(test.value) ?? new Map<string, Datum>();
    const values = substituted(singled(block.entries.get('values') ?? NULL));
    variables.set(variable.value, joined(variables.get(variable.value), values));
    tests.set(test.value, variables);
  }
  const place = first.place;
  const entries = [...tests].map(([test, variables]): [string, Datum] => [test, { ...mapping('object', variables), place }]);
  return { ...mapping('object', new Map(entries)), place };
}

/** What two blocks say of the same. */
function joined(earlier: Datum | undefined, more: Datum): Datum {
  return earlier === undefined ? more : { ...sequence('tuple', [...listOf(earlier), ...listOf(more)]), place: earlier.place };
}
