import type { Instance } from '../../../domain/resource.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { asString, at } from '../../../domain/value.ts';
import { seen } from '../../../domain/wording.ts';
import { isUnknown } from '../policy.ts';
import type { Answer } from '../policy.ts';
import { ACCELERATION, parts } from './bucket.ts';
import { someIs } from './presence.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u;
const RESERVED = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$|\.\.|\.-|-\.|^\d{1,3}(?:\.\d{1,3}){3}$/u;

/**
 * Severity: MEDIUM is what other checkers give a dot in the name of a bucket with Transfer Acceleration, which then has
 * no address that works. Any other name that is wrong S3 refuses, or has from before 2018: LOW. A name that is not known
 * is S3's to refuse; only with acceleration does it matter here.
 */
export const rule = defineRule({
  id: 'aws-s3-bucket-name-dns',
  title: 'S3 bucket must have a name that can be a host name',
  severity: 'LOW',
  targets: { terraform: ['aws_s3_bucket'], cloudformation: ['AWS::S3::Bucket'] },
  topics: ['s3-bucket-name-dns'],
  why: 'The name is part of the host name of the bucket; where it cannot be, S3 refuses it, or TLS and Transfer Acceleration do not work.',
  remedy: [
    'Choose a name of 3 to 63 lower-case letters, digits and hyphens that starts and ends with a letter or digit.',
    'A bucket cannot be renamed: make another, copy the objects, and then delete this one.',
  ],
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html'],
  controls: {},
  equivalents: { trivy: ['AWS-0320'] },
  *check(instance) {
    const name = at(instance.attributes, instance.resource.framework === 'terraform' ? 'bucket' : 'BucketName');
    if (name.state === 'absent') return;
    const text = asString(name);
    if (name.state === 'known' && (text === undefined || !NAME.test(text) || RESERVED.test(text))) {
      const message = `the name of the bucket is ${seen(name)}; it must be 3 to 63 lower-case letters, digits and hyphens, none of them reserved by S3.`;
      yield { outcome: 'fail', message, span: name.span };
      return;
    }
    const accelerated = isAccelerated(instance);
    if (accelerated === false || (name.state === 'known' && !hasDot(name))) return;
    if (name.state === 'unknown') {
      if (name.reference === undefined && accelerated === true)
        yield {
          outcome: 'undecided',
          message: `the name of the bucket is not known: ${name.reason}; with Transfer Acceleration it must have no dot.`,
          span: name.span,
        };
    } else if (isUnknown(accelerated)) {
      const message = `whether the bucket has Transfer Acceleration is not known: ${accelerated.reason}; its name must then have no dot.`;
      yield { outcome: 'undecided', message, span: accelerated.span };
    } else {
      const message = `the name of the bucket is ${seen(name)}; with Transfer Acceleration it must have no dot.`;
      yield { outcome: 'fail', message, span: name.span, severity: 'MEDIUM' };
    }
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'an underscore',
          source: `resource "aws_s3_bucket" "media" {
  bucket = "example_media"
}
`,
          at: '"example_media"',
        },
        {
          name: 'a number',
          source: `resource "aws_s3_bucket" "media" {
  bucket = 42
}
`,
          at: '42',
        },
        {
          name: 'a dot, with acceleration in a resource of its own',
          source: `resource "aws_s3_bucket" "media" {
  bucket = "media.example.com"
}

resource "aws_s3_bucket_accelerate_configuration" "media" {
  bucket = aws_s3_bucket.media.id
  status = "Enabled"
}
`,
          at: '"media.example.com"',
        },
      ],
      good: [
        {
          name: 'hyphens, or dots without acceleration, or a name that AWS makes up',
          source: `resource "aws_s3_bucket" "media" {
  bucket              = "example-media"
  acceleration_status = "Enabled"
}

resource "aws_s3_bucket" "site" {
  bucket              = "www.example.com"
  acceleration_status = "Suspended"
}

resource "aws_s3_bucket" "other" {
  bucket_prefix = "example-"
}
`,
        },
      ],
      undecided: [
        {
          name: 'acceleration turned on by a variable without a value',
          source: `variable "acceleration" {
  type = string
}

resource "aws_s3_bucket" "media" {
  bucket              = "media.example.com"
  acceleration_status = var.acceleration
}
`,
          at: 'var.acceleration',
        },
        {
          name: 'name given by a variable without a value, with acceleration',
          source: `variable "name" {
  type = string
}

resource "aws_s3_bucket" "media" {
  bucket              = var.name
  acceleration_status = "Enabled"
}
`,
          at: 'var.name',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'capital letters',
          source: `Resources:
  Media:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: ExampleMedia
`,
          at: 'ExampleMedia',
        },
        {
          name: 'a dot, with acceleration',
          source: `Resources:
  Media:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: media.example.com
      AccelerateConfiguration:
        AccelerationStatus: Enabled
`,
          at: 'media.example.com',
        },
      ],
      good: [
        {
          name: 'hyphens',
          source: `Resources:
  Media:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: example-media
      AccelerateConfiguration:
        AccelerationStatus: Enabled
`,
        },
      ],
      undecided: [
        {
          name: 'name given by a parameter without a default, with acceleration',
          source: `Parameters:
  Name:
    Type: String
Resources:
  Media:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Ref Name
      AccelerateConfiguration:
        AccelerationStatus: Enabled
`,
          at: '!Ref Name',
        },
      ],
    },
  },
});

function isAccelerated(instance: Instance): Answer {
  const [spelled] = ACCELERATION.blocks;
  return someIs(
    parts(instance, ACCELERATION).map(({ form, value }) =>
      form === null || form === spelled ? value : at(value, form === 'own' ? 'status' : 'AccelerationStatus'),
    ),
    'Enabled',
  );
}

function hasDot(name: Value): boolean {
  return (asString(name) ?? '').includes('.');
}
