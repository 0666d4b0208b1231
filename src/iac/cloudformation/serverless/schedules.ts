/** Rules and schedules, which call functions and state machines alike. */
import type { Entry } from '../ast.ts';
import { added } from './expansion.ts';
import type { Expansion, NamedEvent, Subject } from './expansion.ts';
import { attributeOf, entriesOf, flattened, mapOf, textOf } from './made.ts';
import type { Made, MadeMap } from './made.ts';
import { trust } from './role.ts';

/** An `AWS::Events::Rule` for a schedule or a pattern. */
export function expandRule(subject: Subject, expansion: Expansion, { name, properties, keyRange }: NamedEvent, target: MadeMap): void {
  const rename = (from: string, to: string): Entry[] => [properties.get(from) ?? []].flat().map((entry) => ({ ...entry, key: to }));
  const enabled = textOf(properties.get('Enabled')?.value);
  const details: MadeMap = {
    ...target,
    ...Object.fromEntries(['Input', 'InputPath', 'InputTransformer', 'RetryPolicy'].map((key) => [key, properties.get(key)?.value])),
    DeadLetterConfig: deadLetter(properties, keyRange),
  };
  expansion.add(subject, {
    id: `${subject.id}${name}`,
    type: 'AWS::Events::Rule',
    properties: [
      ...rename('Schedule', 'ScheduleExpression'),
      ...rename('Pattern', 'EventPattern'),
      ...['Name', 'RuleName', 'Description', 'State', 'EventBusName'].flatMap((key) => rename(key, key === 'RuleName' ? 'Name' : key)),
      ...(enabled === null
        ? []
        : entriesOf({ State: enabled === 'true' ? 'ENABLED' : 'DISABLED' }, properties.get('Enabled')?.keyRange ?? keyRange)),
      ...added(subject, { Targets: [details] }),
    ],
  });
}

function deadLetter(properties: ReadonlyMap<string, Entry>, at: Entry['keyRange']): Made | undefined {
  const written = properties.get('DeadLetterConfig');
  const arn = flattened(mapOf(written?.value)).get('Arn');
  if (written === undefined || arn === undefined) return undefined;
  return { kind: 'mapping', tag: null, anchored: false, flow: true, ...written.keyRange, content: at, entries: [arn] };
}

/** An `AWS::Scheduler::Schedule` with the role that it takes on. */
export function expandSchedule(
  subject: Subject,
  expansion: Expansion,
  { name, properties }: NamedEvent,
  { arn, action }: { readonly arn: Made; readonly action: string },
): void {
  const id = `${subject.id}${name}`;
  const roleId = `${id}Role`;
  const given = properties.get('RoleArn')?.value;
  if (given === undefined) {
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: arn }] };
    expansion.add(subject, {
      id: roleId,
      type: 'AWS::IAM::Role',
      properties: [
        ...added(subject, { AssumeRolePolicyDocument: trust('scheduler.amazonaws.com') }),
        ...added(subject, { Policies: [{ PolicyName: `${roleId}Policy`, PolicyDocument: policy }] }),
        ...[properties.get('PermissionsBoundary') ?? []].flat(),
      ],
    });
  }
  const left = new Set(['Input', 'RetryPolicy', 'DeadLetterConfig', 'RoleArn', 'PermissionsBoundary', 'OmitName']);
  const target: MadeMap = {
    Arn: arn,
    RoleArn: given ?? attributeOf(roleId, 'Arn'),
    Input: properties.get('Input')?.value,
    RetryPolicy: properties.get('RetryPolicy')?.value,
    DeadLetterConfig: properties.get('DeadLetterConfig')?.value,
  };
  expansion.add(subject, {
    id,
    type: 'AWS::Scheduler::Schedule',
    properties: [...[...properties.values()].filter(({ key }) => !left.has(key)), ...added(subject, { Target: target })],
  });
}
