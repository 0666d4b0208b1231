import type { Change } from '../../../domain/change.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Part } from './bucket.ts';
import { allOrNull, bucketName, parts, targets, WEBSITE } from './bucket.ts';

/**
 * Severity: no control of AWS Foundational Security Best Practices; LOW is what other checkers give: whether the
 * objects are public is told by the ACL and the policy. A website that only redirects is one too.
 */
export const rule = defineRule({
  id: 'aws-s3-static-website',
  title: 'S3 bucket must not serve a website itself',
  severity: 'LOW',
  targets: targets(WEBSITE),
  topics: ['s3-static-website'],
  why: 'The website endpoint of S3 speaks plain HTTP only, and serves nothing that is not open to the whole internet.',
  remedy: [
    'Serve the bucket through CloudFront with origin access control, and let only that distribution in by the bucket policy.',
    'Remove the website configuration of the bucket.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html',
    'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html',
  ],
  controls: { nist: ['AC-3', 'SC-8'] },
  equivalents: {},
  *check(instance) {
    for (const { form, value } of parts(instance, WEBSITE)) {
      if (form === null) continue;
      if (value.state === 'unknown')
        yield {
          outcome: 'undecided',
          message: `whether the bucket serves a website is not known: ${value.reason}; it must not.`,
          span: value.span,
        };
      else yield { outcome: 'fail', message: 'the bucket serves a website over plain HTTP; it must not.', span: value.span };
    }
  },
  // Whoever opens the website finds it gone.
  fix: {
    safety: 'needs-review',
    changes: (instance) =>
      allOrNull(
        parts(instance, WEBSITE)
          .filter(({ form, value }) => form !== null && value.state === 'known')
          .map(removal),
      ),
  },
  script(instance) {
    const bucket = bucketName(instance);
    if (bucket === null || !parts(instance, WEBSITE).some(({ form, value }) => form !== null && value.state === 'known')) return null;
    return [
      ['aws', 's3api', 'get-bucket-website', `--bucket=${bucket}`],
      ['aws', 's3api', 'delete-bucket-website', `--bucket=${bucket}`],
    ];
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'in the bucket itself',
          source: `resource "aws_s3_bucket" "docs" {
  bucket = "example-docs"

  website {
    index_document = "index.html"
  }
}
`,
          at: 'website',
          fixed: `resource "aws_s3_bucket" "docs" {
  bucket = "example-docs"
}
`,
        },
        {
          name: 'in a resource of its own, which a person must take away',
          source: `resource "aws_s3_bucket" "docs" {
  bucket = "example-docs"
}

resource "aws_s3_bucket_website_configuration" "docs" {
  bucket = aws_s3_bucket.docs.id

  redirect_all_requests_to {
    host_name = "example.com"
  }
}
`,
          at: 'resource "aws_s3_bucket_website_configuration" "docs"',
        },
      ],
      good: [
        {
          name: 'no website',
          source: `resource "aws_s3_bucket" "docs" {
  bucket = "example-docs"
}
`,
        },
      ],
      undecided: [
        {
          name: 'as many as a variable without a value says',
          source: `variable "public" {
  type = bool
}

resource "aws_s3_bucket" "docs" {
  bucket = "example-docs"
}

resource "aws_s3_bucket_website_configuration" "docs" {
  count  = var.public ? 1 : 0
  bucket = aws_s3_bucket.docs.id

  index_document {
    suffix = "index.html"
  }
}
`,
          at: 'resource "aws_s3_bucket_website_configuration" "docs"',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'declared',
          source: `Resources:
  Docs:
    Type: AWS::S3::Bucket
    Properties:
      WebsiteConfiguration:
        IndexDocument: index.html
      BucketName: example-docs
`,
          at: 'WebsiteConfiguration',
          fixed: `Resources:
  Docs:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: example-docs
`,
        },
      ],
      good: [
        {
          name: 'no website',
          source: `Resources:
  Docs:
    Type: AWS::S3::Bucket
`,
        },
      ],
      undecided: [
        {
          name: 'in a way that another stack exports',
          source: `Resources:
  Docs:
    Type: AWS::S3::Bucket
    Properties:
      WebsiteConfiguration: !ImportValue Website
`,
          at: '!ImportValue Website',
        },
      ],
    },
  },
});

/** Null where it is a resource of its own: which resource is no longer needed is for a person to say. */
function removal({ form, resource }: Part): Change | null {
  return form === null || form === 'own' ? null : { kind: 'remove', resource, path: [form] };
}
