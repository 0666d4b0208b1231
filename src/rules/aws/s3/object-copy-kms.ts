import { objectKeyRule } from './object.ts';

/**
 * Severity: no control of AWS Foundational Security Best Practices; LOW, as S3 encrypts every object with keys of its own.
 * A copy is encrypted as the bucket that it is put in says, and not as what it is a copy of. A key that is sent along
 * with each request (customer_key) is one of the customer's too.
 */
export const rule = objectKeyRule({
  id: 'aws-s3-object-copy-kms',
  title: 'Copy of an S3 object must be encrypted with a KMS key of yours',
  severity: 'LOW',
  types: ['aws_s3_object_copy'],
  otherKey: 'customer_key',
  topics: ['s3-object-copy-kms'],
  why: 'An object that a key of yours protects is copied to a place where it is protected by keys that AWS keeps only.',
  remedy: [
    'Choose a KMS key whose policy lets in those who read the copy.',
    'Set kms_key_id of the copy to its ARN, or make it the default of the bucket in aws_s3_bucket_server_side_encryption_configuration.',
  ],
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html'],
  controls: { nist: ['SC-28'] },
  equivalents: { checkov: ['CKV_AWS_181'] },
  examples: {
    terraform: {
      bad: [
        {
          name: 'no key',
          source: `resource "aws_s3_object_copy" "report" {
  bucket = "example-archive"
  key    = "report.pdf"
  source = "example-reports/report.pdf"
}
`,
          at: 'resource "aws_s3_object_copy" "report"',
        },
        {
          name: 'no text',
          source: `resource "aws_s3_object_copy" "report" {
  bucket     = "example-archive"
  key        = "report.pdf"
  source     = "example-reports/report.pdf"
  kms_key_id = false
}
`,
          at: 'false',
        },
      ],
      good: [
        {
          name: 'a key of its own',
          source: `resource "aws_s3_object_copy" "report" {
  bucket     = "example-archive"
  key        = "report.pdf"
  source     = "example-reports/report.pdf"
  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/archive"
}
`,
        },
      ],
      undecided: [
        {
          name: 'key given by a variable without a value',
          source: `variable "key" {
  type = string
}

resource "aws_s3_object_copy" "report" {
  bucket     = "example-archive"
  key        = "report.pdf"
  source     = "example-reports/report.pdf"
  kms_key_id = var.key
}
`,
          at: 'var.key',
        },
      ],
    },
  },
});
