import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { at } from '../../../domain/value.ts';
import { leftOpen } from '../../../domain/wording.ts';
import { judge } from '../../attribute.ts';
import type { Answer } from '../policy.ts';
import { isUnknown, or } from '../policy.ts';
import type { Part } from './bucket.ts';
import { LIFECYCLE, parts, VERSIONING } from './bucket.ts';

/**
 * Severity: S3.20 of Security Hub (CIS), which is Low and excepts buckets with a lifecycle configuration, as S3 takes
 * only one of the two. CloudFormation has no such property. No fix: only the root user may turn it on, with the device
 * at hand.
 */
export const rule = defineRule({
  id: 'aws-s3-mfa-delete',
  title: 'S3 bucket must ask for a second factor before versions are deleted',
  severity: 'LOW',
  targets: { terraform: ['aws_s3_bucket', 'aws_s3_bucket_versioning'] },
  topics: ['s3-mfa-delete'],
  why: 'With stolen credentials of an administrator, all versions of an object can be deleted or versioning suspended.',
  remedy: [
    'Sign in as the root user of the account, with its MFA device at hand.',
    'Run: aws s3api put-bucket-versioning --bucket NAME --versioning-configuration Status=Enabled,MFADelete=Enabled --mfa "SERIAL CODE".',
    'Set mfa_delete = "Enabled" in versioning_configuration, so that the code says the same.',
    'Where nobody uses the root user, Object Lock protects versions better; record an exception then.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-20',
  ],
  controls: { securityHub: ['S3.20'], cis: ['2.1.2'], nist: ['CM-3', 'SC-5(2)'] },
  equivalents: { trivy: ['AWS-0170'] },
  *check(instance) {
    const answer = expires(instance);
    if (answer === true) return;
    for (const violation of parts(instance, VERSIONING).flatMap((part) => [...check(part)]))
      yield isUnknown(answer) ? leftOpen(violation, 'a lifecycle configuration excludes it', answer) : violation;
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'disabled',
          source: `resource "aws_s3_bucket" "contracts" {
  bucket = "example-contracts"
}

resource "aws_s3_bucket_versioning" "contracts" {
  bucket = aws_s3_bucket.contracts.id

  versioning_configuration {
    status     = "Enabled"
    mfa_delete = "Disabled"
  }
}
`,
          at: '"Disabled"',
        },
        {
          name: 'no versioning at all',
          source: `resource "aws_s3_bucket" "contracts" {
  bucket = "example-contracts"
}
`,
          at: 'resource "aws_s3_bucket" "contracts"',
        },
        {
          name: 'left out',
          source: `resource "aws_s3_bucket_versioning" "contracts" {
  bucket = "example-contracts"

  versioning_configuration {
    status = "Enabled"
  }
}
`,
          at: 'versioning_configuration',
        },
        {
          name: 'turned off in the bucket itself',
          source: `resource "aws_s3_bucket" "contracts" {
  bucket = "example-contracts"

  versioning {
    enabled    = true
    mfa_delete = false
  }
}
`,
          at: 'false',
        },
        {
          name: 'without effect, as versioning is suspended',
          source: `resource "aws_s3_bucket_versioning" "contracts" {
  bucket = "example-contracts"

  versioning_configuration {
    status     = "Suspended"
    mfa_delete = "Enabled"
  }
}
`,
          at: '"Suspended"',
        },
      ],
      good: [
        {
          name: 'enabled, in either form, or with a lifecycle configuration, which excludes it',
          source: `resource "aws_s3_bucket_versioning" "contracts" {
  bucket = "example-contracts"

  versioning_configuration {
    status     = "Enabled"
    mfa_delete = "Enabled"
  }
}

resource "aws_s3_bucket" "offers" {
  bucket = "example-offers"

  versioning {
    enabled    = true
    mfa_delete = true
  }
}

resource "aws_s3_bucket" "drafts" {
  bucket = "example-drafts"

  versioning {
    enabled = true
  }
  lifecycle_rule {
    enabled = true
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
          name: 'set by a variable without a value',
          source: `variable "mfa" {
  type = string
}

resource "aws_s3_bucket_versioning" "contracts" {
  bucket = "example-contracts"

  versioning_configuration {
    status     = "Enabled"
    mfa_delete = var.mfa
  }
}
`,
          at: 'var.mfa',
        },
      ],
    },
  },
});

/** Whether a lifecycle configuration excludes MFA delete. */
function expires(instance: Instance): Answer {
  if (instance.resource.type !== 'aws_s3_bucket') return false;
  return or(...parts(instance, LIFECYCLE).map(({ form, value }) => (value.state === 'unknown' ? value : form !== null)));
}

/** Without versions there is nothing that a second factor could protect. */
function* check({ form, value }: Part): Iterable<Violation> {
  if (form === null) {
    if (value.state === 'unknown') yield { outcome: 'undecided', message: `MFA delete is not known: ${value.reason}.`, span: value.span };
    else yield { outcome: 'fail', message: 'versioning is not declared, and MFA delete with it; both must be enabled.', span: value.span };
    return;
  }
  const own = form === 'own';
  const block = own ? at(value, 'versioning_configuration') : value;
  const [second] = judge(at(block, own ? 'status' : 'enabled'), {
    name: own ? 'versioning_configuration.status' : 'versioning.enabled',
    oneOf: [own ? 'Enabled' : true],
  });
  const [first] = judge(at(block, 'mfa_delete'), {
    name: own ? 'versioning_configuration.mfa_delete' : 'versioning.mfa_delete',
    oneOf: [own ? 'Enabled' : true],
    default: own ? 'Disabled' : false,
  });
  if (first !== undefined) yield first;
  else if (second !== undefined) yield { ...second, message: `MFA delete has no effect without versioning: ${second.message}` };
  else if (value.state === 'unknown')
    yield { outcome: 'undecided', message: `MFA delete is not known: ${value.reason}.`, span: value.span };
}
