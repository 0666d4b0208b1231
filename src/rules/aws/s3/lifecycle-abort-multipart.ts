import type { Change } from '../../../domain/change.ts';
import type { Instance } from '../../../domain/resource.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { all, at, isMap, known } from '../../../domain/value.ts';
import { textOf } from '../../../domain/wording.ts';
import { elements } from '../../attribute.ts';
import type { Answer } from '../policy.ts';
import { and, isUnknown, not, or } from '../policy.ts';
import type { Part } from './bucket.ts';
import { allOrNull, LIFECYCLE, parts, targets } from './bucket.ts';
import { someIs } from './presence.ts';

/** As AWS advises; parts of an upload that takes longer are rare. */
const DAYS = 7;

/**
 * Severity: LOW, as it is money and not access that is at stake; no control of AWS Foundational Security Best Practices.
 * Judged where lifecycle rules are declared: one for the whole bucket must abort, or each that is enabled. After how
 * many days is not judged. S3 takes no abort in rules for tags or sizes of objects, so there a person must add a rule.
 */
export const rule = defineRule({
  id: 'aws-s3-lifecycle-abort-multipart',
  title: 'S3 lifecycle rules must abort incomplete uploads',
  severity: 'LOW',
  targets: targets(LIFECYCLE),
  topics: ['s3-lifecycle-abort-multipart'],
  why: 'Parts of uploads that were never completed do not show in lists of objects, are kept for ever, and are paid for.',
  remedy: [
    'Add abort_incomplete_multipart_upload (in CloudFormation AbortIncompleteMultipartUpload) to a lifecycle rule that is enabled and has no filter, for example after 7 days.',
  ],
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html'],
  controls: {},
  equivalents: { checkov: ['CKV_AWS_300'] },
  *check(instance) {
    for (const { part, rules, answer } of judged(instance)) {
      if (isUnknown(answer)) {
        const message = `whether incomplete uploads are aborted is not known: ${answer.reason}; a lifecycle rule must abort them.`;
        yield { outcome: 'undecided', message, span: answer.span };
      } else if (!answer) {
        const lax = rules.find(isLax);
        const message =
          lax === undefined
            ? 'no lifecycle rule that is enabled aborts incomplete uploads; one must.'
            : 'this lifecycle rule does not abort incomplete uploads, and none does for the whole bucket; one must.';
        yield { outcome: 'fail', message, span: (lax ?? part).value.span };
      }
    }
  },
  // An upload that is still going on after so many days is lost.
  fix: {
    safety: 'needs-review',
    changes(instance) {
      const wrong = judged(instance).filter(({ answer }) => answer === false);
      return allOrNull(
        wrong.flatMap(({ part, rules }) => (rules.some(isLax) ? rules.filter(isLax).map((each) => abort(part, each)) : [null])),
      );
    },
  },
  examples: {
    terraform: {
      bad: [
        ...[
          'prefix = "in/"',
          'object_size_greater_than = 1024',
          'object_size_less_than = 1024',
          'and {\n        prefix = "in/"\n      }',
          'and {\n        tags = { keep = "no" }\n      }',
        ].map((filter) => ({
          name: `aborted only for ${filter}`,
          source: `resource "aws_s3_bucket_lifecycle_configuration" "exports" {
  bucket = "example-exports"

  rule {
    id     = "parts"
    status = "Enabled"
    filter {
      ${filter}
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 3
    }
  }
  rule {
    id     = "old"
    status = "Enabled"
    filter {
      tag {
        key   = "keep"
        value = "no"
      }
    }
    expiration {
      days = 30
    }
  }
}
`,
          at: 'rule',
        })),
        {
          name: 'after no days, in the bucket itself',
          source: `resource "aws_s3_bucket" "exports" {
  bucket = "example-exports"

  lifecycle_rule {
    enabled                                = true
    abort_incomplete_multipart_upload_days = 0
  }
}
`,
          at: 'lifecycle_rule',
          fixed: `resource "aws_s3_bucket" "exports" {
  bucket = "example-exports"

  lifecycle_rule {
    enabled                                = true
    abort_incomplete_multipart_upload_days = 7
  }
}
`,
        },

        {
          name: 'the only rule expires objects',
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
`,
          at: 'rule',
          fixed: `resource "aws_s3_bucket" "exports" {
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

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}
`,
        },
        {
          name: 'in the bucket itself',
          source: `resource "aws_s3_bucket" "exports" {
  bucket = "example-exports"

  lifecycle_rule {
    enabled = true
    expiration {
      days = 30
    }
  }
}
`,
          at: 'lifecycle_rule',
          fixed: `resource "aws_s3_bucket" "exports" {
  bucket = "example-exports"

  lifecycle_rule {
    enabled                                = true
    abort_incomplete_multipart_upload_days = 7
    expiration {
      days = 30
    }
  }
}
`,
        },
        {
          name: 'aborted under one prefix only, while a rule for tags does not',
          source: `resource "aws_s3_bucket_lifecycle_configuration" "exports" {
  bucket = "example-exports"

  rule {
    id     = "logs"
    status = "Enabled"
    filter {
      prefix = "logs/"
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 3
    }
  }
  rule {
    id     = "old"
    status = "Enabled"
    filter {
      tag {
        key   = "keep"
        value = "no"
      }
    }
    expiration {
      days = 30
    }
  }
}
`,
          at: 'rule',
        },
        {
          name: 'aborted by a rule that is disabled',
          source: `resource "aws_s3_bucket_lifecycle_configuration" "exports" {
  bucket = "example-exports"

  rule {
    id     = "parts"
    status = "Disabled"
    abort_incomplete_multipart_upload {
      days_after_initiation = 3
    }
  }
}
`,
          at: 'resource "aws_s3_bucket_lifecycle_configuration" "exports"',
        },
      ],
      good: [
        {
          name: 'one rule for the whole bucket aborts, after days that are not known',
          source: `variable "days" {
  type = number
}

resource "aws_s3_bucket_lifecycle_configuration" "exports" {
  bucket = "example-exports"

  rule {
    id     = "parts"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = var.days
    }
  }
  rule {
    id     = "old"
    status = "Enabled"
    filter {
      prefix = "old/"
    }
    expiration {
      days = 30
    }
  }
}

resource "aws_s3_bucket" "imports" {
  bucket = "example-imports"

  lifecycle_rule {
    enabled                                = true
    prefix                                 = "in/"
    abort_incomplete_multipart_upload_days = 1
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'turned on by a variable without a value',
          source: `variable "abort" {
  type = bool
}

resource "aws_s3_bucket" "exports" {
  bucket = "example-exports"

  lifecycle_rule {
    enabled                                = var.abort
    abort_incomplete_multipart_upload_days = 7
  }
}
`,
          at: 'var.abort',
        },
      ],
    },
    cloudformation: {
      bad: [
        ...['Prefix: in/', "TagFilters: [{ Key: keep, Value: 'no' }]", 'ObjectSizeGreaterThan: 1024', 'ObjectSizeLessThan: 1024'].map(
          (filter) => ({
            name: `aborted only for ${filter}`,
            source: `Resources:
  Exports:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules:
          - Status: Enabled
            ${filter}
            AbortIncompleteMultipartUpload:
              DaysAfterInitiation: 7
          - Status: Enabled
            TagFilters: [{ Key: keep, Value: 'no' }]
            ExpirationInDays: 30
`,
            at: `Status: Enabled
            TagFilters: [{ Key: keep, Value: 'no' }]
            ExpirationInDays: 30`,
          }),
        ),

        {
          name: 'the only rule expires objects',
          source: `Resources:
  Exports:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules:
          - Status: Enabled
            ExpirationInDays: 30
`,
          at: `Status: Enabled
            ExpirationInDays: 30`,
          fixed: `Resources:
  Exports:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules:
          - Status: Enabled
            ExpirationInDays: 30
            AbortIncompleteMultipartUpload:
              DaysAfterInitiation: 7
`,
        },
      ],
      good: [
        {
          name: 'one rule aborts',
          source: `Resources:
  Exports:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules:
          - Status: Enabled
            AbortIncompleteMultipartUpload:
              DaysAfterInitiation: 7
          - Status: Enabled
            Prefix: old/
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
            AbortIncompleteMultipartUpload:
              DaysAfterInitiation: 7
`,
          at: '!Ref Expire',
        },
      ],
    },
  },
});

interface LifecycleRule {
  readonly value: Value;
  readonly path: readonly (string | number)[];
  readonly enabled: Answer;
  readonly aborts: Answer;
  /** Whether it is for every object, and whether it is for those under a prefix at most. */
  readonly whole: Answer;
  readonly plain: boolean;
}

interface Judged {
  readonly part: Part;
  readonly rules: readonly LifecycleRule[];
  readonly answer: Answer;
}

function judged(instance: Instance): readonly Judged[] {
  return parts(instance, LIFECYCLE)
    .filter(({ form }) => form !== null)
    .map((part) => {
      const rules = rulesOf(part);
      const one = or(...rules.map(({ enabled, aborts, whole }) => and(enabled, aborts, whole)));
      const each = and(...rules.map(({ enabled, aborts }) => or(not(enabled), aborts)), or(...rules.map(({ enabled }) => enabled)));
      return { part, rules, answer: or(one, each) };
    });
}

const SPELLINGS = {
  own: { list: ['rule'], status: 'status', on: 'Enabled', abort: ['abort_incomplete_multipart_upload', 'days_after_initiation'] },
  lifecycle_rule: { list: ['lifecycle_rule'], status: 'enabled', on: 'true', abort: ['abort_incomplete_multipart_upload_days'] },
  LifecycleConfiguration: {
    list: ['LifecycleConfiguration', 'Rules'],
    status: 'Status',
    on: 'Enabled',
    abort: ['AbortIncompleteMultipartUpload', 'DaysAfterInitiation'],
  },
} as const;

function spellingOf(form: string | null): (typeof SPELLINGS)[keyof typeof SPELLINGS] {
  return SPELLINGS[form === 'own' || form === 'LifecycleConfiguration' ? form : 'lifecycle_rule'];
}

/** Each with the path at which its resource holds it. */
function rulesOf({ form, value }: Part): readonly LifecycleRule[] {
  const { list, status, on, abort: days } = spellingOf(form);
  const attributes = form === null || form === 'own' ? value : known(new Map([[form, value]]), value.span);
  return elements(attributes, list).map(({ value: rule, path }) => {
    if (rule.state === 'unknown') return { value: rule, path, enabled: rule, aborts: rule, whole: rule, plain: false };
    const [block, after] = [at(rule, days[0]), at(rule, ...days)];
    const plain = !all(rule, 'filter')
      .concat(all(rule, 'filter', 'and'), rule)
      .some(isForSome);
    return {
      value: rule,
      path,
      enabled: someIs([at(rule, status)], on),
      aborts: days.length > 1 && block.state === 'unknown' ? block : after.state !== 'absent' && textOf(after) !== '0',
      whole: and(plain, ...PREFIXES.map((prefix) => not(isNarrow(at(rule, ...prefix))))),
      plain,
    };
  });
}

const PREFIXES = [['prefix'], ['Prefix'], ['filter', 'prefix'], ['filter', 'and', 'prefix']];
const SOME = [
  'tag',
  'tags',
  'TagFilters',
  'object_size_greater_than',
  'object_size_less_than',
  'ObjectSizeGreaterThan',
  'ObjectSizeLessThan',
];

/** Whether it is about objects with certain tags or sizes. */
function isForSome(filter: Value): boolean {
  return SOME.some((name) => all(filter, name).some((value) => value.state !== 'known' || !isMap(value.data) || value.data.size > 0));
}

function isNarrow(prefix: Value): Answer {
  return prefix.state === 'unknown' ? prefix : (textOf(prefix) ?? '') !== '';
}

function isLax({ enabled, aborts }: LifecycleRule): boolean {
  return enabled === true && aborts === false;
}

function abort({ form, resource }: Part, { path, plain }: LifecycleRule): Change | null {
  return plain ? { kind: 'set', resource, path: [...path, ...spellingOf(form).abort], value: DAYS } : null;
}
