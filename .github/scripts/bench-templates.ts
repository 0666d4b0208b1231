/**
 * What reading CloudFormation costs: made-up templates, each read in a process of its own, from its text
 * to every attribute and link of every resource.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { stringify } from 'yaml';
import { SourceText } from '../../src/domain/source.ts';
import { readCloudFormation } from '../../src/iac/cloudformation/index.ts';
import { DEFAULT_LIMITS } from '../../src/iac/limits.ts';

export type TemplateFormat = 'yaml' | 'json';

export interface TemplateTimes {
  /** Milliseconds for one template of about 3 MB, in a process that read nothing before. */
  readonly large: number;
  /** Milliseconds for each of 200 different templates of a dozen resources, the middle one of them. */
  readonly small: number;
}

const LARGE_BYTES = 3_000_000;
const SMALL_RESOURCES = 12;
const SMALL_COUNT = 200;

/** Runs each measurement in a fresh process, one after the other. */
export function measureTemplates(format: TemplateFormat): TemplateTimes {
  const measure = (size: 'large' | 'small'): number =>
    Number(execFileSync(process.execPath, [import.meta.filename, format, size], { encoding: 'utf8' }));
  return { large: measure('large'), small: measure('small') };
}

const NAMES = ['Data', 'Access', 'Disk', 'Web', 'App'] as const;

/** One resource; references are written in the short form in YAML and in the long one in JSON. */
function declaration(index: number): readonly [string, unknown] {
  const number = Math.floor(index / NAMES.length);
  const kind = NAMES[index % NAMES.length] ?? 'Data';
  const tags = [{ Key: 'Owner', Value: `team-${number % 7}` }];
  const id = `${kind}${number}`;
  switch (kind) {
    case 'Data':
      return [id, { Type: 'AWS::S3::Bucket', Properties: { BucketName: { 'Fn::Sub': `\${Environment}-data-${number}` }, Tags: tags } }];
    case 'Access': {
      const statement = {
        Effect: 'Allow',
        Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } },
        Action: ['s3:GetObject', 's3:ListBucket'],
        Resource: [{ 'Fn::GetAtt': [`Data${number}`, 'Arn'] }, { 'Fn::Sub': `\${Data${number}.Arn}/*` }],
      };
      return [
        id,
        {
          Type: 'AWS::S3::BucketPolicy',
          Properties: { Bucket: { Ref: `Data${number}` }, PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
        },
      ];
    }
    case 'Disk':
      return [
        id,
        {
          Type: 'AWS::EC2::Volume',
          Properties: {
            Size: 20 + (number % 80),
            Encrypted: number % 3 !== 0,
            AvailabilityZone: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] },
          },
        },
      ];
    case 'Web': {
      const rule = {
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        CidrIp: number % 4 === 0 ? '0.0.0.0/0' : '10.0.0.0/8',
        Description: 'Shell',
      };
      return [
        id,
        { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'Web servers', SecurityGroupIngress: [rule], Tags: tags } },
      ];
    }
    case 'App':
      return [
        id,
        {
          Type: 'AWS::EC2::Instance',
          Properties: {
            ImageId: { Ref: 'Image' },
            InstanceType: { 'Fn::If': ['Large', 'm7g.large', 't3.small'] },
            SecurityGroupIds: [{ 'Fn::GetAtt': [`Web${number}`, 'GroupId'] }],
            BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeSize: 20 } }],
          },
        },
      ];
    default:
      return kind satisfies never;
  }
}

function template(count: number, first = 0): object {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Parameters: { Environment: { Type: 'String', Default: 'test' }, Image: { Type: 'AWS::EC2::Image::Id' } },
    Conditions: { Large: { 'Fn::Equals': [{ Ref: 'Environment' }, 'production'] } },
    Resources: Object.fromEntries(Array.from({ length: count }, (_, index) => declaration(first + index))),
  };
}

function written(content: object, format: TemplateFormat): string {
  if (format === 'json') return JSON.stringify(content, null, 2);
  return stringify(content, { aliasDuplicateObjects: false })
    .replaceAll(/Ref: (\S+)$/gmu, '!Ref $1')
    .replaceAll(/Fn::Sub: (.+)$/gmu, '!Sub $1');
}

/** Milliseconds from a text to all that it says. */
function readingTime(file: string, text: string): number {
  const started = performance.now();
  const [root] = readCloudFormation([new SourceText(file, text)], { limits: DEFAULT_LIMITS }).roots;
  const read = (root?.resources ?? []).map(({ instances, related }) => instances.length + related.length);
  const milliseconds = performance.now() - started;
  if (read.length === 0 || root?.diagnostics.length !== 0) throw new Error(`${file} was not read as it should be`);
  return milliseconds;
}

function measure(format: TemplateFormat, size: string): number {
  if (size === 'large') {
    const bytesEach = written(template(500), format).length / 500;
    return readingTime(`large.${format}`, written(template(Math.ceil(LARGE_BYTES / bytesEach)), format));
  }
  const times = Array.from({ length: SMALL_COUNT }, (_, index) => {
    const text = written(template(SMALL_RESOURCES, index * SMALL_RESOURCES), format);
    return readingTime(`small-${index}.${format}`, text);
  });
  return times.toSorted((a, b) => a - b)[SMALL_COUNT / 2] ?? Number.NaN;
}

const [, script, format, size = ''] = process.argv;
if (script !== undefined && path.resolve(script) === import.meta.filename && (format === 'yaml' || format === 'json')) {
  process.stdout.write(String(measure(format, size)));
}
