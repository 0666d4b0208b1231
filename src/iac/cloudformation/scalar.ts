/**
 * What scalars mean to CloudFormation, which turns each into the type its schema asks for: a text
 * `'true'` where a boolean is due, a number where a text is due. The reader has no schema, so booleans
 * are told by their text alone, and numbers by the name of the property that holds them.
 */
import type { Data } from '../../domain/value.ts';

/** Properties of S3 and EC2 resources that are numbers wherever they occur. */
const NUMBERS: ReadonlySet<string> = new Set([
  'FromPort',
  'ToPort',
  'HttpPutResponseHopLimit',
  'Iops',
  'Throughput',
  'VolumeSize',
  'RuleNumber',
  'MaxAge',
  'ExpirationInDays',
  'Days',
  'DaysAfterInitiation',
  'TransitionInDays',
  'NoncurrentVersionExpirationInDays',
  'NoncurrentDays',
]);

/** Properties that are texts though people write numbers. */
const TEXTS: ReadonlySet<string> = new Set([
  'IpProtocol',
  'Protocol',
  'SourceSecurityGroupOwnerId',
  'SourceAccount',
  'AccountId',
  'PeerOwnerId',
  'AWS',
]);

/** Whether a value that reads like a boolean of YAML 1.1 is sure to be meant as a text: `N` is a type of DynamoDB. */
export function isTextAnyway(property: string | null): boolean {
  return property === 'AttributeType';
}

const NUMBER = /^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?$/u;

export function coerce(data: Data, property: string | null): Data {
  if (data === 'true') return true;
  if (data === 'false') return false;
  if (property === null) return data;
  if (typeof data === 'string' && NUMBERS.has(property) && NUMBER.test(data)) return Number(data);
  if (typeof data === 'number' && TEXTS.has(property)) return String(data);
  return data;
}

const AMBIGUOUS: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/u,
    'is a boolean in YAML 1.1 and a text in YAML 1.2; write true or false, or quote it',
  ],
  [
    /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/u,
    'is a number to the base of 60 in YAML 1.1 and a text in YAML 1.2; quote it, or write the number plainly',
  ],
  [
    /^[-+]?0[0-9_]+$/u,
    'is read as an octal number or a text in YAML 1.1 and as a decimal number in YAML 1.2; quote it, or write the number plainly',
  ],
  [/^0o[0-7]+$/u, 'is a text in YAML 1.1 and an octal number in YAML 1.2; quote it, or write the number plainly'],
  [/^[-+]?0b[01_]+$/u, 'is a binary number in YAML 1.1 and a text in YAML 1.2; quote it, or write the number plainly'],
  [/^[-+]?[0-9][0-9]*_[0-9_]*(?:\.[0-9_]*)?$/u, 'is a number in YAML 1.1 and a text in YAML 1.2; quote it, or write the number plainly'],
  [/^[-+]0x[0-9A-Fa-f_]+$/u, 'is a number in YAML 1.1 and a text in YAML 1.2; quote it, or write the number plainly'],
  [
    /^[-+]?(?:[0-9]+[Ee][-+]?[0-9]+|(?:[0-9]+\.[0-9]*|\.[0-9]+)[Ee][0-9]+)$/u,
    'is a text in YAML 1.1 and a number in YAML 1.2; quote it, or write the number plainly',
  ],
];

/** Undefined when both versions of YAML read a plain scalar alike. Dates count as texts, as CloudFormation takes them. */
export function ambiguity(source: string): string | undefined {
  if (source.length > 64) return undefined;
  return AMBIGUOUS.find(([pattern]) => pattern.test(source))?.[1];
}
