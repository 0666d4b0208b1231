import type { Instance } from '../../../domain/resource.ts';
import type { Value } from '../../../domain/value.ts';
import { at } from '../../../domain/value.ts';
import { and, concernsEveryone, coversAction, hasEffect, isNarrowed, isTakenBack, not } from '../policy.ts';
import type { Exposure } from './access-block.ts';
import { exposure } from './access-block.ts';
import { policyParts, statementRule } from './policy-parts.ts';

/**
 * Severity: as bad as the public that it lets in; with callers that are named or narrowed MEDIUM, as they get more
 * than they need. S3.6 of AWS Foundational Security Best Practices (High) asks for less: that other accounts get no
 * action that changes the bucket's settings. What is allowed by exception is the matter of policy-not-action.ts.
 */
export const rule = statementRule({
  id: 'aws-s3-policy-wildcard-action',
  title: 'S3 bucket policy must not allow every action',
  severity: 'MEDIUM',
  topics: ['s3-policy-wildcard-action'],
  why: 'Whoever is let in may not only read and write: they may delete every version, change the policy, and turn off encryption and logging.',
  remedy: ['Name the actions that are needed, such as s3:GetObject, s3:PutObject and s3:ListBucket, as Action.'],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-6',
  ],
  controls: { fsbp: ['S3.6'], nist: ['AC-6', 'CA-9(1)', 'CM-2'] },
  equivalents: { cfn_nag: ['F15'] },
  offends: (statement) =>
    and(hasEffect(statement, 'Allow'), at(statement, 'NotAction').state === 'absent', coversAction(statement, 's3:*')),
  does: 'allows every action of S3',
  required: 'it must name the actions that are needed',
  element: 'Action',
  exposure: publicly,
  examples: {
    terraform: {
      bad: [
        {
          name: 'every action for one account, in a document',
          source: `data "aws_iam_policy_document" "drafts" {
  statement {
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::example-drafts/*"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
}

resource "aws_s3_bucket_policy" "drafts" {
  bucket = "example-drafts"
  policy = data.aws_iam_policy_document.drafts.json
}
`,
          at: 'data.aws_iam_policy_document.drafts.json',
        },
        {
          name: 'every action of every service, among others, for everyone',
          source: `resource "aws_s3_bucket" "drafts" {
  bucket = "example-drafts"
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = ["s3:GetObject", "*"]
      Resource  = "arn:aws:s3:::example-drafts/*"
    }]
  })
}
`,
          at: '["s3:GetObject", "*"]',
        },
      ],
      good: [
        {
          name: 'some actions, and a refusal of all',
          source: `resource "aws_s3_bucket_policy" "drafts" {
  bucket = "example-drafts"
  policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "111122223333" }
        Action    = ["s3:Get*", "s3:ListBucket"]
        Resource  = "*"
      },
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = "*"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }
    ]
  })
}
`,
        },
      ],
      undecided: [
        {
          name: 'actions given by a variable without a value',
          source: `variable "actions" {
  type = list(string)
}

resource "aws_s3_bucket_policy" "drafts" {
  bucket = "example-drafts"
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "111122223333" }
      Action    = var.actions
      Resource  = "arn:aws:s3:::example-drafts/*"
    }]
  })
}
`,
          at: 'var.actions',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'every action for one account',
          source: `Resources:
  Drafts:
    Type: AWS::S3::Bucket
  DraftsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Drafts
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal:
              AWS: '111122223333'
            Action: s3:*
            Resource: !Sub \${Drafts.Arn}/*
`,
          at: 's3:*',
        },
      ],
      good: [
        {
          name: 'actions are named',
          source: `Resources:
  DraftsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-drafts
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal:
              AWS: '111122223333'
            Action: [s3:GetObject, s3:PutObject]
            Resource: arn:aws:s3:::example-drafts/*
`,
        },
      ],
      undecided: [
        {
          name: 'actions given by a parameter without a default',
          source: `Parameters:
  Actions:
    Type: CommaDelimitedList
Resources:
  DraftsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-drafts
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal:
              AWS: '111122223333'
            Action: !Ref Actions
            Resource: arn:aws:s3:::example-drafts/*
`,
          at: '!Ref Actions',
        },
      ],
    },
  },
});

function publicly(statement: Value, instance: Instance): Exposure {
  const denied = policyParts(instance).flatMap(({ denials }) => denials);
  const everyone = and(concernsEveryone(statement), not(isNarrowed(statement)), not(isTakenBack(statement, denied)));
  return everyone === true ? exposure(instance, 'policy') : { severity: 'MEDIUM', clause: '' };
}
