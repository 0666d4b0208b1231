import { openAclRule } from '../network/acl-open.ts';
import { portExamples } from '../network/acl-ports-examples.ts';
import { SSH } from '../network/ports.ts';

export const rule = openAclRule({
  id: 'aws-vpc-acl-open-ssh',
  title: 'Network ACL must not open port 22 (SSH) to the world',
  // EC2.21 of AWS Foundational Security Best Practices is Medium.
  severity: 'MEDIUM',
  topics: ['nacl-ingress-open-ssh'],
  why: 'A network ACL is what is left when a security group is opened by mistake; with SSH open in both, anyone may try the keys and passwords of every instance in the subnet.',
  remedy: [
    'Name the networks that administer the instances, for example `cidr_block = "203.0.113.0/24"` with your own range (CloudFormation: `CidrBlock`).',
    'Or remove the entry; a deny for the port needs a lower number than the allow that it makes an exception of.',
  ],
  references: [
    'https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-21',
  ],
  controls: { fsbp: ['EC2.21'], cis: ['5.1'], nist: ['AC-4', 'SC-7'], pci: ['1.3.1'] },
  equivalents: { checkov: ['CKV_AWS_232'], trivy: ['AWS-0105'] },
  ports: [SSH],
  instead: 'only the networks that administer the instances may reach it',
  examples: portExamples(22, 443),
});
