import { VERSIONING } from './bucket.ts';
import { bucketSettingRule } from './setting.ts';

/**
 * Severity: AWS Foundational Security Best Practices has no control for it; MEDIUM is what other checkers give.
 * Safe: nothing that works today stops working, but old versions are kept and cost storage.
 */
export const rule = bucketSettingRule({
  id: 'aws-s3-versioning',
  title: 'S3 bucket must keep versions of its objects',
  severity: 'MEDIUM',
  topics: ['s3-versioning'],
  aspect: VERSIONING,
  settings: {
    own: { path: ['versioning_configuration', 'status'], oneOf: ['Enabled'] },
    versioning: { path: ['enabled'], oneOf: [true], default: false },
    VersioningConfiguration: { path: ['Status'], oneOf: ['Enabled'] },
  },
  name: 'versioning',
  missing: () => 'versioning is not declared, so S3 keeps only the last version of each object; it must be enabled.',
  declare: {
    terraform: { versioning_configuration: { status: 'Enabled' } },
    cloudformation: { Status: 'Enabled' },
  },
  safety: 'safe',
  commands: (bucket) => [
    ['aws', 's3api', 'get-bucket-versioning', `--bucket=${bucket}`],
    ['aws', 's3api', 'put-bucket-versioning', `--bucket=${bucket}`, '--versioning-configuration=Status=Enabled'],
  ],
  why: 'Without versions an object that is overwritten or deleted, by mistake or by an attacker, is gone.',
  remedy: [
    'Enable versioning for the bucket.',
    'Add a lifecycle rule that removes versions after the time you need them, as each is stored and paid for.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-14',
  ],
  controls: { securityHub: ['S3.14'], nist: ['CP-6', 'CP-9', 'CP-10'] },
  equivalents: { checkov: ['CKV_AWS_21'], trivy: ['AWS-0090'], guard: ['S3_BUCKET_VERSIONING_ENABLED'] },
  examples: {
    terraform: {
      bad: [
        {
          name: 'suspended',
          source: `resource "aws_s3_bucket" "ledger" {
  bucket = "example-ledger"
}

resource "aws_s3_bucket_versioning" "ledger" {
  bucket = aws_s3_bucket.ledger.id
  versioning_configuration {
    status = "Suspended"
  }
}
`,
          at: '"Suspended"',
          fixed: `resource "aws_s3_bucket" "ledger" {
  bucket = "example-ledger"
}

resource "aws_s3_bucket_versioning" "ledger" {
  bucket = aws_s3_bucket.ledger.id
  versioning_configuration {
    status = "Enabled"
  }
}
`,
        },
        {
          name: 'not declared',
          source: `resource "aws_s3_bucket" "ledger" {
  bucket = "example-ledger"
}
`,
          at: 'resource "aws_s3_bucket" "ledger"',
          fixed: `resource "aws_s3_bucket" "ledger" {
  bucket = "example-ledger"
}

resource "aws_s3_bucket_versioning" "ledger" {
  bucket = aws_s3_bucket.ledger.id

  versioning_configuration {
    status = "Enabled"
  }
}
`,
        },
        {
          name: 'turned off in the bucket itself',
          source: `resource "aws_s3_bucket" "ledger" {
  bucket = "example-ledger"

  versioning {
    enabled = false
  }
}
`,
          at: 'false',
          fixed: `resource "aws_s3_bucket" "ledger" {
  bucket = "example-ledger"

  versioning {
    enabled = true
  }
}
`,
        },
        {
          name: 'a boolean where a word belongs',
          source: `resource "aws_s3_bucket_versioning" "ledger" {
  bucket = "example-ledger"
  versioning_configuration {
    status = true
  }
}
`,
          at: 'true',
          fixed: `resource "aws_s3_bucket_versioning" "ledger" {
  bucket = "example-ledger"
  versioning_configuration {
    status = "Enabled"
  }
}
`,
        },
      ],
      good: [
        {
          name: 'enabled, in either form',
          source: `resource "aws_s3_bucket" "ledger" {
  bucket = "example-ledger"
}

resource "aws_s3_bucket_versioning" "ledger" {
  bucket = aws_s3_bucket.ledger.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket" "journal" {
  bucket = "example-journal"
  versioning {
    enabled = "true"
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'set by a variable without a value',
          source: `variable "status" {
  type = string
}

resource "aws_s3_bucket_versioning" "ledger" {
  bucket = "example-ledger"
  versioning_configuration {
    status = var.status
  }
}
`,
          at: 'var.status',
        },
        {
          name: 'declared perhaps, by a variable without a value',
          source: `variable "copies" {
  type = number
}

resource "aws_s3_bucket" "ledger" {
  bucket = "example-ledger"
}

resource "aws_s3_bucket_versioning" "ledger" {
  count  = var.copies
  bucket = aws_s3_bucket.ledger.id
  versioning_configuration {
    status = "Enabled"
  }
}
`,
          at: 'resource "aws_s3_bucket_versioning" "ledger"',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'suspended',
          source: `Resources:
  Ledger:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration:
        Status: Suspended
`,
          at: 'Suspended',
          fixed: `Resources:
  Ledger:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration:
        Status: Enabled
`,
        },
        {
          name: 'not declared, in JSON',
          source: `{
  "Resources": {
    "Ledger": {
      "Type": "AWS::S3::Bucket",
      "Properties": {
        "BucketName": "example-ledger"
      }
    }
  }
}
`,
          at: '"Ledger"',
          fixed: `{
  "Resources": {
    "Ledger": {
      "Type": "AWS::S3::Bucket",
      "Properties": {
        "BucketName": "example-ledger",
        "VersioningConfiguration": {
          "Status": "Enabled"
        }
      }
    }
  }
}
`,
        },
        {
          name: 'a bucket without properties',
          source: `Resources:
  Ledger:
    Type: AWS::S3::Bucket
`,
          at: 'Ledger',
          fixed: `Resources:
  Ledger:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration:
        Status: Enabled
`,
        },
        {
          name: 'a boolean where a word belongs',
          source: `Resources:
  Ledger:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration:
        Status: true
`,
          at: 'true',
          fixed: `Resources:
  Ledger:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration:
        Status: Enabled
`,
        },
      ],
      good: [
        {
          name: 'enabled',
          source: `Resources:
  Ledger:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration:
        Status: Enabled
`,
        },
      ],
      undecided: [
        {
          name: 'set by a parameter without a default',
          source: `Parameters:
  Versions:
    Type: String
Resources:
  Ledger:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration:
        Status: !Ref Versions
`,
          at: '!Ref Versions',
        },
      ],
    },
  },
});
