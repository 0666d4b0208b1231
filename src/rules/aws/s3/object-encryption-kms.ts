import { objectKeyRule } from './object.ts';

/** Severity: no control of AWS Foundational Security Best Practices; LOW, as S3 encrypts every object with keys of its own. */
export const rule = objectKeyRule({
  id: 'aws-s3-object-encryption-kms',
  title: 'S3 object must be encrypted with a KMS key of yours',
  severity: 'LOW',
  types: ['aws_s3_object', 'aws_s3_bucket_object'],
  topics: ['s3-object-encryption-kms'],
  why: 'With keys that AWS keeps, everyone who may read the object may decrypt it, and access cannot be ended by turning a key off.',
  remedy: [
    'Choose a KMS key whose policy lets in those who read the object.',
    'Set kms_key_id of the object to its ARN, or make it the default of the bucket in aws_s3_bucket_server_side_encryption_configuration.',
  ],
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html'],
  controls: { nist: ['SC-28'] },
  equivalents: { checkov: ['CKV_AWS_186'] },
  examples: {
    terraform: {
      bad: [
        {
          name: 'the key that AWS keeps, in a bucket that has another default',
          source: `resource "aws_s3_bucket" "reports" {
  bucket = "example-reports"

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm     = "aws:kms"
        kms_master_key_id = "alias/reports"
      }
    }
  }
}

resource "aws_s3_object" "report" {
  bucket     = aws_s3_bucket.reports.id
  key        = "report.pdf"
  source     = "report.pdf"
  kms_key_id = "alias/aws/s3"
}
`,
          at: '"alias/aws/s3"',
        },

        {
          name: 'no key',
          source: `resource "aws_s3_object" "report" {
  bucket = "example-reports"
  key    = "report.pdf"
  source = "report.pdf"
}
`,
          at: 'resource "aws_s3_object" "report"',
        },
        {
          name: 'keys of S3 in a bucket that has another default',
          source: `resource "aws_s3_bucket" "reports" {
  bucket = "example-reports"

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm     = "aws:kms"
        kms_master_key_id = "alias/reports"
      }
    }
  }
}

resource "aws_s3_bucket_object" "report" {
  bucket                 = aws_s3_bucket.reports.id
  key                    = "report.pdf"
  source                 = "report.pdf"
  server_side_encryption = "AES256"
}
`,
          at: 'resource "aws_s3_bucket_object" "report"',
        },
        {
          name: 'the key that AWS keeps',
          source: `resource "aws_s3_object" "report" {
  bucket     = "example-reports"
  key        = "report.pdf"
  source     = "report.pdf"
  kms_key_id = "alias/aws/s3"
}
`,
          at: '"alias/aws/s3"',
        },
      ],
      good: [
        {
          name: 'two layers of keys by default',
          source: `resource "aws_s3_bucket" "reports" {
  bucket = "example-reports"

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm     = "aws:kms:dsse"
        kms_master_key_id = "alias/reports"
      }
    }
  }
}

resource "aws_s3_object" "report" {
  bucket = aws_s3_bucket.reports.id
  key    = "report.pdf"
  source = "report.pdf"
}
`,
        },

        {
          name: 'a key of its own, or the default of the bucket',
          source: `resource "aws_kms_key" "reports" {}

resource "aws_s3_bucket" "reports" {
  bucket = "example-reports"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "reports" {
  bucket = aws_s3_bucket.reports.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.reports.arn
    }
  }
}

resource "aws_s3_object" "report" {
  bucket = aws_s3_bucket.reports.id
  key    = "report.pdf"
  source = "report.pdf"
}

resource "aws_s3_object" "summary" {
  bucket     = "example-summaries"
  key        = "summary.pdf"
  source     = "summary.pdf"
  kms_key_id = aws_kms_key.reports.arn
}
`,
        },
      ],
      undecided: [
        {
          name: 'algorithm of the object given by a variable without a value',
          source: `variable "algorithm" {
  type = string
}

resource "aws_s3_bucket" "reports" {
  bucket = "example-reports"

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm     = "aws:kms"
        kms_master_key_id = "alias/reports"
      }
    }
  }
}

resource "aws_s3_object" "report" {
  bucket                 = aws_s3_bucket.reports.id
  key                    = "report.pdf"
  source                 = "report.pdf"
  server_side_encryption = var.algorithm
}
`,
          at: 'var.algorithm',
        },
        {
          name: 'default of the bucket given by a variable without a value',
          source: `variable "algorithm" {
  type = string
}

resource "aws_s3_bucket" "reports" {
  bucket = "example-reports"

  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm     = var.algorithm
        kms_master_key_id = "alias/reports"
      }
    }
  }
}

resource "aws_s3_object" "report" {
  bucket = aws_s3_bucket.reports.id
  key    = "report.pdf"
  source = "report.pdf"
}
`,
          at: 'var.algorithm',
        },

        {
          name: 'key given by a variable without a value',
          source: `variable "key" {
  type = string
}

resource "aws_s3_object" "report" {
  bucket     = "example-reports"
  key        = "report.pdf"
  source     = "report.pdf"
  kms_key_id = var.key
}
`,
          at: 'var.key',
        },
      ],
    },
  },
});
