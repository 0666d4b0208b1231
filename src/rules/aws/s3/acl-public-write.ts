import { aclRule } from './acl.ts';

/** Severity: S3.3 of AWS Foundational Security Best Practices; lower where the public access block holds the ACL back. */
export const rule = aclRule({
  id: 'aws-s3-acl-public-write',
  title: 'S3 bucket ACL must not let everyone write',
  severity: 'CRITICAL',
  topics: ['s3-acl-public-write', 's3-acl-public'],
  group: 'AllUsers',
  permissions: ['WRITE', 'WRITE_ACP', 'FULL_CONTROL'],
  effect: 'lets everyone on the internet write',
  why: 'Anyone on the internet can put objects into the bucket, replace and delete them, or change who else has access.',
  remedy: [
    'Find out who relies on writing without signing in; give them a role, or presigned URLs.',
    'Set the ACL to private, or take the grant to the AllUsers group away.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-3',
  ],
  controls: { fsbp: ['S3.3'], nist: ['AC-3', 'AC-4', 'AC-6', 'AC-21', 'SC-7'] },
  equivalents: { checkov: ['CKV_AWS_57'], trivy: ['AWS-0092'], cfn_nag: ['F14'], guard: ['S3_BUCKET_PUBLIC_WRITE_PROHIBITED'] },
  examples: {
    terraform: {
      bad: [
        ...['WRITE_ACP', 'FULL_CONTROL'].map((permission) => ({
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
          name: 'the access block only refuses it anew',
          source: `resource "aws_s3_bucket" "uploads" {
  bucket = "example-uploads"
}

resource "aws_s3_bucket_acl" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  acl    = "public-read-write"
}

resource "aws_s3_bucket_public_access_block" "uploads" {
  bucket                  = aws_s3_bucket.uploads.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = false
  restrict_public_buckets = true
}
`,
          at: '"public-read-write"',
          fixed: `resource "aws_s3_bucket" "uploads" {
  bucket = "example-uploads"
}

resource "aws_s3_bucket_acl" "uploads" {
  bucket = aws_s3_bucket.uploads.id
  acl    = "private"
}

resource "aws_s3_bucket_public_access_block" "uploads" {
  bucket                  = aws_s3_bucket.uploads.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = false
  restrict_public_buckets = true
}
`,
        },
        {
          name: 'a grant in the bucket, for which a person must choose',
          source: `resource "aws_s3_bucket" "dropbox" {
  bucket = "example-dropbox"

  grant {
    type        = "Group"
    permissions = ["READ", "WRITE"]
    uri         = "http://acs.amazonaws.com/groups/global/AllUsers"
  }
}
`,
          at: '"WRITE"',
        },
      ],
      good: [
        {
          name: 'everyone may read, but not write',
          source: `resource "aws_s3_bucket" "downloads" {
  bucket = "example-downloads"
  acl    = "public-read"
}
`,
        },
        {
          name: 'log delivery may write',
          source: `resource "aws_s3_bucket" "logs" {
  bucket = "example-logs"

  grant {
    type        = "Group"
    permissions = ["WRITE"]
    uri         = "http://acs.amazonaws.com/groups/s3/LogDelivery"
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'grantee not known',
          source: `variable "grantee" {
  type = string
}

resource "aws_s3_bucket" "dropbox" {
  bucket = "example-dropbox"

  grant {
    type        = "Group"
    permissions = ["WRITE"]
    uri         = var.grantee
  }
}
`,
          at: 'var.grantee',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'everyone may write',
          source: `Resources:
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: PublicReadWrite
      BucketName: example-uploads
`,
          at: 'PublicReadWrite',
          fixed: `Resources:
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: Private
      BucketName: example-uploads
`,
        },
      ],
      good: [
        {
          name: 'log delivery may write',
          source: `Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: LogDeliveryWrite
`,
        },
      ],
      undecided: [
        {
          name: 'list that another stack exports',
          source: `Resources:
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: !ImportValue UploadVisibility
`,
          at: '!ImportValue UploadVisibility',
        },
      ],
    },
  },
});
