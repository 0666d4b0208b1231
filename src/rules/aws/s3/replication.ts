import { all } from '../../../domain/value.ts';
import { REPLICATION } from './bucket.ts';
import { ofEach, presenceRule, someIs } from './presence.ts';

/**
 * Severity: S3.7 of Security Hub, which is Low and in the standards of NIST and PCI DSS 3 only: whether data must survive
 * the loss of a region is a rule of the house. That the other bucket is in another region cannot be seen and is not judged.
 */
export const rule = presenceRule({
  id: 'aws-s3-replication',
  title: 'S3 bucket must be replicated',
  severity: 'LOW',
  topics: ['s3-replication'],
  aspect: REPLICATION,
  holds({ form, value }) {
    switch (form) {
      case 'own':
        return someIs(ofEach(all(value, 'rule'), 'status'), 'Enabled');
      case 'replication_configuration':
        return someIs(ofEach(all(value, 'rules'), 'status'), 'Enabled');
      default:
        return someIs(ofEach(all(value, 'Rules'), 'Status'), 'Enabled');
    }
  },
  name: 'replication',
  missing: 'replication is not declared; a rule that is enabled must copy the objects to a bucket in another region.',
  idle: 'replication is declared, but none of its rules is enabled; one must be.',
  why: 'When a region is out of service or the account is broken into, the objects are out of reach or gone with it.',
  remedy: [
    'Choose a bucket in another region, best in another account, with versioning, and a role that S3 may take to write there.',
    'Enable versioning for this bucket, and declare aws_s3_bucket_replication_configuration (in CloudFormation ReplicationConfiguration) with a rule whose status is Enabled.',
    'Where the loss of a region is accepted, record an exception.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-7',
  ],
  controls: { securityHub: ['S3.7'], nist: ['CP-6', 'CP-9', 'CP-10'] },
  equivalents: { checkov: ['CKV_AWS_144'], guard: ['S3_BUCKET_REPLICATION_ENABLED'] },
  examples: {
    terraform: {
      bad: [
        {
          name: 'not declared',
          source: `resource "aws_s3_bucket" "archive" {
  bucket = "example-archive"
}
`,
          at: 'resource "aws_s3_bucket" "archive"',
        },
        {
          name: 'the only rule is disabled',
          source: `resource "aws_s3_bucket" "archive" {
  bucket = "example-archive"
}

resource "aws_s3_bucket_replication_configuration" "archive" {
  bucket = aws_s3_bucket.archive.id
  role   = "arn:aws:iam::111122223333:role/replication"

  rule {
    status = "Disabled"
    destination {
      bucket = "arn:aws:s3:::example-archive-copy"
    }
  }
}
`,
          at: 'resource "aws_s3_bucket_replication_configuration" "archive"',
        },
        {
          name: 'a boolean where a word belongs, in the bucket itself',
          source: `resource "aws_s3_bucket" "archive" {
  bucket = "example-archive"

  replication_configuration {
    role = "arn:aws:iam::111122223333:role/replication"
    rules {
      status = true
      destination {
        bucket = "arn:aws:s3:::example-archive-copy"
      }
    }
  }
}
`,
          at: 'replication_configuration',
        },
      ],
      good: [
        {
          name: 'one of two rules is enabled',
          source: `resource "aws_s3_bucket" "archive" {
  bucket = "example-archive"
}

resource "aws_s3_bucket_replication_configuration" "archive" {
  bucket = aws_s3_bucket.archive.id
  role   = "arn:aws:iam::111122223333:role/replication"

  rule {
    status = "Disabled"
    destination {
      bucket = "arn:aws:s3:::example-archive-old"
    }
  }
  rule {
    status = "Enabled"
    destination {
      bucket = "arn:aws:s3:::example-archive-copy"
    }
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'status given by a variable without a value',
          source: `variable "status" {
  type = string
}

resource "aws_s3_bucket" "archive" {
  bucket = "example-archive"

  replication_configuration {
    role = "arn:aws:iam::111122223333:role/replication"
    rules {
      status = var.status
      destination {
        bucket = "arn:aws:s3:::example-archive-copy"
      }
    }
  }
}
`,
          at: 'var.status',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'not declared',
          source: `Resources:
  Archive:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: example-archive
`,
          at: 'Archive',
        },
        {
          name: 'the only rule is disabled',
          source: `Resources:
  Archive:
    Type: AWS::S3::Bucket
    Properties:
      ReplicationConfiguration:
        Role: arn:aws:iam::111122223333:role/replication
        Rules:
          - Status: Disabled
            Destination:
              Bucket: arn:aws:s3:::example-archive-copy
`,
          at: 'ReplicationConfiguration',
        },
      ],
      good: [
        {
          name: 'a rule is enabled',
          source: `Resources:
  Archive:
    Type: AWS::S3::Bucket
    Properties:
      ReplicationConfiguration:
        Role: arn:aws:iam::111122223333:role/replication
        Rules:
          - Status: Enabled
            Destination:
              Bucket: arn:aws:s3:::example-archive-copy
`,
        },
      ],
      undecided: [
        {
          name: 'in a way that another stack exports',
          source: `Resources:
  Archive:
    Type: AWS::S3::Bucket
    Properties:
      ReplicationConfiguration: !ImportValue Replication
`,
          at: '!ImportValue Replication',
        },
      ],
    },
  },
});
