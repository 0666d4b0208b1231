import { ENCRYPTION } from './bucket.ts';
import { ALGORITHMS } from './keys.ts';
import { bucketSettingRule } from './setting.ts';

/**
 * Since January 2023 S3 encrypts every new object with its own keys (SSE-S3) where nothing else is declared,
 * so no object is stored in the clear and AWS Foundational Security Best Practices gave its control S3.4 up.
 * What is missing is the statement of which keys are meant: that is LOW, not the HIGH of older checkers.
 * Safe: what the fix declares is what S3 does without it.
 */
export const rule = bucketSettingRule({
  id: 'aws-s3-encryption',
  title: 'S3 bucket must declare its default encryption',
  severity: 'LOW',
  topics: ['s3-encryption'],
  aspect: ENCRYPTION,
  settings: {
    own: { path: ['rule', 'apply_server_side_encryption_by_default', 'sse_algorithm'], oneOf: ALGORITHMS },
    server_side_encryption_configuration: {
      path: ['rule', 'apply_server_side_encryption_by_default', 'sse_algorithm'],
      oneOf: ALGORITHMS,
    },
    BucketEncryption: {
      path: ['ServerSideEncryptionConfiguration', 0, 'ServerSideEncryptionByDefault', 'SSEAlgorithm'],
      oneOf: ALGORITHMS,
    },
  },
  name: 'default encryption',
  missing: () =>
    'default encryption is not declared; S3 encrypts new objects with keys of its own (AES256) since 2023, but which keys are meant must be declared.',
  declare: {
    terraform: { rule: { apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } } },
    cloudformation: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
  },
  safety: 'safe',
  commands: (bucket) => [
    ['aws', 's3api', 'get-bucket-encryption', `--bucket=${bucket}`],
    [
      'aws',
      's3api',
      'put-bucket-encryption',
      `--bucket=${bucket}`,
      '--server-side-encryption-configuration={"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}',
    ],
  ],
  why: 'Who may decrypt depends on the kind of key: with the keys of S3, everyone who may read; with a KMS key, only whom its policy lets. A reader of the code cannot tell which was meant.',
  remedy: ['Declare AES256 (keys of S3) or, where access to the key should be granted and logged apart, aws:kms with a key of yours.'],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html',
  ],
  controls: {},
  equivalents: { checkov: ['CKV_AWS_19'], trivy: ['AWS-0088'], cfn_nag: ['W41'], guard: ['S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED'] },
  examples: {
    terraform: {
      bad: [
        {
          name: 'not declared',
          source: `resource "aws_s3_bucket" "statements" {
  bucket = "example-statements"
}
`,
          at: 'resource "aws_s3_bucket" "statements"',
          fixed: `resource "aws_s3_bucket" "statements" {
  bucket = "example-statements"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "statements" {
  bucket = aws_s3_bucket.statements.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}
`,
        },
        {
          name: 'not declared for each of several buckets',
          source: `resource "aws_s3_bucket" "tenant" {
  for_each = toset(["north", "south"])
  bucket   = "example-\${each.key}"
}
`,
          at: 'resource "aws_s3_bucket" "tenant"',
          fixed: `resource "aws_s3_bucket" "tenant" {
  for_each = toset(["north", "south"])
  bucket   = "example-\${each.key}"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "tenant" {
  for_each = aws_s3_bucket.tenant

  bucket = each.value.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}
`,
        },
        {
          name: 'an algorithm that S3 does not have',
          source: `resource "aws_s3_bucket" "statements" {
  bucket = "example-statements"

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm = "AES128"
      }
    }
  }
}
`,
          at: '"AES128"',
          fixed: `resource "aws_s3_bucket" "statements" {
  bucket = "example-statements"

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm = "AES256"
      }
    }
  }
}
`,
        },
      ],
      good: [
        {
          name: 'with a KMS key, in a resource of its own',
          source: `resource "aws_s3_bucket" "statements" {
  bucket = "example-statements"
}

resource "aws_kms_key" "statements" {}

resource "aws_s3_bucket_server_side_encryption_configuration" "statements" {
  bucket = aws_s3_bucket.statements.bucket

  rule {
    apply_server_side_encryption_by_default {
      kms_master_key_id = aws_kms_key.statements.arn
      sse_algorithm     = "aws:kms"
    }
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'set by a variable without a value',
          source: `variable "algorithm" {
  type = string
}

resource "aws_s3_bucket_server_side_encryption_configuration" "statements" {
  bucket = "example-statements"

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = var.algorithm
    }
  }
}
`,
          at: 'var.algorithm',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'not declared',
          source: `Resources:
  Statements:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: example-statements
`,
          at: 'Statements',
          fixed: `Resources:
  Statements:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: example-statements
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault:
              SSEAlgorithm: AES256
`,
        },
        {
          name: 'an algorithm that S3 does not have',
          source: `Resources:
  Statements:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault:
              SSEAlgorithm: AES-256
`,
          at: 'AES-256',
          fixed: `Resources:
  Statements:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault:
              SSEAlgorithm: AES256
`,
        },
      ],
      good: [
        {
          name: 'with a KMS key',
          source: `Resources:
  Statements:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - BucketKeyEnabled: true
            ServerSideEncryptionByDefault:
              SSEAlgorithm: aws:kms
              KMSMasterKeyID: alias/statements
`,
        },
      ],
      undecided: [
        {
          name: 'set by a parameter without a default',
          source: `Parameters:
  Algorithm:
    Type: String
Resources:
  Statements:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault:
              SSEAlgorithm: !Ref Algorithm
`,
          at: '!Ref Algorithm',
        },
      ],
    },
  },
});
