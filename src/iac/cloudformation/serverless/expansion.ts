/** What the transform makes of a template, collected resource by resource. */
import type { Change, Literal } from '../../../domain/change.ts';
import { entryOf } from '../ast.ts';
import type { Entry, MappingNode, Node, Range } from '../ast.ts';
import { shorten } from '../problems.ts';
import type { Problems } from '../problems.ts';
import { globalsFor, NO_GLOBAL, withGlobals } from './globals.ts';
import type { Global, Globals } from './globals.ts';
import { entriesOf, entry, flattened, mapOf, nodeOf, textOf } from './made.ts';
import type { MadeMap } from './made.ts';

/** One resource of SAM, with what `Globals` says for it. */
export interface Subject {
  readonly id: string;
  /** Kind within SAM: `Function`. */
  readonly kind: string;
  /** As written. */
  readonly entry: Entry;
  readonly body: MappingNode;
  /** `Type`, `Condition` and the like. */
  readonly attributes: ReadonlyMap<string, Entry>;
  readonly properties: ReadonlyMap<string, Entry>;
  /** Those that stand in `Globals`. */
  readonly globals: ReadonlyMap<string, Entry>;
}

/** Where changes of a resource that the transform made or extended are to be written. */
export interface Origin {
  readonly body: MappingNode;
  /** Whether the same path means the same there. */
  readonly accepts: (change: Exclude<Change, { kind: 'add' }>) => boolean;
}

export interface Piece {
  readonly id: string;
  readonly type: string;
  readonly properties: readonly Entry[];
  /** Properties that the resource of SAM has under the same name, with the same meaning. */
  readonly same?: readonly string[];
  /** What it is beside its properties; by default the condition of the resource it is made for. */
  readonly attributes?: readonly string[];
}

type ApiKind = 'Api' | 'HttpApi';

export class Expansion {
  readonly globals: Globals;
  readonly declared: ReadonlyMap<string, Entry>;
  /** Of `Resources`, in their order: as they are, or what is made of them. */
  readonly entries: Entry[] = [];
  readonly made = new Set<string>();
  readonly origins = new Map<string, Origin>();
  /** By kind, the first resource that calls for an API that is not written. */
  readonly implicit = new Map<ApiKind, Subject>();
  /** Those of them that are called for by resources of different conditions. */
  readonly unconditional = new Set<ApiKind>();
  /** Configurations of notifications by the id of their bucket. */
  readonly notifications = new Map<string, Node[]>();
  readonly #stages = new Map<string, Node | undefined>();
  #copied = 0;
  /** The first resource that what is global did not reach. */
  #crowded: Range | null = null;
  readonly #said = new Map<number, { readonly at: Range; readonly messages: Set<string> }>();

  constructor(globals: Globals, declared: ReadonlyMap<string, Entry>) {
    this.globals = globals;
    this.declared = declared;
  }

  needImplicit(kind: ApiKind, subject: Subject): void {
    const first = this.implicit.get(kind);
    if (first === undefined) this.implicit.set(kind, subject);
    else if (conditionOf(first) !== conditionOf(subject)) this.unconditional.add(kind);
  }

  notify(bucket: string, configuration: Node): void {
    const configurations = this.notifications.get(bucket);
    if (configurations === undefined) this.notifications.set(bucket, [configuration]);
    else configurations.push(configuration);
  }

  /** Name of the stage of an API that is written. */
  stageOf(api: string): Node | undefined {
    if (!this.#stages.has(api)) {
      const properties = entryOf(this.declared.get(api)?.value, 'Properties')?.value;
      const stage = flattened(mapOf(properties)).get('StageName') ?? this.globals.get('Api')?.properties.get('StageName');
      this.#stages.set(api, stage?.value);
    }
    return this.#stages.get(api);
  }

