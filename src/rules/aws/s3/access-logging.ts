import { defineRule } from '../../../domain/rule.ts';
import { asString, at } from '../../../domain/value.ts';
import { isLogTarget, LOGGING, parts } from './bucket.ts';

/**
 * Severity: S3.9 of AWS Foundational Security Best Practices, which excepts buckets that are themselves the
 * target of logs. Where to log to, and whether that bucket may be written to, is for a person to choose.
 */
export const rule = defineRule({
  id: 'aws-s3-access-logging',
  title: 'S3 bucket must log who accesses it',
  severity: 'MEDIUM',
  targets: { terraform: ['aws_s3_bucket'], cloudformation: ['AWS::S3::Bucket'] },
  topics: ['s3-access-logging'],
  why: 'After an incident nobody can tell who read, changed or deleted which objects.',
  remedy: [
    'Choose a bucket for logs in the same region and account, with a policy that lets logging.s3.amazonaws.com put objects, and without logging of its own.',
    'Declare it as target: aws_s3_bucket_logging with target_bucket and target_prefix, in CloudFormation LoggingConfiguration with DestinationBucketName and LogFilePrefix.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-9',
  ],
  controls: { fsbp: ['S3.9'], nist: ['AU-2', 'AU-3', 'AU-12'], pci: ['10.2.1'] },
  equivalents: { checkov: ['CKV_AWS_18'], trivy: ['AWS-0089'], cfn_nag: ['W35'], guard: ['S3_BUCKET_LOGGING_ENABLED'] },
  *check(instance) {
    if (isLogTarget(instance)) return;
    for (const { form, value } of parts(instance, LOGGING)) {
      if (value.state === 'unknown') {
        yield {
          outcome: 'undecided',
          message: `access logging is not known: ${value.reason}; a bucket for the logs must be declared.`,
          span: value.span,
        };
      } else if (value.state === 'absent') {
        yield { outcome: 'fail', message: 'access logging is not declared; a bucket for the logs must be.', span: value.span };
      } else if (form !== LOGGING.properties[0]) {
        const target = at(value, 'target_bucket');
        if (target.state === 'absent' || asString(target) === '') {
          yield { outcome: 'fail', message: 'target_bucket is empty; it must name the bucket for the logs.', span: target.span };
        }
      }
    }
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'not declared, though the bucket for the logs is there',
          source: `resource "aws_s3_bucket" "orders" {
  bucket = "example-orders"
}

resource "aws_s3_bucket" "logs" {
  bucket = "example-logs"
}

resource "aws_s3_bucket" "returns" {
  bucket = "example-returns"
}

resource "aws_s3_bucket_logging" "returns" {
  bucket        = aws_s3_bucket.returns.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "returns/"
}
`,
          at: 'resource "aws_s3_bucket" "orders"',
        },
        {
          name: 'no target',
          source: `resource "aws_s3_bucket" "orders" {
  bucket = "example-orders"

  logging {
    target_bucket = ""
  }
}
`,
          at: '""',
        },
      ],
      good: [
        {
          name: 'declared in the bucket, to one that is declared elsewhere',
          source: `variable "logs" {
  type = string
}

resource "aws_s3_bucket" "orders" {
  bucket = "example-orders"

  logging {
    target_bucket = var.logs
    target_prefix = "orders/"
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'for a bucket that is not known',
          source: `variable "name" {
  type = string
}

resource "aws_s3_bucket" "orders" {
  bucket = "example-orders"
}

resource "aws_s3_bucket_logging" "any" {
  bucket        = var.name
  target_bucket = "example-logs"
  target_prefix = "any/"
}
`,
          at: 'var.name',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'not declared',
          source: `Resources:
  Orders:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: example-orders
`,
          at: 'Orders',
        },
      ],
      good: [
        {
          name: 'declared, with the bucket for the logs',
          source: `Resources:
  Orders:
    Type: AWS::S3::Bucket
    Properties:
      LoggingConfiguration:
        DestinationBucketName: !Ref Logs
        LogFilePrefix: orders/
  Logs:
    Type: AWS::S3::Bucket
`,
        },
      ],
      undecided: [
        {
          name: 'in a way that another stack exports',
          source: `Resources:
  Orders:
    Type: AWS::S3::Bucket
    Properties:
      LoggingConfiguration: !ImportValue Logging
`,
          at: '!ImportValue Logging',
        },
      ],
    },
  },
});
