import type { Value } from '../../../domain/value.ts';
import { asString, at } from '../../../domain/value.ts';
import type { Answer } from '../policy.ts';
import { and, conditions, coversAction, hasEffect, namesEveryone, not, or, several } from '../policy.ts';
import { statementRule } from './policy-parts.ts';

/**
 * Severity: no control of AWS Foundational Security Best Practices and none from other checkers that rate; HIGH, as the
 * bucket is out of reach until the root user of the account signs in. A refusal under a condition, of other actions, of
 * some objects only, or for all but some callers leaves somebody who can put it right.
 */
export const rule = statementRule({
  id: 'aws-s3-policy-lockout',
  title: 'S3 bucket policy must not lock everyone out but the root user',
  severity: 'HIGH',
  topics: ['s3-policy-lockout'],
  why: 'A refusal outweighs every permission, administrators included: nobody but the root user of the account can then change the policy again.',
  remedy: [
    'Add a condition that tells who is meant, such as StringNotEquals with aws:PrincipalArn and the ARN of the role that keeps the bucket.',
    'Where the bucket is to be closed, allow nothing instead of refusing everything.',
  ],
  references: ['https://repost.aws/knowledge-center/s3-accidentally-denied-access'],
  controls: { nist: ['AC-3'] },
  equivalents: { checkov: ['CKV_AWS_93'] },
  offends: (statement) =>
    and(
      hasEffect(statement, 'Deny'),
      namesEveryone(statement),
      coversAction(statement, 's3:PutBucketPolicy'),
      coversBucket(statement),
      isUnconditional(statement),
    ),
  does: 'denies everyone to change the policy again',
  besides: ', without a condition',
  required: 'it must leave somebody out',
  element: 'Principal',
  examples: {
    terraform: {
      bad: [
        {
          name: 'only changing the policy is denied',
          source: `resource "aws_s3_bucket" "vault" {
  bucket = "example-vault"
}

resource "aws_s3_bucket_policy" "vault" {
  bucket = aws_s3_bucket.vault.id
  policy = jsonencode({
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:PutBucketPolicy"]
      Resource  = aws_s3_bucket.vault.arn
    }]
  })
}
`,
          at: '"*"',
        },

        {
          name: 'everything is denied to everyone',
          source: `resource "aws_s3_bucket" "vault" {
  bucket = "example-vault"
}

resource "aws_s3_bucket_policy" "vault" {
  bucket = aws_s3_bucket.vault.id
  policy = jsonencode({
    Statement = [{
      Sid       = "Closed"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.vault.arn, "\${aws_s3_bucket.vault.arn}/*"]
    }]
  })
}
`,
          at: '{ AWS = "*" }',
        },
        {
          name: 'everything but some objects is denied, in the bucket itself',
          source: `resource "aws_s3_bucket" "vault" {
  bucket = "example-vault"
  policy = jsonencode({
    Statement = {
      Effect      = "Deny"
      Principal   = "*"
      NotAction   = "s3:GetObject"
      NotResource = "arn:aws:s3:::example-vault/public/*"
    }
  })
}
`,
          at: '"*"',
        },
        {
          name: 'every change of settings is denied, in the bucket itself',
          source: `resource "aws_s3_bucket" "vault" {
  bucket = "example-vault"
  policy = <<POLICY
{
  "Statement": {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:Put*",
    "Resource": "arn:aws:s3:::example-vault"
  }
}
POLICY
}
`,
          at: '"*"',
        },
      ],
      good: [
        {
          name: 'denied for the objects of a bucket that is declared here, and of one elsewhere in a path of its own',
          source: `resource "aws_s3_bucket" "vault" {
  bucket = "example-vault"
}

resource "aws_s3_bucket_policy" "vault" {
  bucket = aws_s3_bucket.vault.id
  policy = jsonencode({
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["\${aws_s3_bucket.vault.arn}/*", "arn:aws:s3:::example-vault/archive/*"]
    }]
  })
}
`,
        },

        {
          name: 'denied without TLS, to all but one role, for objects, and some actions',
          source: `resource "aws_s3_bucket_policy" "vault" {
  bucket = "example-vault"
  policy = jsonencode({
    Statement = [
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = "arn:aws:s3:::example-vault"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Effect       = "Deny"
        NotPrincipal = { AWS = "arn:aws:iam::111122223333:role/keeper" }
        Action       = "s3:*"
        Resource     = "arn:aws:s3:::example-vault"
      },
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = "arn:aws:s3:::example-vault/*"
      },
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:DeleteBucket"
        Resource  = "arn:aws:s3:::example-vault"
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
          source: `variable "denied" {
  type = list(string)
}

resource "aws_s3_bucket_policy" "vault" {
  bucket = "example-vault"
  policy = jsonencode({
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = var.denied
      Resource  = "arn:aws:s3:::example-vault"
    }]
  })
}
`,
          at: 'var.denied',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'everything is denied to everyone',
          source: `Resources:
  Vault:
    Type: AWS::S3::Bucket
  VaultPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Vault
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: '*'
            Action: '*'
            Resource: !GetAtt Vault.Arn
`,
          at: "'*'",
        },
      ],
      good: [
        {
          name: 'everything is denied to all but one role',
          source: `Resources:
  VaultPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-vault
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: '*'
            Action: s3:*
            Resource: arn:aws:s3:::example-vault
            Condition:
              ArnNotEquals:
                aws:PrincipalArn: arn:aws:iam::111122223333:role/keeper
`,
        },
      ],
      undecided: [
        {
          name: 'condition that another stack exports',
          source: `Resources:
  VaultPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-vault
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: '*'
            Action: s3:*
            Resource: arn:aws:s3:::example-vault
            Condition: !ImportValue Exceptions
`,
          at: '!ImportValue Exceptions',
        },
      ],
    },
  },
});

/** What names objects has a slash after the bucket's name; a name of which the end is not known is taken for the bucket's. */
function coversBucket(statement: Value): Answer {
  const covered = (each: Value): Answer => {
    if (each.state === 'unknown') return each.suffix === undefined || !each.suffix.includes('/');
    return !(asString(each) ?? '').replace(/^arn:[^/]*?:::/u, '').includes('/');
  };
  const except = several(at(statement, 'NotResource'));
  return except.length > 0 ? not(or(...except.map(covered))) : or(...several(at(statement, 'Resource')).map(covered));
}

function isUnconditional(statement: Value): Answer {
  const found = conditions(statement);
  return 'state' in found ? found : found.length === 0;
}
