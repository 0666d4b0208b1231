import { accessBlockRule } from './access-block.ts';
import { accessBlockExamples } from './access-block-examples.ts';

/** Severity: S3.8 of AWS Foundational Security Best Practices. */
export const rule = accessBlockRule('restrict_public_buckets', {
  id: 'aws-s3-restrict-public-buckets',
  title: 'S3 bucket must restrict access through public policies',
  severity: 'HIGH',
  topics: ['s3-restrict-public-buckets', 's3-public-access-block'],
  why: 'A public policy that is already in place otherwise lets strangers and other accounts in; with it, only the owning account and AWS services get through.',
  remedy: [
    'Find out whether anyone relies on public access to the bucket, such as a website; serve that through CloudFront instead.',
    'Set restrict_public_buckets (RestrictPublicBuckets in CloudFormation) to true in the public access block of the bucket.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8',
  ],
  controls: { fsbp: ['S3.8'], cis: ['2.1.4'], nist: ['AC-3', 'AC-4', 'AC-6', 'AC-21', 'SC-7'], pci: ['1.4.4'] },
  equivalents: { checkov: ['CKV_AWS_56'], trivy: ['AWS-0093'], guard: ['S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED'] },
  examples: accessBlockExamples('restrict_public_buckets'),
});
