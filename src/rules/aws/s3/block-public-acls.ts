import { accessBlockRule } from './access-block.ts';
import { accessBlockExamples } from './access-block-examples.ts';

/** Severity: S3.8 of AWS Foundational Security Best Practices. */
export const rule = accessBlockRule('block_public_acls', {
  id: 'aws-s3-block-public-acls',
  title: 'S3 bucket must refuse public ACLs',
  severity: 'HIGH',
  topics: ['s3-block-public-acls', 's3-public-access-block'],
  why: 'Anyone who may write ACLs, a deployment script included, can otherwise open the bucket or one of its objects to the world.',
  remedy: [
    'Find out whether anyone relies on public access to the bucket, such as a website; serve that through CloudFront instead.',
    'Set block_public_acls (BlockPublicAcls in CloudFormation) to true in the public access block of the bucket.',
  ],
  references: [
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8',
  ],
  controls: { fsbp: ['S3.8'], cis: ['2.1.4'], nist: ['AC-3', 'AC-4', 'AC-6', 'AC-21', 'SC-7'], pci: ['1.4.4'] },
  equivalents: { checkov: ['CKV_AWS_53'], trivy: ['AWS-0086'], guard: ['S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED'] },
  examples: accessBlockExamples('block_public_acls'),
});
