import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { asString, at } from '../../../domain/value.ts';
import { and, concernsEveryone, hasEffect, isNarrowed, isUnknown, not } from '../policy.ts';
import { mitigation } from './access-block.ts';
import { POLICY, targets } from './bucket.ts';
import { placeOf, policyParts } from './policy-parts.ts';

/**
 * Severity: S3.2 and S3.3 of AWS Foundational Security Best Practices; lower where the public access block
 * holds the policy back. Public is what S3 takes for public, but for ARNs with wildcards inside one account,
 * which S3 counts as public and which let no stranger in. Deny statements are not weighed against it.
 */
export const rule = defineRule({
  id: 'aws-s3-policy-public-principal',
  title: 'S3 bucket policy must not let everyone in',
  severity: 'CRITICAL',
  targets: targets(POLICY),
  topics: ['s3-policy-public-principal', 's3-policy-public-action'],
  why: 'Anyone on the internet may do with the bucket and its objects what the statement allows, without signing in.',
  remedy: [
    'Name the accounts, roles or services that need access as Principal.',
    'Where callers cannot be named, add a condition that narrows them, such as aws:SourceVpce, aws:PrincipalOrgID or aws:SourceIp.',
    'For a public website, serve the bucket through CloudFront with origin access control and let only that distribution in.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-2',
  ],
  controls: { fsbp: ['S3.2', 'S3.3'] },
  equivalents: {
    checkov: ['CKV_AWS_70'],
    cfn_nag: ['F16'],
    guard: ['S3_BUCKET_PUBLIC_READ_PROHIBITED', 'S3_BUCKET_PUBLIC_WRITE_PROHIBITED'],
  },
  *check(instance) {
    for (const found of policyParts(instance)) {
      for (const statement of found.statements) {
        const answer = and(hasEffect(statement, 'Allow'), concernsEveryone(statement), not(isNarrowed(statement)));
        if (isUnknown(answer)) {
          yield {
            outcome: 'undecided',
            message: `whether ${called(statement)} lets everyone in is not known: ${answer.reason}; it must name who is let in.`,
            span: placeOf(answer, found),
          } satisfies Violation;
        } else if (answer) {
          const { severity, clause } = mitigation(instance, 'policy');
          const excepting = at(statement, 'NotPrincipal').state !== 'absent';
          yield {
            outcome: 'fail',
            message: `${called(statement)} lets everyone in${excepting ? ' but the few that NotPrincipal names' : ''}, and no condition narrows that${clause}; it must name who is let in.`,
            span: placeOf(at(statement, excepting ? 'NotPrincipal' : 'Principal'), found),
            severity,
          } satisfies Violation;
        }
      }
    }
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'everyone may read the objects',
          source: `resource "aws_s3_bucket" "brochures" {
  bucket = "example-brochures"
}

resource "aws_s3_bucket_policy" "brochures" {
  bucket = aws_s3_bucket.brochures.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Read"
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "\${aws_s3_bucket.brochures.arn}/*"
    }]
  })
}
`,
          at: '"*"',
        },
        {
          name: 'a condition that narrows nothing, in a JSON text',
          source: `resource "aws_s3_bucket_policy" "brochures" {
  bucket = "example-brochures"
  policy = "{\\"Statement\\":{\\"Effect\\":\\"Allow\\",\\"Principal\\":{\\"AWS\\":[\\"*\\"]},\\"Action\\":\\"s3:*\\",\\"Resource\\":\\"arn:aws:s3:::example-brochures\\",\\"Condition\\":{\\"IpAddress\\":{\\"aws:SourceIp\\":\\"0.0.0.0/0\\"}}}}"
}
`,
          at: '{\\"AWS\\":[\\"*\\"]}',
        },
      ],
      good: [
        {
          name: 'one account, a condition that narrows, and a refusal',
          source: `data "aws_iam_policy_document" "brochures" {
  statement {
    sid       = "Partner"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::example-brochures/*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
  }
  statement {
    sid       = "Office"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::example-brochures/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "IpAddress"
      variable = "aws:SourceIp"
      values   = ["198.51.100.0/24"]
    }
  }
  statement {
    sid       = "NoDelete"
    effect    = "Deny"
    actions   = ["s3:DeleteObject"]
    resources = ["arn:aws:s3:::example-brochures/*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

resource "aws_s3_bucket_policy" "brochures" {
  bucket = "example-brochures"
  policy = data.aws_iam_policy_document.brochures.json
}
`,
        },
      ],
      undecided: [
        {
          name: 'principal given by a variable without a value',
          source: `variable "reader" {
  type = string
}

resource "aws_s3_bucket_policy" "brochures" {
  bucket = "example-brochures"
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = var.reader }
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::example-brochures/*"
    }]
  })
}
`,
          at: 'var.reader',
        },
        {
          name: 'the whole policy given by a variable without a value',
          source: `variable "policy" {
  type = string
}

resource "aws_s3_bucket_policy" "brochures" {
  bucket = "example-brochures"
  policy = var.policy
}
`,
          at: 'var.policy',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'everyone may do everything, which only the access block limits',
          source: `Resources:
  Brochures:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration:
        RestrictPublicBuckets: true
  BrochuresPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Brochures
      PolicyDocument:
        Statement:
          - Sid: Everything
            Effect: Allow
            Principal:
              AWS: '*'
            Action: s3:*
            Resource: !Sub \${Brochures.Arn}/*
`,
          at: 'Principal',
        },
        {
          name: 'everyone but one user',
          source: `{
  "Resources": {
    "BrochuresPolicy": {
      "Type": "AWS::S3::BucketPolicy",
      "Properties": {
        "Bucket": "example-brochures",
        "PolicyDocument": {
          "Statement": {
            "Effect": "Allow",
            "NotPrincipal": { "AWS": "arn:aws:iam::111122223333:user/intern" },
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::example-brochures/*"
          }
        }
      }
    }
  }
}
`,
          at: '"NotPrincipal"',
        },
      ],
      good: [
        {
          name: 'the account itself, and everyone through one endpoint',
          source: `Parameters:
  Endpoint:
    Type: String
Resources:
  BrochuresPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-brochures
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal:
              AWS: !Sub arn:aws:iam::\${AWS::AccountId}:root
            Action: s3:*
            Resource: arn:aws:s3:::example-brochures/*
          - Effect: Allow
            Principal: '*'
            Action: s3:GetObject
            Resource: arn:aws:s3:::example-brochures/*
            Condition:
              StringEquals:
                aws:SourceVpce: !Ref Endpoint
`,
        },
      ],
      undecided: [
        {
          name: 'range of addresses given by a parameter without a default',
          source: `Parameters:
  Office:
    Type: String
Resources:
  BrochuresPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-brochures
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: '*'
            Action: s3:GetObject
            Resource: arn:aws:s3:::example-brochures/*
            Condition:
              IpAddress:
                aws:SourceIp: !Ref Office
`,
          at: '!Ref Office',
        },
      ],
    },
  },
});

function called(statement: Value): string {
  const sid = asString(at(statement, 'Sid'));
  return sid === undefined || sid === '' ? 'a statement of the bucket policy' : `statement ${JSON.stringify(sid)} of the bucket policy`;
}
