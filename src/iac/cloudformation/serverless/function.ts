/** `AWS::Serverless::Function`: the function, its role, url, version and alias. */
import type { Entry } from '../ast.ts';
import { shorten } from '../problems.ts';
import { expandEvents, policiesOfEvents } from './function-events.ts';
import type { Target } from './function-events.ts';
import { added, eventsOf, kept, madeFrom, OWN_ATTRIBUTES, property, tagsOf } from './expansion.ts';
import type { Expansion, Subject } from './expansion.ts';
import { attributeOf, flattened, mapOf, opaque, refTo, textOf, storedAt } from './made.ts';
import type { Made, MadeMap } from './made.ts';
import { roleOf } from './role.ts';

/** Properties of `AWS::Lambda::Function` that mean the same in `AWS::Serverless::Function`. */
const SAME = [
  'FunctionName',
  'Handler',
  'Runtime',
  'Description',
  'MemorySize',
  'Timeout',
  'VpcConfig',
  'Environment',
  'KmsKeyArn',
  'Layers',
  'ReservedConcurrentExecutions',
  'FileSystemConfigs',
  'ImageConfig',
  'PackageType',
  'CodeSigningConfigArn',
  'Architectures',
  'EphemeralStorage',
  'SnapStart',
  'RuntimeManagementConfig',
  'LoggingConfig',
  'RecursiveLoop',
] as const;

export function expandFunction(subject: Subject, expansion: Expansion): void {
  const { id } = subject;
  const events = eventsOf(subject, expansion);
  const role = roleOf(subject, expansion, {
    principal: 'lambda.amazonaws.com',
    managed: [
      'service-role/AWSLambdaBasicExecutionRole',
      ...(subject.properties.has('VpcConfig') ? ['service-role/AWSLambdaVPCAccessExecutionRole'] : []),
      ...(subject.properties.has('Tracing') ? ['AWSXrayWriteOnlyAccess'] : []),
      ...policiesOfEvents(events),
    ],
    inline: deadLetterPolicy(subject),
  });
  expansion.add(subject, {
    id,
    type: 'AWS::Lambda::Function',
    properties: [
      ...kept(subject, SAME),
      ...code(subject),
      ...added(subject, { Role: role }),
      ...madeFrom(subject, 'Tracing', (mode) => ({ TracingConfig: { Mode: mode } })),
      ...madeFrom(subject, 'DeadLetterQueue', (queue) => ({
        DeadLetterConfig: { TargetArn: flattened(mapOf(queue)).get('TargetArn')?.value },
      })),
      ...tagsOf(subject, 'lambda:createdBy'),
    ],
    same: subject.properties.has('Role') ? [...SAME, 'Role'] : SAME,
    attributes: OWN_ATTRIBUTES,
  });
  const target = published(subject, expansion);
  expandUrl(subject, expansion, target);
  expandInvokeConfig(subject, expansion, target);
  expandEvents(subject, expansion, events, target);
  const gradual = subject.properties.get('DeploymentPreference');
  if (gradual !== undefined) expansion.say(gradual.keyRange, `what DeploymentPreference of ${shorten(id)} makes is not audited`);
}

/** Where the code is, as far as that is told before it is packaged. */
function code(subject: Subject): Entry[] {
  if (subject.properties.has('InlineCode')) return madeFrom(subject, 'InlineCode', (text) => ({ Code: { ZipFile: text } }));
  if (subject.properties.has('ImageUri')) return madeFrom(subject, 'ImageUri', (uri) => ({ Code: { ImageUri: uri } }));
  const made = madeFrom(subject, 'CodeUri', (uri) => ({ Code: storedAt(uri, ['S3Bucket', 'S3Key', 'S3ObjectVersion']) }));
  return made.length > 0 ? made : added(subject, { Code: opaque(subject.entry.keyRange) });
}