  subject(written: Entry, body: MappingNode, kind: string): Subject {
    const attributes = new Map(body.entries.map((each) => [each.key, each]));
    const global = globalsFor(attributes.get('IgnoreGlobals')?.value, this.#global(kind, written));
    const own = flattened(mapOf(attributes.get('Properties')?.value));
    return { id: written.key, kind, entry: written, body, attributes, properties: withGlobals(own, global), globals: global };
  }

  /** The API of a kind that no one wrote. */
  implicitSubject(kind: ApiKind, id: string, { entry: written, body, attributes }: Subject): Subject {
    const { properties } = this.#global(kind, written);
    return { id, kind, entry: written, body, attributes, properties, globals: properties };
  }

  #global(kind: string, { keyRange }: Entry): Global {
    const global = this.globals.get(kind) ?? NO_GLOBAL;
    this.#copied += global.size;
    if (this.#copied <= MOST_COPIED) return global;
    this.#crowded ??= keyRange;
    return NO_GLOBAL;
  }

  /** An id that the template declares itself stays with what it declares. */
  add(subject: Subject, { id, type, properties, same = [], attributes = ['Condition'] }: Piece): void {
    const at = subject.entry.keyRange;
    const declared = id !== subject.id && this.declared.has(id);
    if (declared || this.made.has(id)) {
      this.say(
        at,
        `${shorten(id)}, which AWS::Serverless makes for ${shorten(subject.id)}, is also the name of another resource, so it is not audited; rename that one`,
      );
      return;
    }
    const { start, end, content } = subject.body;
    const entries = [
      ...entriesOf({ Type: type }, at),
      ...attributes.flatMap((name) => subject.attributes.get(name) ?? []),
      entry('Properties', { ...nodeOf({}, at), kind: 'mapping', flow: true, content: at, entries: properties }, at),
    ];
    const value: Node = { kind: 'mapping', tag: null, anchored: false, flow: subject.body.flow, start, end, content, entries };
    this.made.add(id);
    this.entries.push(entry(id, value, at));
    this.origins.set(id, { body: subject.body, accepts: (change) => same.includes(String(change.path[0])) && isOwn(change, subject) });
  }

  /** Notes what is left out, and so not audited. */
  say(at: Range, message: string): void {
    const noted = this.#said.get(at.start);
    if (noted === undefined) this.#said.set(at.start, { at, messages: new Set([message]) });
    else noted.messages.add(message);
  }

  /** Tells what was noted, once for each place. */
  tell(problems: Problems): void {
    if (this.#crowded !== null)
      problems.undecided(
        'limit-eval',
        `Globals say more than ${MOST_COPIED} things for all resources together; from here on resources are read without them`,
        this.#crowded,
      );
    for (const { at, messages } of this.#said.values())
      problems.warningAt('unsupported-serverless', [...messages].join('; '), problems.source.span(at.start, at.end));
  }
}

/** Nodes of `Globals`, each counted for every resource that it reaches; CloudFormation's own limit is 500 resources. */
const MOST_COPIED = 200_000;

function conditionOf({ attributes }: Subject): string | null {
  return textOf(attributes.get('Condition')?.value);
}

/** What stands in `Globals` too is not changed in part: what would come of it is not what was asked for. */
function isOwn(change: Exclude<Change, { kind: 'add' }>, { globals }: Subject): boolean {
  if (!globals.has(String(change.path[0]))) return true;
  return change.kind === 'set' && change.path.length === 1 && isPlain(change.value);
}

function isPlain(value: Literal): boolean {
  return typeof value !== 'object';
}

export function property({ properties }: Subject, name: string): Node | undefined {
  return properties.get(name)?.value;
}

/** Properties as they are written, under their own name. */
export function kept({ properties }: Subject, names: readonly string[]): Entry[] {
  return names.flatMap((name) => properties.get(name) ?? []);
}

/** A property under another name; nothing when it is not written. */
export function renamed({ properties }: Subject, from: string, to: string): Entry[] {
  const written = properties.get(from);
  return written === undefined ? [] : [{ ...written, key: to }];
}

/** Properties made of a property that is written, blamed at that; nothing when it is not. */
export function madeFrom({ properties }: Subject, name: string, make: (value: Node) => MadeMap): Entry[] {
  const written = properties.get(name);
  return written === undefined ? [] : entriesOf(make(written.value), written.keyRange);
}

/** Properties that nothing written tells. */
export function added({ entry: { keyRange } }: Subject, made: MadeMap): Entry[] {
  return entriesOf(made, keyRange);
}

/** `Key` and `Value` of each tag of a map of tags, with the one that the transform adds. */
export function tagsOf({ properties, entry: { keyRange } }: Subject, createdBy: string | null): Entry[] {
  const written = properties.get('Tags');
  const map = mapOf(written?.value);
  if (written !== undefined && map === null) return [written];
  const own = [...flattened(map).values()].map(({ key, keyRange: at, value }) => nodeOf({ Key: nodeOf(key, at), Value: value }, at));
  const tags = createdBy === null ? own : [nodeOf({ Key: createdBy, Value: 'SAM' }, keyRange), ...own];
  return tags.length === 0 ? [] : entriesOf({ Tags: tags }, written?.keyRange ?? keyRange);
}

export interface NamedEvent {
  readonly name: string;
  readonly type: string;
  readonly keyRange: Range;
  readonly properties: ReadonlyMap<string, Entry>;
}

/** Events that can be told; the others are said. */
export function eventsOf(subject: Subject, expansion: Expansion): NamedEvent[] {
  const written = subject.properties.get('Events');
  if (written === undefined) return [];
  const events = mapOf(written.value);
  if (events === null) {
    expansion.say(written.keyRange, `the events of ${shorten(subject.id)} are not a plain map, so what they make is not audited`);
    return [];
  }
  return [...flattened(events).values()].flatMap(({ key, keyRange, value }) => {
    const body = mapOf(value);
    const type = entryOf(body, 'Type')?.value;
    if (body !== null && type?.kind === 'scalar' && type.tag === null)
      return [{ name: key, type: String(type.value), keyRange, properties: flattened(mapOf(entryOf(body, 'Properties')?.value)) }];
    expansion.say(keyRange, `the event ${shorten(key)} is no map with a Type that can be read here, so what it makes is not audited`);
    return [];
  });
}

/** `DependsOn` and the like of a resource that stays what it was. */
export const OWN_ATTRIBUTES = ['Condition', 'DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata'] as const;
