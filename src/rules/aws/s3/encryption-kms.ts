import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { seen } from '../../../domain/wording.ts';
import { judge, nameOf } from '../../attribute.ts';
import { and, isUnknown } from '../policy.ts';
import type { Part } from './bucket.ts';
import { ENCRYPTION, isLogTarget, parts, targets } from './bucket.ts';
import { defaultEncryption, isCustomerKey } from './keys.ts';

const REQUIRED = 'a KMS key of yours must be named';

/**
 * Severity: S3.17 of Security Hub, which is Medium. It is satisfied by the key that AWS keeps for S3 (aws/s3), whose
 * policy cannot be changed; that is said at LOW. Buckets for access logs are excepted, as S3 writes logs to buckets
 * with keys of its own only.
 */
export const rule = defineRule({
  id: 'aws-s3-encryption-kms',
  title: 'S3 bucket must encrypt with a KMS key of yours',
  severity: 'MEDIUM',
  targets: targets(ENCRYPTION),
  topics: ['s3-encryption-kms'],
  why: 'With keys that AWS keeps, everyone who may read an object may decrypt it; with a key of yours, its policy must let them in too, each use is logged, and access ends when the key is turned off.',
  remedy: [
    'Choose or create a KMS key whose policy lets in those who read and write the bucket.',
    'Set sse_algorithm = "aws:kms" and kms_master_key_id to its ARN in aws_s3_bucket_server_side_encryption_configuration, in CloudFormation SSEAlgorithm and KMSMasterKeyID in BucketEncryption; set bucket_key_enabled = true to save calls to KMS.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-17',
  ],
  controls: { securityHub: ['S3.17'], nist: ['SC-12(2)', 'SC-13', 'SC-28'], pci: ['3.5.1'] },
  equivalents: { checkov: ['CKV_AWS_145'], trivy: ['AWS-0132'], guard: ['S3_DEFAULT_ENCRYPTION_KMS'] },
  *check(instance: Instance) {
    if (!isLogTarget(instance)) for (const part of parts(instance, ENCRYPTION)) yield* check(part);
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'not declared, so that S3 uses keys of its own',
          source: `resource "aws_s3_bucket" "payroll" {
  bucket = "example-payroll"
}
`,
          at: 'resource "aws_s3_bucket" "payroll"',
        },
        {
          name: 'keys of S3',
          source: `resource "aws_s3_bucket" "payroll" {
  bucket = "example-payroll"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "payroll" {
  bucket = aws_s3_bucket.payroll.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}
`,
          at: '"AES256"',
        },
        {
          name: 'no algorithm, in the bucket itself',
          source: `resource "aws_s3_bucket" "payroll" {
  bucket = "example-payroll"

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        kms_master_key_id = "arn:aws:kms:eu-west-1:111122223333:key/payroll"
      }
    }
  }
}
`,
          at: 'apply_server_side_encryption_by_default',
        },
        {
          name: 'KMS, but no key is named',
          source: `resource "aws_s3_bucket_server_side_encryption_configuration" "payroll" {
  bucket = "example-payroll"

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }
}
`,
          at: 'apply_server_side_encryption_by_default',
        },
        {
          name: 'the key that AWS keeps',
          source: `resource "aws_s3_bucket_server_side_encryption_configuration" "payroll" {
  bucket = "example-payroll"

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = "alias/aws/s3"
    }
  }
}
`,
          at: '"alias/aws/s3"',
        },
      ],
      good: [
        {
          name: 'a key that is declared here, in either form, and a bucket for access logs',
          source: `resource "aws_kms_key" "payroll" {}

resource "aws_s3_bucket" "payroll" {
  bucket = "example-payroll"
}

resource "aws_s3_bucket_logging" "payroll" {
  bucket        = aws_s3_bucket.payroll.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "payroll/"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "payroll" {
  bucket = aws_s3_bucket.payroll.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms:dsse"
      kms_master_key_id = aws_kms_key.payroll.arn
    }
  }
}

resource "aws_s3_bucket" "pensions" {
  bucket = "example-pensions"

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm     = "aws:kms"
        kms_master_key_id = "alias/pensions"
      }
    }
  }
}

resource "aws_s3_bucket" "logs" {
  bucket = "example-logs"
}
`,
        },
      ],
      undecided: [
        {
          name: 'key given by a variable without a value',
          source: `variable "key" {
  type = string
}

resource "aws_s3_bucket_server_side_encryption_configuration" "payroll" {
  bucket = "example-payroll"

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.key
    }
  }
}
`,
          at: 'var.key',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'not declared',
          source: `Resources:
  Payroll:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: example-payroll
`,
          at: 'Payroll',
        },
        {
          name: 'keys of S3',
          source: `Resources:
  Payroll:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault:
              SSEAlgorithm: AES256
`,
          at: 'AES256',
        },
      ],
      good: [
        {
          name: 'a key that is declared here',
          source: `Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: {}
  Payroll:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault:
              SSEAlgorithm: aws:kms
              KMSMasterKeyID: !GetAtt Key.Arn
`,
        },
      ],
      undecided: [
        {
          name: 'algorithm given by a parameter without a default',
          source: `Parameters:
  Algorithm:
    Type: String
Resources:
  Payroll:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault:
              SSEAlgorithm: !Ref Algorithm
              KMSMasterKeyID: alias/payroll
`,
          at: '!Ref Algorithm',
        },
      ],
    },
  },
});

function* check(part: Part): Iterable<Violation> {
  const { form, value } = part;
  if (form === null) {
    if (value.state === 'unknown')
      yield { outcome: 'undecided', message: `default encryption is not known: ${value.reason}; ${REQUIRED}.`, span: value.span };
    else
      yield { outcome: 'fail', message: `default encryption is not declared, so S3 uses keys of its own; ${REQUIRED}.`, span: value.span };
    return;
  }
  const { algorithm, algorithmPath, key, keyPath, perhaps } = defaultEncryption(part);
  const [wrong] = judge(algorithm, { name: nameOf(algorithmPath), oneOf: ['aws:kms', 'aws:kms:dsse'] });
  if (wrong !== undefined) {
    yield wrong;
    return;
  }
  const own = and(perhaps ?? true, isCustomerKey(key));
  const name = nameOf(keyPath);
  if (isUnknown(own)) yield { outcome: 'undecided', message: `${name} is not known: ${own.reason}; ${REQUIRED}.`, span: own.span };
  else if (!own)
    yield {
      outcome: 'fail',
      message: `${name} is ${seen(key)}, which means the key that AWS keeps; ${REQUIRED}.`,
      span: key.span,
      severity: 'LOW',
    };
}
