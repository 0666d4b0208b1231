/** Tables, layers and nested applications. */
import { shorten } from '../problems.ts';
import { added, kept, madeFrom, OWN_ATTRIBUTES, property, renamed, tagsOf } from './expansion.ts';
import type { Expansion, Subject } from './expansion.ts';
import { flattened, mapOf, textOf, storedAt } from './made.ts';
import type { Made } from './made.ts';

const TABLE = ['TableName', 'SSESpecification', 'PointInTimeRecoverySpecification', 'ProvisionedThroughput'];

const KEY_TYPES: ReadonlyMap<string, string> = new Map([
  ['String', 'S'],
  ['Number', 'N'],
  ['Binary', 'B'],
]);

/** A DynamoDB table with one key, `id` unless another is written. */
export function expandSimpleTable(subject: Subject, expansion: Expansion): void {
  const key = flattened(mapOf(property(subject, 'PrimaryKey')));
  const name: Made = key.get('Name')?.value ?? 'id';
  const type = KEY_TYPES.get(textOf(key.get('Type')?.value) ?? 'String') ?? 'S';
  expansion.add(subject, {
    id: subject.id,
    type: 'AWS::DynamoDB::Table',
    properties: [
      ...kept(subject, TABLE),
      ...added(subject, {
        AttributeDefinitions: [{ AttributeName: name, AttributeType: type }],
        KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
        BillingMode: subject.properties.has('ProvisionedThroughput') ? undefined : 'PAY_PER_REQUEST',
      }),
      ...tagsOf(subject, null),
    ],
    same: TABLE,
    attributes: OWN_ATTRIBUTES,
  });
}

const LAYER = ['Description', 'CompatibleArchitectures', 'CompatibleRuntimes', 'LicenseInfo', 'LayerName'];

/** The id lacks the digest that the transform puts after it, so that references find it. */
export function expandLayer(subject: Subject, expansion: Expansion): void {
  expansion.add(subject, {
    id: subject.id,
    type: 'AWS::Lambda::LayerVersion',
    properties: [
      ...kept(subject, LAYER),
      ...(subject.properties.has('LayerName') ? [] : added(subject, { LayerName: subject.id })),
      ...madeFrom(subject, 'ContentUri', (uri) => ({ Content: storedAt(uri, ['S3Bucket', 'S3Key', 'S3ObjectVersion']) })),
    ],
    same: LAYER,
    attributes: OWN_ATTRIBUTES,
  });
}

const STACK = ['Parameters', 'NotificationARNs', 'TimeoutInMinutes'];

/** A nested stack; what is in the Serverless Application Repository cannot be read here. */
export function expandApplication(subject: Subject, expansion: Expansion): void {
  const stored = mapOf(property(subject, 'Location')) !== null;
  if (stored)
    expansion.say(
      subject.entry.keyRange,
      `${shorten(subject.id)} comes from the Serverless Application Repository, which is not read; what it declares is not audited`,
    );
  expansion.add(subject, {
    id: subject.id,
    type: 'AWS::CloudFormation::Stack',
    properties: [...kept(subject, STACK), ...(stored ? [] : renamed(subject, 'Location', 'TemplateURL')), ...tagsOf(subject, null)],
    same: STACK,
    attributes: OWN_ATTRIBUTES,
  });
}
