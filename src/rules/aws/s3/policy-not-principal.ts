import { and, excludesPrincipals, hasEffect, isNarrowed, isTakenBack, not } from '../policy.ts';
import { exposure } from './access-block.ts';
import { statementRule } from './policy-parts.ts';

/**
 * Severity: S3.2 and S3.3 of AWS Foundational Security Best Practices, as the world is let in: who calls without
 * signing in is none of those named. Lower where the public access block holds the policy back.
 */
export const rule = statementRule({
  id: 'aws-s3-policy-not-principal',
  title: 'S3 bucket policy must not allow all but those it names',
  severity: 'CRITICAL',
  topics: ['s3-policy-not-principal', 's3-policy-public-principal'],
  why: 'Allow with NotPrincipal lets in everyone on the internet except the few that are named, and each of those may come back under another name.',
  remedy: [
    'Name the accounts, roles or services that need access as Principal.',
    'Keep a few out by a statement of its own with Effect Deny and their names as Principal.',
  ],
  references: [
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-2',
  ],
  controls: { fsbp: ['S3.2', 'S3.3'], nist: ['AC-3', 'AC-4', 'AC-6', 'AC-21', 'SC-7'] },
  equivalents: { cfn_nag: ['F9'] },
  offends: (statement, { denials }) =>
    and(hasEffect(statement, 'Allow'), excludesPrincipals(statement), not(isNarrowed(statement)), not(isTakenBack(statement, denials))),
  does: 'lets everyone in but the few that NotPrincipal names',
  besides: ', and no condition narrows that',
  required: 'it must name who is let in',
  element: 'NotPrincipal',
  exposure: (_, instance) => exposure(instance, 'policy'),
  examples: {
    terraform: {
      bad: [
        {
          name: 'everyone but one user',
          source: `data "aws_iam_policy_document" "brochures" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::example-brochures/*"]
    not_principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:user/intern"]
    }
  }
}

resource "aws_s3_bucket_policy" "brochures" {
  bucket = "example-brochures"
  policy = data.aws_iam_policy_document.brochures.json
}
`,
          at: 'data.aws_iam_policy_document.brochures.json',
        },
        {
          name: 'everyone but one account, in the bucket itself',
          source: `resource "aws_s3_bucket" "brochures" {
  bucket = "example-brochures"
  policy = <<POLICY
{
  "Statement": [{
    "Effect": "Allow",
    "NotPrincipal": { "AWS": "111122223333" },
    "Action": "s3:*",
    "Resource": "arn:aws:s3:::example-brochures"
  }]
}
POLICY
}
`,
          at: '{ "AWS": "111122223333" }',
        },
      ],
      good: [
        {
          name: 'a refusal for all but one user',
          source: `resource "aws_s3_bucket_policy" "brochures" {
  bucket = "example-brochures"
  policy = jsonencode({
    Statement = [{
      Effect       = "Deny"
      NotPrincipal = { AWS = "arn:aws:iam::111122223333:user/editor" }
      Action       = "s3:PutObject"
      Resource     = "arn:aws:s3:::example-brochures/*"
    }]
  })
}
`,
        },
        {
          name: 'inside one organisation',
          source: `resource "aws_s3_bucket_policy" "brochures" {
  bucket = "example-brochures"
  policy = jsonencode({
    Statement = [{
      Effect       = "Allow"
      NotPrincipal = { AWS = "arn:aws:iam::111122223333:user/intern" }
      Action       = "s3:GetObject"
      Resource     = "arn:aws:s3:::example-brochures/*"
      Condition    = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
    }]
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

resource "aws_s3_bucket_policy" "brochures" {
  bucket = "example-brochures"
  policy = jsonencode({
    Statement = [{
      Effect       = var.effect
      NotPrincipal = { AWS = "arn:aws:iam::111122223333:user/intern" }
      Action       = "s3:GetObject"
      Resource     = "arn:aws:s3:::example-brochures/*"
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
          name: 'everyone but one user',
          source: `{
  "Resources": {
    "Brochures": { "Type": "AWS::S3::Bucket" },
    "BrochuresPolicy": {
      "Type": "AWS::S3::BucketPolicy",
      "Properties": {
        "Bucket": { "Ref": "Brochures" },
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
          name: 'a user is named',
          source: `Resources:
  BrochuresPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-brochures
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal:
              AWS: arn:aws:iam::111122223333:user/editor
            Action: s3:GetObject
            Resource: arn:aws:s3:::example-brochures/*
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
            NotPrincipal:
              AWS: arn:aws:iam::111122223333:user/intern
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