function deadLetterPolicy(subject: Subject): ReadonlyMap<string, Made> {
  const queue = flattened(mapOf(property(subject, 'DeadLetterQueue')));
  const arn = queue.get('TargetArn')?.value;
  const action = textOf(queue.get('Type')?.value) === 'SNS' ? 'sns:Publish' : 'sqs:SendMessage';
  return arn === undefined ? new Map() : new Map([['DeadLetterQueuePolicy', { Effect: 'Allow', Action: action, Resource: arn }]]);
}

/** The alias that is published, of which the version lacks its digest; the function itself without one. */
function published(subject: Subject, expansion: Expansion): Target {
  const { id } = subject;
  const alias = property(subject, 'AutoPublishAlias');
  if (alias === undefined) return { arn: attributeOf(id, 'Arn'), name: refTo(id), qualifier: null };
  const [versionId, aliasId] = [`${id}Version`, `${id}Alias${textOf(alias) ?? ''}`];
  const concurrency = property(subject, 'ProvisionedConcurrencyConfig');
  expansion.add(subject, { id: versionId, type: 'AWS::Lambda::Version', properties: added(subject, { FunctionName: refTo(id) }) });
  expansion.add(subject, {
    id: aliasId,
    type: 'AWS::Lambda::Alias',
    properties: [
      ...madeFrom(subject, 'AutoPublishAlias', (name) => ({ Name: name })),
      ...added(subject, { FunctionName: refTo(id), FunctionVersion: attributeOf(versionId, 'Version') }),
      ...(concurrency === undefined ? [] : kept(subject, ['ProvisionedConcurrencyConfig'])),
    ],
    same: ['ProvisionedConcurrencyConfig'],
  });
  return { arn: refTo(aliasId), name: refTo(aliasId), qualifier: alias };
}

function expandUrl(subject: Subject, expansion: Expansion, { qualifier, name }: Target): void {
  const { id } = subject;
  const written = subject.properties.get('FunctionUrlConfig');
  if (written === undefined) return;
  const config = flattened(mapOf(written.value));
  if (config.size === 0)
    return expansion.say(written.keyRange, `the function URL of ${shorten(id)} cannot be read here, so it is not audited`);
  const given = ['AuthType', 'Cors', 'InvokeMode'].flatMap((key) => config.get(key) ?? []);
  const of: MadeMap = { TargetFunctionArn: refTo(id), Qualifier: qualifier ?? undefined };
  expansion.add(subject, { id: `${id}Url`, type: 'AWS::Lambda::Url', properties: [...given, ...added(subject, of)] });
  if (textOf(config.get('AuthType')?.value) !== 'NONE') return;
  expansion.add(subject, {
    id: `${id}UrlPublicPermissions`,
    type: 'AWS::Lambda::Permission',
    properties: added(subject, { Action: 'lambda:InvokeFunctionUrl', FunctionName: name, Principal: '*', FunctionUrlAuthType: 'NONE' }),
  });
}

function expandInvokeConfig(subject: Subject, expansion: Expansion, { qualifier }: Target): void {
  const written = subject.properties.get('EventInvokeConfig');
  if (written === undefined) return;
  const config = flattened(mapOf(written.value));
  const given = ['MaximumEventAgeInSeconds', 'MaximumRetryAttempts', 'DestinationConfig'].flatMap((key) => config.get(key) ?? []);
  expansion.add(subject, {
    id: `${subject.id}EventInvokeConfig`,
    type: 'AWS::Lambda::EventInvokeConfig',
    properties: [...given, ...added(subject, { FunctionName: refTo(subject.id), Qualifier: qualifier ?? '$LATEST' })],
  });
  for (const each of flattened(mapOf(config.get('DestinationConfig')?.value)).values()) {
    if (!flattened(mapOf(each.value)).has('Destination') || !subject.properties.has('Role'))
      expansion.say(each.keyRange, `the queue, topic or policy that ${shorten(each.key)} of ${shorten(subject.id)} makes is not audited`);
  }
}
