/** `data.aws_iam_policy_document`: its `json`, as the provider writes it, with the place of each part. */
import type { Body } from './body.ts';
import type { Datum } from './values/datum.ts';
import { isFailure, isWhole, mapping, NULL, sequence, string, unknown, unknownPart } from './values/datum.ts';
import { encodeJson } from './values/json-encode.ts';
import { documentIn } from './values/json-text.ts';

export function policyDocument(body: Body): Datum {
  const statements = new Statements();
  for (const each of documents(body, 'source_json', 'source_policy_documents')) statements.append(each);
  for (const statement of listOf(body.get('statement')))
    statements.append(statement.kind === 'mapping' ? own(statement.entries, statement) : statement);
  for (const each of documents(body, 'override_json', 'override_policy_documents')) statements.override(each);
  const entries = new Map<string, Datum>([['Version', body.get('version') ?? string('2012-10-17')]]);
  const id = body.get('policy_id');
  if (id !== undefined && id.kind !== 'null') entries.set('Id', id);
  entries.set('Statement', sequence('tuple', statements.list()));
  const document = mapping('object', entries);
  if (isFailure(document) || document.kind === 'unknown') return document;
  if (!isWhole(document)) return unknown(unknownPart(document)?.reason ?? 'a part of it is not known', { shape: document });
  const text = encodeJson(document);
  return text === undefined ? unknown('a number in it has too many digits', { shape: document }) : { ...string(text), shape: document };
}

/** Statements in order; one with the same Sid takes the place of an earlier one. */
class Statements {
  readonly #list: Datum[] = [];

  append(statement: Datum): void {
    this.#list.push(statement);
  }

  override(statement: Datum): void {
    const sid = sidOf(statement);
    const index = sid === undefined ? -1 : this.#list.findIndex((each) => sidOf(each) === sid);
    if (index === -1) this.#list.push(statement);
    else this.#list[index] = statement;
  }

  list(): readonly Datum[] {
    return this.#list;
  }
}

function sidOf(statement: Datum): string | undefined {
  const sid = statement.kind === 'mapping' ? statement.entries.get('Sid') : undefined;
  return sid?.kind === 'string' && sid.value !== '' ? sid.value : undefined;
}

/** The statements of the documents that attributes hold; an unknown document is one unknown statement. */
function* documents(body: Body, single: string, several: string): Iterable<Datum> {
  const texts = [body.get(single), ...listOf(body.get(several))];
  for (const text of texts) {
    if (text === undefined || text.kind === 'null') continue;
    const document = shapeOf(text);
    const statement = document?.kind === 'mapping' ? document.entries.get('Statement') : undefined;
    if (statement?.kind === 'sequence') yield* statement.items;
    else if (statement !== undefined) yield statement;
    else if (text.kind !== 'string' || document === undefined)
      yield unknown(unknownPart(text)?.reason ?? 'a source document of it is no JSON text', { place: text.place });
  }
}

function shapeOf(text: Datum): Datum | undefined {
  if (text.kind !== 'string' && text.kind !== 'unknown') return undefined;
  if (text.shape !== undefined) return text.shape;
  if (text.pieces !== undefined) return documentIn(text.pieces);
  return text.kind === 'string' ? documentIn([{ text: text.value, place: text.place }]) : undefined;
}

/** An attribute of several texts; where the list itself is not known, one unknown text. */
function listOf(datum: Datum | undefined): readonly Datum[] {
  if (datum === undefined || datum.kind === 'null') return [];
  return datum.kind === 'sequence' ? datum.items : [datum];
}

function own(block: ReadonlyMap<string, Datum>, at: Datum): Datum {
  const entries = new Map<string, Datum>();
  const add = (key: string, value: Datum | undefined): void => {
    if (value !== undefined && value.kind !== 'null') entries.set(key, value);
  };
  const effect = block.get('effect');
  add('Sid', block.get('sid'));
  add('Effect', effect === undefined || effect.kind === 'null' ? { ...string('Allow'), place: at.place } : effect);
  for (const [name, key] of [
    ['actions', 'Action'],
    ['not_actions', 'NotAction'],
    ['resources', 'Resource'],
    ['not_resources', 'NotResource'],
  ] as const) {
    const list = block.get(name);
    if (list?.kind === 'sequence' ? list.items.length > 0 : list !== undefined) add(key, singled(list ?? NULL));
  }
  add('Principal', principals(listOf(block.get('principals'))));
  add('NotPrincipal', principals(listOf(block.get('not_principals'))));
  add('Condition', conditions(listOf(block.get('condition'))));
  return { ...mapping('object', entries), place: at.place };
}

/** A list of one is written as that one. */
function singled(list: Datum): Datum {
  return list.kind === 'sequence' && list.items.length === 1 && list.items[0] !== undefined ? list.items[0] : list;
}

function principals(blocks: readonly Datum[]): Datum | undefined {
  const [first] = blocks;
  if (first === undefined) return undefined;
  const entries = new Map<string, Datum>();
  for (const block of blocks) {
    if (block.kind !== 'mapping') return block;
    const type = block.entries.get('type');
    const identifiers = block.entries.get('identifiers') ?? NULL;
    if (type?.kind !== 'string') return unknown('the type of a principal is not known', { place: block.place });
    if (identifiers.kind === 'unknown') {
      entries.set(type.value, identifiers);
      continue;
    }
    const only = singled(identifiers);
    if (type.value === '*' && only.kind === 'string' && only.value === '*') return only;
    const earlier = entries.get(type.value);
    entries.set(
      type.value,
      earlier === undefined ? only : { ...sequence('tuple', [...listOf(earlier), ...listOf(identifiers)]), place: block.place },
    );
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
    variables.set(variable.value, singled(block.entries.get('values') ?? NULL));
    tests.set(test.value, variables);
  }
  const entries = new Map(
    [...tests].map(([test, variables]): [string, Datum] => [test, { ...mapping('object', variables), place: first.place }]),
  );
  return { ...mapping('object', entries), place: first.place };
}
