import type { Change } from '../../../domain/change.ts';
import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { at } from '../../../domain/value.ts';
import { judge } from '../../attribute.ts';
import { isUnknown } from '../policy.ts';
import { fails } from './bucket.ts';
import { ALGORITHMS, bucketDefault, encrypts } from './keys.ts';

/**
 * Severity: LOW, as for the default encryption of a bucket: since January 2023 S3 encrypts every object with keys of its
 * own, and what is missing is the statement of which keys are meant. A key that is named, or the default of the bucket
 * where that is declared here, is such a statement.
 */
export const rule = defineRule({
  id: 'aws-s3-object-encryption',
  title: 'S3 object must declare its encryption',
  severity: 'LOW',
  targets: { terraform: ['aws_s3_object', 'aws_s3_bucket_object'] },
  topics: ['s3-object-encryption'],
  why: 'Who may decrypt the object depends on the kind of key, and a reader of the code cannot tell which was meant.',
  remedy: [
    'Set server_side_encryption to AES256 (keys of S3) or to aws:kms with kms_key_id, or declare the default encryption of the bucket.',
  ],
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html'],
  controls: { nist: ['SC-28'] },
  equivalents: {},
  check: judged,
  // The bucket may have a default with a key of yours, declared elsewhere, which keys of S3 would then replace.
  fix: {
    safety: 'needs-review',
    changes: (instance): readonly Change[] =>
      fails(judged(instance)) ? [{ kind: 'set', resource: instance.resource, path: ['server_side_encryption'], value: ALGORITHMS[0] }] : [],
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'not declared',
          source: `resource "aws_s3_object" "report" {
  bucket = "example-reports"
  key    = "report.pdf"
  source = "report.pdf"
}
`,
          at: 'resource "aws_s3_object" "report"',
          fixed: `resource "aws_s3_object" "report" {
  bucket                 = "example-reports"
  key                    = "report.pdf"
  source                 = "report.pdf"
  server_side_encryption = "AES256"
}
`,
        },
        {
          name: 'an algorithm that S3 does not have',
          source: `resource "aws_s3_bucket_object" "report" {
  bucket                 = "example-reports"
  key                    = "report.pdf"
  source                 = "report.pdf"
  server_side_encryption = true
}
`,
          at: 'true',
          fixed: `resource "aws_s3_bucket_object" "report" {
  bucket                 = "example-reports"
  key                    = "report.pdf"
  source                 = "report.pdf"
  server_side_encryption = "AES256"
}
`,
        },
      ],
      good: [
        {
          name: 'declared, by the object, its key or the bucket',
          source: `resource "aws_s3_object" "report" {
  bucket                 = "example-reports"
  key                    = "report.pdf"
  source                 = "report.pdf"
  server_side_encryption = "aws:kms"
}

resource "aws_s3_object" "summary" {
  bucket     = "example-reports"
  key        = "summary.pdf"
  source     = "summary.pdf"
  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/reports"
}

resource "aws_s3_bucket" "archive" {
  bucket = "example-archive"

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm = "AES256"
      }
    }
  }
}

resource "aws_s3_bucket_object" "report" {
  bucket = aws_s3_bucket.archive.id
  key    = "report.pdf"
  source = "report.pdf"
}
`,
        },
      ],
      undecided: [
        {
          name: 'given by a variable without a value',
          source: `variable "algorithm" {
  type = string
}

resource "aws_s3_object" "report" {
  bucket                 = "example-reports"
  key                    = "report.pdf"
  source                 = "report.pdf"
  server_side_encryption = var.algorithm
}
`,
          at: 'var.algorithm',
        },
      ],
    },
  },
});

function* judged(instance: Instance): Iterable<Violation> {
  const asked = at(instance.attributes, 'server_side_encryption');
  if (asked.state === 'absent') {
    if (at(instance.attributes, 'kms_key_id').state !== 'absent') return;
    const answer = bucketDefault(instance, encrypts);
    if (answer === true) return;
    if (isUnknown(answer)) {
      const message = `server_side_encryption is not set, and whether the bucket declares a default is not known: ${answer.reason}.`;
      yield { outcome: 'undecided', message, span: instance.resource.header };
      return;
    }
  }
  yield* judge(asked, { name: 'server_side_encryption', oneOf: ALGORITHMS });
}
