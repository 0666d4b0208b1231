import { OWNERSHIP } from './bucket.ts';
import { bucketSettingRule } from './setting.ts';

/**
 * Severity: S3.12 of AWS Foundational Security Best Practices. Since April 2023 S3 turns ACLs off in new buckets where
 * nothing is declared, so what is missing is right; an ACL that is declared is judged by the rules about ACLs.
 */
export const rule = bucketSettingRule({
  id: 'aws-s3-acls-disabled',
  title: 'S3 bucket must have its ACLs turned off',
  severity: 'MEDIUM',
  topics: ['s3-acls-disabled'],
  aspect: OWNERSHIP,
  settings: {
    own: { path: ['rule', 'object_ownership'], oneOf: ['BucketOwnerEnforced'] },
    OwnershipControls: { path: ['Rules', 0, 'ObjectOwnership'], oneOf: ['BucketOwnerEnforced'] },
  },
  name: 'object ownership',
  // Accounts that are let in by an ACL are shut out.
  safety: 'needs-review',
  commands: (bucket) => [
    ['aws', 's3api', 'get-bucket-ownership-controls', `--bucket=${bucket}`],
    [
      'aws',
      's3api',
      'put-bucket-ownership-controls',
      `--bucket=${bucket}`,
      '--ownership-controls=Rules=[{ObjectOwnership=BucketOwnerEnforced}]',
    ],
  ],
  why: 'With ACLs, each object may be opened to others by whoever uploads it, and who has access cannot be told from the policy.',
  remedy: [
    'Find out who is let in by an ACL, and let them in by the bucket policy.',
    'Set object_ownership (ObjectOwnership in CloudFormation) to BucketOwnerEnforced, and remove the ACL of the bucket.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-12',
  ],
  controls: { fsbp: ['S3.12'], nist: ['AC-2(1)', 'AC-3', 'AC-6'] },
  equivalents: { checkov: ['CKV2_AWS_65'] },
  examples: {
    terraform: {
      bad: [
        {
          name: 'left on',
          source: `resource "aws_s3_bucket" "uploads" {
  bucket = "example-uploads"
}

resource "aws_s3_bucket_ownership_controls" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}
`,
          at: '"BucketOwnerPreferred"',
          fixed: `resource "aws_s3_bucket" "uploads" {
  bucket = "example-uploads"
}

resource "aws_s3_bucket_ownership_controls" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}
`,
        },
        {
          name: 'a boolean where a word belongs',
          source: `resource "aws_s3_bucket_ownership_controls" "uploads" {
  bucket = "example-uploads"

  rule {
    object_ownership = true
  }
}
`,
          at: 'true',
          fixed: `resource "aws_s3_bucket_ownership_controls" "uploads" {
  bucket = "example-uploads"

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}
`,
        },
        {
          name: 'left out of the rule',
          source: `resource "aws_s3_bucket_ownership_controls" "uploads" {
  bucket = "example-uploads"

  rule {
  }
}
`,
          at: 'rule',
          fixed: `resource "aws_s3_bucket_ownership_controls" "uploads" {
  bucket = "example-uploads"

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}
`,
        },
      ],
      good: [
        {
          name: 'turned off, or left to S3',
          source: `resource "aws_s3_bucket" "uploads" {
  bucket = "example-uploads"
}

resource "aws_s3_bucket_ownership_controls" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket" "downloads" {
  bucket = "example-downloads"
}
`,
        },
      ],
      undecided: [
        {
          name: 'set by a variable without a value',
          source: `variable "ownership" {
  type = string
}

resource "aws_s3_bucket_ownership_controls" "uploads" {
  bucket = "example-uploads"

  rule {
    object_ownership = var.ownership
  }
}
`,
          at: 'var.ownership',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'left on',
          source: `Resources:
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      OwnershipControls:
        Rules:
          - ObjectOwnership: ObjectWriter
`,
          at: 'ObjectWriter',
          fixed: `Resources:
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      OwnershipControls:
        Rules:
          - ObjectOwnership: BucketOwnerEnforced
`,
        },
      ],
      good: [
        {
          name: 'turned off, or left to S3',
          source: `Resources:
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      OwnershipControls:
        Rules:
          - ObjectOwnership: BucketOwnerEnforced
  Downloads:
    Type: AWS::S3::Bucket
`,
        },
      ],
      undecided: [
        {
          name: 'set by a parameter without a default',
          source: `Parameters:
  Ownership:
    Type: String
Resources:
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      OwnershipControls:
        Rules:
          - ObjectOwnership: !Ref Ownership
`,
          at: '!Ref Ownership',
        },
      ],
    },
  },
});
