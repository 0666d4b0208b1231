import { and, excludesActions, hasEffect } from '../policy.ts';
import { statementRule } from './policy-parts.ts';

/** Severity: no control of AWS Foundational Security Best Practices and none from other checkers that rate; MEDIUM, as whom it serves is named. */
export const rule = statementRule({
  id: 'aws-s3-policy-not-action',
  title: 'S3 bucket policy must not allow all actions but those it names',
  severity: 'MEDIUM',
  topics: ['s3-policy-not-action'],
  why: 'Allow with NotAction gives every action that is not named, those that delete objects or change the policy included, and every action that S3 will have one day.',
  remedy: ['Name the actions that are needed as Action.', 'Keep some actions from a caller by a statement of its own with Effect Deny.'],
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html'],
  controls: { nist: ['AC-6'] },
  equivalents: { cfn_nag: ['W20'], guard: ['S3_BUCKET_POLICY_NO_ALLOW_PLUS_NOT_ACTION'] },
  offends: (statement) => and(hasEffect(statement, 'Allow'), excludesActions(statement)),
  does: 'allows every action but those that NotAction names',
  required: 'it must name the actions that are needed',
  element: 'NotAction',
  examples: {
    terraform: {
      bad: [
        {
          name: 'all but deleting',
          source: `resource "aws_s3_bucket" "drafts" {
  bucket = "example-drafts"
}

resource "aws_s3_bucket_policy" "drafts" {
  bucket = aws_s3_bucket.drafts.id
  policy = jsonencode({
    Statement = [{
      Sid       = "Editors"
      Effect    = "Allow"
      Principal = { AWS = "111122223333" }
      NotAction = "s3:DeleteBucket"
      Resource  = "\${aws_s3_bucket.drafts.arn}/*"
    }]
  })
}
`,
          at: '"s3:DeleteBucket"',
        },
      ],
      good: [
        {
          name: 'actions are named, and a refusal of all others',
          source: `resource "aws_s3_bucket_policy" "drafts" {
  bucket = "example-drafts"
  policy = jsonencode({
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "111122223333" }
        Action    = ["s3:GetObject", "s3:PutObject"]
        Resource  = "arn:aws:s3:::example-drafts/*"
      },
      {
        Effect    = "Deny"
        Principal = { AWS = "111122223333" }
        NotAction = ["s3:GetObject", "s3:PutObject"]
        Resource  = "arn:aws:s3:::example-drafts/*"
      }
    ]
  })
}
`,
        },
      ],
      undecided: [
        {
          name: 'effect given by a variable without a value',
          source: `variable "effect" {
  type = string
}

resource "aws_s3_bucket_policy" "drafts" {
  bucket = "example-drafts"
  policy = jsonencode({
    Statement = [{
      Effect    = var.effect
      Principal = { AWS = "111122223333" }
      NotAction = ["s3:DeleteBucket"]
      Resource  = "arn:aws:s3:::example-drafts/*"
    }]
  })
}
`,
          at: 'var.effect',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'all but deleting',
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
            NotAction:
              - s3:DeleteBucket
            Resource: !Sub \${Drafts.Arn}/*
`,
          at: 'NotAction',
        },
      ],
      good: [
        {
          name: 'a refusal of all others',
          source: `Resources:
  DraftsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-drafts
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: '*'
            NotAction: s3:GetObject
            Resource: arn:aws:s3:::example-drafts/*
`,
        },
      ],
      undecided: [
        {
          name: 'statement that another stack exports',
          source: `Resources:
  DraftsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-drafts
      PolicyDocument:
        Statement:
          - !ImportValue EditorsStatement
`,
          at: '!ImportValue EditorsStatement',
        },
      ],
    },
  },
});
