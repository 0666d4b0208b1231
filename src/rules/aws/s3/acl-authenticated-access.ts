import { aclRule } from './acl.ts';

/** Severity: S3.2 and S3.3 of AWS Foundational Security Best Practices, which count this group as the public. */
export const rule = aclRule({
  id: 'aws-s3-acl-authenticated-access',
  title: 'S3 bucket ACL must not let in everyone who has an AWS account',
  severity: 'CRITICAL',
  topics: ['s3-acl-authenticated-read', 's3-acl-public'],
  group: 'AuthenticatedUsers',
  permissions: ['READ', 'READ_ACP', 'WRITE', 'WRITE_ACP', 'FULL_CONTROL'],
  effect: 'lets in everyone who has any AWS account',
  why: 'AuthenticatedUsers are not the users of your account: anyone can open an AWS account and is then one of them.',
  remedy: [
    'Find out which accounts need access, and name them in a bucket policy.',
    'Set the ACL to private, or take the grant to the AuthenticatedUsers group away.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#specifying-grantee-predefined-groups',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-2',
  ],
  controls: { fsbp: ['S3.2', 'S3.3'], nist: ['AC-3', 'AC-4', 'AC-6', 'AC-21', 'SC-7'] },
  equivalents: { checkov: ['CKV2_AWS_43'] },
  examples: {
    terraform: {
      bad: [
        ...['READ_ACP', 'WRITE', 'WRITE_ACP'].map((permission) => ({
          name: `a grant of ${permission}`,
          source: `resource "aws_s3_bucket" "shared" {
  bucket = "example-shared"

  grant {
    type        = "Group"
    permissions = ["${permission}"]
    uri         = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
  }
}
`,
          at: `"${permission}"`,
        })),

        {
          name: 'ready-made list of each of several buckets',
          source: `resource "aws_s3_bucket" "partner" {
  for_each = toset(["north", "south"])
  bucket   = "example-partner-\${each.key}"
}

resource "aws_s3_bucket_acl" "partner" {
  for_each = aws_s3_bucket.partner
  bucket   = each.value.id
  acl      = "authenticated-read"
}
`,
          at: '"authenticated-read"',
          fixed: `resource "aws_s3_bucket" "partner" {
  for_each = toset(["north", "south"])
  bucket   = "example-partner-\${each.key}"
}

resource "aws_s3_bucket_acl" "partner" {
  for_each = aws_s3_bucket.partner
  bucket   = each.value.id
  acl      = "private"
}
`,
        },
        {
          name: 'a grant, for which a person must choose',
          source: `resource "aws_s3_bucket" "partner" {
  bucket = "example-partner"

  grant {
    type        = "Group"
    permissions = ["FULL_CONTROL"]
    uri         = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
  }
}
`,
          at: '"FULL_CONTROL"',
        },
      ],
      good: [
        {
          name: 'one user is named',
          source: `resource "aws_s3_bucket" "partner" {
  bucket = "example-partner"

  grant {
    id          = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
    type        = "CanonicalUser"
    permissions = ["FULL_CONTROL"]
  }
}
`,
        },
      ],
      undecided: [
        {
          name: 'permissions not known',
          source: `variable "rights" {
  type = list(string)
}

resource "aws_s3_bucket" "partner" {
  bucket = "example-partner"

  grant {
    type        = "Group"
    permissions = var.rights
    uri         = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
  }
}
`,
          at: 'var.rights',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'every AWS account may read',
          source: `Resources:
  Partner:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: AuthenticatedRead
`,
          at: 'AuthenticatedRead',
          fixed: `Resources:
  Partner:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: Private
`,
        },
      ],
      good: [
        {
          name: 'the owner of the bucket may read',
          source: `Resources:
  Partner:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: BucketOwnerRead
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
  Partner:
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
