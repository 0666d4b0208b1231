import { openAclRule } from '../network/acl-open.ts';
import { portExamples } from '../network/acl-ports-examples.ts';
import { FTP, FTP_DATA } from '../network/ports.ts';

export const rule = openAclRule({
  id: 'aws-vpc-acl-open-ftp',
  title: 'Network ACL must not open ports 20 and 21 (FTP) to the world',
  // No control of AWS Foundational Security Best Practices, and no other checker gives a severity; as bad as SSH and RDP of EC2.21, which is Medium.
  severity: 'MEDIUM',
  topics: ['nacl-ingress-open-ftp'],
  why: 'FTP carries passwords and files in the clear, and its servers are old; anyone may try them.',
  remedy: [
    'Use SFTP or HTTPS, or name the networks that need FTP, for example `cidr_block = "203.0.113.0/24"` with your own range (CloudFormation: `CidrBlock`).',
    'Or remove the entry; a deny for the port needs a lower number than the allow that it makes an exception of.',
  ],
  references: [
    'https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-21',
  ],
  controls: { nist: ['AC-4', 'SC-7', 'SC-8'] },
  equivalents: { checkov: ['CKV_AWS_229', 'CKV_AWS_230'] },
  ports: [FTP_DATA, FTP],
  instead: 'nobody but those who need it may reach it',
  examples: portExamples(21, 443),
});
