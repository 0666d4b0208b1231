import { aclRule } from './acl.ts';

/** Severity: S3.2 of AWS Foundational Security Best Practices; lower where the public access block holds the ACL back. */
export const rule = aclRule({
  id: 'aws-s3-acl-public-read',
  title: 'S3 bucket ACL must not let everyone read',
  severity: 'CRITICAL',
  topics: ['s3-acl-public-read', 's3-acl-public'],
  group: 'AllUsers',
  permissions: ['READ', 'READ_ACP', 'FULL_CONTROL'],
  effect: 'lets everyone on the internet read',
  why: 'Anyone on the internet can list what the bucket holds, which tells names and sizes and leads to the objects themselves.',
  remedy: [
    'Find out who relies on reading the bucket without signing in; give them access by a bucket policy, or serve it through CloudFront.',
    'Set the ACL to private, or take the grant to the AllUsers group away.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-2',
  ],
  controls: { fsbp: ['S3.2'], nist: ['AC-3', 'AC-4', 'AC-6', 'AC-21', 'SC-7'] },
  equivalents: { checkov: ['CKV_AWS_20'], trivy: ['AWS-0092'], cfn_nag: ['W31'], guard: ['S3_BUCKET_PUBLIC_READ_PROHIBITED'] },
  examples: {
    terraform: {
      bad: [
        ...['FULL_CONTROL'].map((permission) => ({
          name: `a grant of ${permission}`,
          source: `resource "aws_s3_bucket" "shared" {
  bucket = "example-shared"

  grant {
    type        = "Group"
    permissions = ["${permission}"]
    uri         = "http://acs.amazonaws.com/groups/global/AllUsers"
  }
}
`,
          at: `"${permission}"`,
        })),

        {
          name: 'ready-made list in a resource of its own',
          source: `resource "aws_s3_bucket" "downloads" {
  bucket = "example-downloads"
}

resource "aws_s3_bucket_acl" "downloads" {
  bucket = aws_s3_bucket.downloads.id
  acl    = "public-read"
}
`,
          at: '"public-read"',
          fixed: `resource "aws_s3_bucket" "downloads" {
  bucket = "example-downloads"
}

resource "aws_s3_bucket_acl" "downloads" {
  bucket = aws_s3_bucket.downloads.id
  acl    = "private"
}
`,
        },
        {
          name: 'written in the bucket, through a local value',
          source: `locals {
  visibility = "public-read-write"
}

resource "aws_s3_bucket" "uploads" {
  bucket = "example-uploads"
  acl    = local.visibility # shared with the website
}
`,
          at: 'local.visibility',
          fixed: `locals {
  visibility = "public-read-write"
}

resource "aws_s3_bucket" "uploads" {
  bucket = "example-uploads"
  acl    = "private" # shared with the website
}
`,
        },
        {
          name: 'a grant among others, for which a person must choose',
          source: `resource "aws_s3_bucket" "reports" {
  bucket = "example-reports"
}

resource "aws_s3_bucket_acl" "reports" {
  bucket = aws_s3_bucket.reports.id

  access_control_policy {
    grant {
      permission = "FULL_CONTROL"
      grantee {
        type = "CanonicalUser"
        id   = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
      }
    }
    grant {
      permission = "READ_ACP"
      grantee {
        type = "Group"
        uri  = "http://acs.amazonaws.com/groups/global/AllUsers"
      }
    }
    owner {
      id = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
    }
  }
}
`,
          at: '"READ_ACP"',
        },
      ],
      good: [
        {
          name: 'private, and no list for another bucket',
          source: `resource "aws_s3_bucket" "downloads" {
  bucket = "example-downloads"
}

resource "aws_s3_bucket_acl" "downloads" {
  bucket = aws_s3_bucket.downloads.id
  acl    = "private"
}

resource "aws_s3_bucket" "internal" {
  bucket = "example-internal"
}
`,
        },
      ],
      undecided: [
        {
          name: 'list chosen by a variable without a value',
          source: `variable "acl" {
  type = string
}

resource "aws_s3_bucket" "downloads" {
  bucket = "example-downloads"
}

resource "aws_s3_bucket_acl" "downloads" {
  bucket = aws_s3_bucket.downloads.id
  acl    = var.acl
}
`,
          at: 'var.acl',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'everyone may read',
          source: `Resources:
  Downloads:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: PublicRead
`,
          at: 'PublicRead',
          fixed: `Resources:
  Downloads:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: Private
`,
        },
        {
          name: 'everyone may read, by a default, in JSON',
          source: `{
  "Parameters": {
    "Visibility": { "Type": "String", "Default": "PublicReadWrite" }
  },
  "Resources": {
    "Uploads": {
      "Type": "AWS::S3::Bucket",
      "Properties": {
        "AccessControl": { "Ref": "Visibility" }
      }
    }
  }
}
`,
          at: '{ "Ref": "Visibility" }',
          fixed: `{
  "Parameters": {
    "Visibility": { "Type": "String", "Default": "PublicReadWrite" }
  },
  "Resources": {
    "Uploads": {
      "Type": "AWS::S3::Bucket",
      "Properties": {
        "AccessControl": "Private"
      }
    }
  }
}
`,
        },
      ],
      good: [
        {
          name: 'no list at all',
          source: `Resources:
  Downloads:
    Type: AWS::S3::Bucket
`,
        },
      ],
      undecided: [
        {
          name: 'list chosen by a parameter without a default',
          source: `Parameters:
  Visibility:
    Type: String
Resources:
  Downloads:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: !Ref Visibility
`,
          at: '!Ref Visibility',
        },
      ],
    },
  },
});
