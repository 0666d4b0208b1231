import { all } from '../../../domain/value.ts';
import { LIFECYCLE } from './bucket.ts';
import { ofEach, presenceRule, someIs } from './presence.ts';

/**
 * Severity: S3.13 of AWS Foundational Security Best Practices. What the lifecycle rule does is for the house to say and
 * not judged.
 */
export const rule = presenceRule({
  id: 'aws-s3-lifecycle',
  title: 'S3 bucket must have a lifecycle rule',
  severity: 'LOW',
  topics: ['s3-lifecycle'],
  aspect: LIFECYCLE,
  holds({ form, value }) {
    switch (form) {
      case 'own':
        return someIs(ofEach(all(value, 'rule'), 'status'), 'Enabled');
      case 'lifecycle_rule':
        return someIs(ofEach(all(value), 'enabled'), 'true');
      default:
        return someIs(ofEach(all(value, 'Rules'), 'Status'), 'Enabled');
    }
  },
  name: 'a lifecycle rule',
  missing: 'no lifecycle rule is declared; one that is enabled must say how long objects are kept.',
  idle: 'lifecycle rules are declared, but none is enabled; one must be.',
  why: 'Without a rule everything is kept for ever: what should have been deleted by law or contract can still be stolen, and all of it is paid for.',
  remedy: [
    'Choose how long objects and their old versions are needed.',
    'Declare aws_s3_bucket_lifecycle_configuration (in CloudFormation LifecycleConfiguration) with a rule whose status is Enabled: an expiration or a transition, for example noncurrent_version_expiration after 90 days.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-13',
  ],
  controls: { fsbp: ['S3.13'], nist: ['CP-9', 'CP-10'] },
  equivalents: { checkov: ['CKV2_AWS_61'] },
  examples: {
    terraform: {
      bad: [
        {
          name: 'not declared',
          source: `resource "aws_s3_bucket" "exports" {
  bucket = "example-exports"
}
`,
          at: 'resource "aws_s3_bucket" "exports"',
        },
        {
          name: 'turned off in the bucket itself',
          source: `resource "aws_s3_bucket" "exports" {
  bucket = "example-exports"

  lifecycle_rule {
    enabled = false
    expiration {
      days = 30
    }
  }
}
`,
          at: 'lifecycle_rule',
        },
        {
          name: 'a boolean where a word belongs',
          source: `resource "aws_s3_bucket_lifecycle_configuration" "exports" {
  bucket = "example-exports"

  rule {
    id     = "old"
    status = true
    expiration {
      days = 30
    }
  }
}
`,
          at: 'resource "aws_s3_bucket_lifecycle_configuration" "exports"',
        },
      ],
      good: [
        {
          name: 'enabled, in either form',
          source: `resource "aws_s3_bucket" "exports" {
  bucket = "example-exports"
}

resource "aws_s3_bucket_lifecycle_configuration" "exports" {
  bucket = aws_s3_bucket.exports.id

  rule {
    id     = "old"
    status = "Enabled"
    expiration {
      days = 30
    }
  }
}

resource "aws_s3_bucket" "imports" {
  bucket = "example-imports"

  lifecycle_rule {
    enabled = "true"
    expiration {
      days = 30
    }
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'turned on by a variable without a value',
          source: `variable "expire" {
  type = bool
}

resource "aws_s3_bucket" "exports" {
  bucket = "example-exports"

  lifecycle_rule {
    enabled = var.expire
    expiration {
      days = 30
    }
  }
}
`,
          at: 'var.expire',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'not declared',
          source: `Resources:
  Exports:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: example-exports
`,
          at: 'Exports',
        },
        {
          name: 'disabled',
          source: `Resources:
  Exports:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules:
          - Status: Disabled
            ExpirationInDays: 30
`,
          at: 'LifecycleConfiguration',
        },
      ],
      good: [
        {
          name: 'enabled',
          source: `Resources:
  Exports:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules:
          - Status: Enabled
            ExpirationInDays: 30
`,
        },
      ],
      undecided: [
        {
          name: 'status given by a parameter without a default',
          source: `Parameters:
  Expire:
    Type: String
Resources:
  Exports:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules:
          - Status: !Ref Expire
            ExpirationInDays: 30
`,
          at: '!Ref Expire',
        },
      ],
    },
  },
});
