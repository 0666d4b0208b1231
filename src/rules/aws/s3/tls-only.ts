import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { at } from '../../../domain/value.ts';
import { textOf } from '../../../domain/wording.ts';
import type { Answer } from '../policy.ts';
import { and, concernsEveryone, conditions, coversAction, hasEffect, isUnknown, or } from '../policy.ts';
import { allOrNull, POLICY, targets } from './bucket.ts';
import { denyingPolicy, placeOf, policyParts } from './policy-parts.ts';

const REQUIRED = 'a statement must deny s3:* to everyone when aws:SecureTransport is false';

/**
 * Severity: S3.5 of AWS Foundational Security Best Practices. Which objects the statement names is not judged.
 * A bucket without a policy gets one; to an existing policy a person must add the statement.
 */
export const rule = defineRule({
  id: 'aws-s3-tls-only',
  title: 'S3 bucket policy must deny requests without TLS',
  severity: 'MEDIUM',
  targets: targets(POLICY),
  topics: ['s3-ssl-requests-only'],
  why: 'S3 also answers over plain HTTP, where anyone on the way can read and change what is sent, signed requests included.',
  remedy: [
    'Make sure that no client uses http:// to reach the bucket.',
    'Add a statement to the bucket policy that denies s3:* on the bucket and its objects to Principal * when aws:SecureTransport is false.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-5',
  ],
  controls: { fsbp: ['S3.5'], cis: ['2.1.1'], nist: ['AC-17(2)', 'SC-8', 'SC-13', 'SC-23'], pci: ['4.2.1'] },
  equivalents: { checkov: ['CKV_AWS_379'], guard: ['S3_BUCKET_SSL_REQUESTS_ONLY'] },
  *check(instance) {
    for (const found of policyParts(instance)) {
      const { policy } = found;
      const answer = or(...found.statements.map(deniesPlainHttp));
      if (isUnknown(answer)) {
        yield {
          outcome: 'undecided',
          message: `whether the bucket policy denies requests without TLS is not known: ${answer.reason}; ${REQUIRED}.`,
          span: placeOf(answer, found),
        };
      } else if (!answer) {
        const missing = policy.state === 'absent';
        yield {
          outcome: 'fail',
          message: `${missing ? 'no bucket policy is declared' : 'the bucket policy lets requests without TLS through'}; ${REQUIRED}.`,
          span: policy.span,
        };
      }
    }
  },
  fix: {
    safety: 'needs-review',
    changes: (instance) => allOrNull(policyParts(instance).map(denyingPolicy)),
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'no policy',
          source: `resource "aws_s3_bucket" "claims" {
  bucket = "example-claims"
}
`,
          at: 'resource "aws_s3_bucket" "claims"',
          fixed: `resource "aws_s3_bucket" "claims" {
  bucket = "example-claims"
}

resource "aws_s3_bucket_policy" "claims" {
  bucket = aws_s3_bucket.claims.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyWithoutTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.claims.arn, "\${aws_s3_bucket.claims.arn}/*"]
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      }
    ]
  })
}
`,
        },
        {
          name: 'a statement that asks for the opposite',
          source: `resource "aws_s3_bucket_policy" "claims" {
  bucket = "example-claims"
  policy = jsonencode({
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = "arn:aws:s3:::example-claims/*"
      Condition = { Bool = { "aws:SecureTransport" = "true" } }
    }]
  })
}
`,
          at: `jsonencode({
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = "arn:aws:s3:::example-claims/*"
      Condition = { Bool = { "aws:SecureTransport" = "true" } }
    }]
  })`,
        },
      ],
      good: [
        {
          name: 'denied to everyone',
          source: `resource "aws_s3_bucket" "claims" {
  bucket = "example-claims"
}

resource "aws_s3_bucket_policy" "claims" {
  bucket = aws_s3_bucket.claims.id
  policy = jsonencode({
    Statement = [{
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = ["s3:*"]
      Resource  = [aws_s3_bucket.claims.arn, "\${aws_s3_bucket.claims.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = false } }
    }]
  })
}
`,
        },
      ],
      undecided: [
        {
          name: 'policy given by a variable without a value',
          source: `variable "policy" {
  type = string
}

resource "aws_s3_bucket" "claims" {
  bucket = "example-claims"
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
          name: 'no policy',
          source: `Resources:
  Claims:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: example-claims
`,
          at: 'Claims',
          fixed: `Resources:
  Claims:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: example-claims
  ClaimsBucketPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Claims
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: DenyWithoutTls
            Effect: Deny
            Principal: '*'
            Action: s3:*
            Resource:
              - !GetAtt Claims.Arn
              - !Sub \${Claims.Arn}/*
            Condition:
              Bool:
                aws:SecureTransport: 'false'
`,
        },
        {
          name: 'denied for some actions only',
          source: `Resources:
  ClaimsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-claims
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: '*'
            Action: s3:Get*
            Resource: arn:aws:s3:::example-claims/*
            Condition:
              Bool:
                aws:SecureTransport: false
`,
          at: 'PolicyDocument',
        },
      ],
      good: [
        {
          name: 'denied to everyone, in capitals',
          source: `Resources:
  ClaimsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-claims
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: '*'
            Action: '*'
            Resource: arn:aws:s3:::example-claims/*
            Condition:
              BoolIfExists:
                AWS:SecureTransport: 'False'
`,
        },

        {
          name: 'denied to everyone',
          source: `Resources:
  Claims:
    Type: AWS::S3::Bucket
  ClaimsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Claims
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: '*'
            Action: s3:*
            Resource: !Sub \${Claims.Arn}/*
            Condition:
              Bool:
                aws:SecureTransport: false
`,
        },
      ],
      undecided: [
        {
          name: 'condition given by a parameter without a default',
          source: `Parameters:
  Plain:
    Type: String
Resources:
  ClaimsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-claims
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: '*'
            Action: s3:*
            Resource: arn:aws:s3:::example-claims/*
            Condition:
              Bool:
                aws:SecureTransport: !Ref Plain
`,
          at: '!Ref Plain',
        },

        {
          name: 'effect given by a parameter without a default',
          source: `Parameters:
  Effect:
    Type: String
Resources:
  ClaimsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-claims
      PolicyDocument:
        Statement:
          - Effect: !Ref Effect
            Principal: '*'
            Action: s3:*
            Resource: arn:aws:s3:::example-claims/*
            Condition:
              Bool:
                aws:SecureTransport: false
`,
          at: '!Ref Effect',
        },
      ],
    },
  },
});

/** Only the one condition may be there, and no exception: any other would let some requests without TLS through. */
function deniesPlainHttp(statement: Value): Answer {
  if (statement.state === 'unknown') return statement;
  if (at(statement, 'NotPrincipal').state !== 'absent') return false;
  const found = conditions(statement);
  if ('state' in found) return and(hasEffect(statement, 'Deny'), found);
  const [only, ...others] = found;
  const plain =
    only !== undefined && others.length === 0 && /^bool(?:ifexists)?$/u.test(only.operator) && only.key === 'aws:securetransport';
  if (!plain) return false;
  return and(hasEffect(statement, 'Deny'), concernsEveryone(statement), coversAction(statement, 's3:*'), or(...only.values.map(isFalse)));
}

function isFalse(value: Value): Answer {
  return value.state === 'unknown' ? value : textOf(value)?.toLowerCase() === 'false';
}
