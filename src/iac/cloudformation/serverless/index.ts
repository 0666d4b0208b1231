/**
 * The macro `AWS::Serverless-2016-10-31`: resources of SAM as the resources of CloudFormation that it
 * makes of them, under the ids that it gives them, but for the digests that it puts at the end of those
 * of deployments, versions and layers. What was written keeps its place; what is added stands at the id
 * of the resource it is added for.
 */
import { entryOf } from '../ast.ts';
import type { Entry, MappingNode, Node } from '../ast.ts';
import { shorten } from '../problems.ts';
import type { Problems } from '../problems.ts';
import { expandApi, expandHttpApi } from './apis.ts';
import { Expansion } from './expansion.ts';
import type { Origin, Subject } from './expansion.ts';
import { expandFunction } from './function.ts';
import { globalsOf } from './globals.ts';
import { entry, mapOf, nodeOf } from './made.ts';
import { expandStateMachine } from './state-machine.ts';
import { expandApplication, expandLayer, expandSimpleTable } from './storage.ts';

export type { Origin } from './expansion.ts';

const MACRO = 'AWS::Serverless-2016-10-31';

export interface Expanded {
  readonly entries: readonly Entry[];
  /** Of what was made or extended, by id. */
  readonly origins: ReadonlyMap<string, Origin>;
}

type Expand = (subject: Subject, expansion: Expansion) => void;

const KINDS: ReadonlyMap<string, Expand> = new Map<string, Expand>([
  ['Function', expandFunction],
  ['Api', (subject, expansion) => expandApi(subject, expansion, null)],
  ['HttpApi', (subject, expansion) => expandHttpApi(subject, expansion, null)],
  ['SimpleTable', expandSimpleTable],
  ['LayerVersion', expandLayer],
  ['StateMachine', expandStateMachine],
  ['Application', expandApplication],
]);

export interface Unexpanded {
  readonly tree: MappingNode;
  /** Names of the macros that the template asks for. */
  readonly transforms: ReadonlySet<string>;
  /** Of `Resources`. */
  readonly entries: readonly Entry[];
}

/** Entries of `Resources` with those of SAM expanded. What is not expanded stays as it is, and is told. */
export function expandServerless({ tree, transforms, entries }: Unexpanded, problems: Problems): Expanded {
  if (!transforms.has(MACRO)) {
    for (const { keyRange: at } of entries.filter(({ value }) => declaresServerless(value)))
      problems.warningAt(
        'unsupported-serverless',
        `the template does not ask for the macro that makes a resource of this; write Transform: ${MACRO}`,
        problems.source.span(at.start, at.end),
      );
    return { entries, origins: new Map() };
  }
  const expansion = new Expansion(globalsOf(tree, problems), new Map(entries.map((each) => [each.key, each])));
  for (const each of entries) if (!expand(each, expansion)) expansion.entries.push(each);
  expandImplicit(expansion);
  const extended = expansion.entries.map((each) => withNotifications(each, expansion));
  expansion.tell(problems);
  return { entries: extended, origins: expansion.origins };
}

/** False when the resource stays as it is. */
function expand(written: Entry, expansion: Expansion): boolean {
  const body = mapOf(written.value);
  const connectors = entryOf(body, 'Connectors');
  if (connectors !== undefined)
    expansion.say(connectors.keyRange, `what the connectors of ${shorten(written.key)} allow is not read here, and not audited`);
  if (written.key.startsWith('Fn::')) {
    if (mentionsServerless(written.value))
      expansion.say(written.keyRange, `what AWS::Serverless makes of the resources of ${shorten(written.key)} is not audited`);
    return false;
  }
  const type = entryOf(body, 'Type')?.value;
  if (body === null || type?.kind !== 'scalar') return false;
  const kind = kindOf(type.value);
  if (kind === null || expansion.made.has(written.key)) return false;
  const expandKind = KINDS.get(kind);
  if (expandKind === undefined) {
    expansion.say(
      written.keyRange,
      `${shorten(written.key)}: what AWS::Serverless makes of ${shorten(String(type.value))} is not known here, and not audited`,
    );
    return false;
  }
  expandKind(expansion.subject(written, body, kind), expansion);
  return expansion.made.has(written.key);
}

const PREFIX = 'AWS::Serverless::';

function kindOf(type: string | number | boolean | null): string | null {
  return typeof type === 'string' && type.startsWith(PREFIX) ? type.slice(PREFIX.length) : null;
}

function declaresServerless(node: Node): boolean {
  const type = entryOf(node, 'Type')?.value;
  return type?.kind === 'scalar' && kindOf(type.value) !== null;
}

function mentionsServerless(node: Node): boolean {
  if (node.kind === 'mapping') return declaresServerless(node) || node.entries.some(({ value }) => mentionsServerless(value));
  return node.kind === 'sequence' && node.items.some(mentionsServerless);
}

/** APIs that events call for without one of their own. */
function expandImplicit(expansion: Expansion): void {
  for (const [kind, caller] of expansion.implicit) {
    const id = kind === 'Api' ? 'ServerlessRestApi' : 'ServerlessHttpApi';
    if (expansion.declared.has(id)) continue;
    const subject = expansion.implicitSubject(kind, id, caller);
    const implicit = { attributes: expansion.unconditional.has(kind) ? [] : ['Condition'] };
    if (kind === 'Api') expandApi(subject, expansion, implicit);
    else expandHttpApi(subject, expansion, implicit);
  }
}

/** A bucket with the notifications that events of functions add to it. */
function withNotifications(written: Entry, expansion: Expansion): Entry {
  const configurations = expansion.notifications.get(written.key);
  const body = mapOf(written.value);
  if (configurations === undefined || body === null) return written;
  const properties = mapOf(entryOf(body, 'Properties')?.value) ?? mapOf(nodeOf({}, written.keyRange));
  const notification = entryOf(properties, 'NotificationConfiguration');
  const own = notification === undefined ? mapOf(nodeOf({}, written.keyRange)) : mapOf(notification.value);
  const lambdas = entryOf(own, 'LambdaConfigurations');
  if (properties === null || own === null || (lambdas !== undefined && lambdas.value.kind !== 'sequence')) {
    expansion.say(
      written.keyRange,
      `the notifications of ${shorten(written.key)} are not a plain map, so those of functions' events are not read with them`,
    );
    return written;
  }
  const items = [...(lambdas?.value.kind === 'sequence' ? lambdas.value.items : []), ...configurations];
  const list = entry('LambdaConfigurations', nodeOf(items, written.keyRange), lambdas?.keyRange ?? written.keyRange);
  const merged = entry('NotificationConfiguration', replaced(own, list), notification?.keyRange ?? written.keyRange);
  const value = replaced(
    body,
    entry('Properties', replaced(properties, merged), entryOf(body, 'Properties')?.keyRange ?? written.keyRange),
  );
  expansion.origins.set(written.key, { body, accepts: ({ path }) => path[0] !== 'NotificationConfiguration' });
  return { ...written, value };
}

/** A map with one entry in place of that with the same key. */
function replaced(map: MappingNode, own: Entry): MappingNode {
  return { ...map, entries: [...map.entries.filter(({ key }) => key !== own.key), own] };
}
