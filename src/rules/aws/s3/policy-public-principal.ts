import { and, hasEffect, isNarrowed, isTakenBack, namesEveryone, not } from '../policy.ts';
import { exposure } from './access-block.ts';
import { statementRule } from './policy-parts.ts';

/**
 * Severity: S3.2 and S3.3 of AWS Foundational Security Best Practices; lower where the public access block
 * holds the policy back. Public is what S3 takes for public, but for ARNs with wildcards inside one account,
 * which S3 counts as public and which let no stranger in, and for statements that a Deny of the same policy
 * takes back from all but certain callers. All but some callers are the matter of policy-not-principal.ts.
 */
export const rule = statementRule({
  id: 'aws-s3-policy-public-principal',
  title: 'S3 bucket policy must not let everyone in',
  severity: 'CRITICAL',
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
  controls: { fsbp: ['S3.2', 'S3.3'], nist: ['AC-3', 'AC-4', 'AC-6', 'AC-21', 'SC-7'] },
  equivalents: {
    checkov: ['CKV_AWS_70'],
    cfn_nag: ['F16'],
    guard: ['S3_BUCKET_PUBLIC_READ_PROHIBITED', 'S3_BUCKET_PUBLIC_WRITE_PROHIBITED'],
  },
  offends: (statement, { denials }) =>
    and(hasEffect(statement, 'Allow'), namesEveryone(statement), not(isNarrowed(statement)), not(isTakenBack(statement, denials))),
  does: 'lets everyone in',
  besides: ', and no condition narrows that',
  required: 'it must name who is let in',
  element: 'Principal',
  exposure: (_, instance) => exposure(instance, 'policy'),
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
        {
          name: 'from a range too wide to be a place',
          source: `resource "aws_s3_bucket_policy" "brochures" {
  bucket = "example-brochures"
  policy = jsonencode({
    Statement = {
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::example-brochures/*"
      Condition = { IpAddress = { "aws:SourceIp" = "16.0.0.0/7" } }
    }
  })
}
`,
          at: '"*"',
        },
        {
          name: 'from an IPv6 range too wide to be a place',
          source: `resource "aws_s3_bucket_policy" "brochures" {
  bucket = "example-brochures"
  policy = jsonencode({
    Statement = {
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::example-brochures/*"
      Condition = { IpAddress = { "aws:SourceIp" = "2000::/31" } }
    }
  })
}
`,
          at: '"*"',
        },
        {
          name: 'from any address within a VPC',
          source: `resource "aws_s3_bucket_policy" "brochures" {
  bucket = "example-brochures"
  policy = jsonencode({
    Statement = {
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::example-brochures/*"
      Condition = { IpAddress = { "aws:VpcSourceIp" = "0.0.0.0/0" } }
    }
  })
}
`,
          at: '"*"',
        },
        {
          name: 'for services of AWS and for those who are none',
          source: `resource "aws_s3_bucket_policy" "brochures" {
  bucket = "example-brochures"
  policy = jsonencode({
    Statement = {
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::example-brochures/*"
      Condition = { Bool = { "aws:PrincipalIsAWSService" = ["true", "false"] } }
    }
  })
}
`,
          at: '"*"',
        },
      ],
      good: [
        {
          name: 'everyone under conditions that fix who calls or from where',
          source: `resource "aws_s3_bucket_policy" "brochures" {
  bucket = "example-brochures"
  policy = jsonencode({
    Statement = concat(
      [for key in [
        "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:SourceAccount",
        "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceOwner", "aws:SourceVpc", "aws:SourceVpcArn",
        "aws:SourceVpce", "aws:userid", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths",
        "s3:DataAccessPointAccount", "s3:DataAccessPointArn",
        ] : {
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource  = "arn:aws:s3:::example-brochures/*"
        Condition = { StringEquals = { (key) = "111122223333" } }
      }],
      [for operator in ["ArnEquals", "ArnLike", "StringEqualsIgnoreCase", "StringLike"] : {
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource  = "arn:aws:s3:::example-brochures/*"
        Condition = { (operator) = { "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/Reader" } }
      }],
      [for range in ["10.0.0.0/8", "2001:db8::/32"] : {
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource  = "arn:aws:s3:::example-brochures/*"
        Condition = { IpAddress = { "aws:VpcSourceIp" = range } }
      }],
      [{
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource  = "arn:aws:s3:::example-brochures/*"
        Condition = { Bool = { "aws:PrincipalIsAWSService" = "true" } }
      }],
    )
  })
}
`,
        },
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
          name: 'a refusal that takes back something else',
          source: `{
  "Resources": {
    "BrochuresPolicy": {
      "Type": "AWS::S3::BucketPolicy",
      "Properties": {
        "Bucket": "example-brochures",
        "PolicyDocument": {
          "Statement": [
            {
              "Effect": "Allow",
              "Principal": { "AWS": "*" },
              "Action": "s3:GetObject",
              "Resource": "arn:aws:s3:::example-brochures/*"
            },
            {
              "Effect": "Deny",
              "Principal": "*",
              "Action": "s3:PutObject",
              "Resource": "arn:aws:s3:::example-brochures/*",
              "Condition": { "StringNotEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }
            }
          ]
        }
      }
    }
  }
}
`,
          at: '"Principal"',
        },
      ],
      good: [
        {
          name: 'everyone, but a refusal takes it back from all outside the organisation',
          source: `Resources:
  BrochuresPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: example-brochures
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: '*'
            Action: s3:Get*
            Resource: arn:aws:s3:::example-brochures/*
          - Effect: Deny
            Principal: '*'
            Action: s3:*
            Resource: arn:aws:s3:::example-brochures*
            Condition:
              StringNotEqualsIfExists:
                aws:PrincipalOrgID: o-a1b2c3d4e5
              BoolIfExists:
                aws:PrincipalIsAWSService: 'false'
`,
        },
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
