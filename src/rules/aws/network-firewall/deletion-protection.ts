import type { Instance } from '../../../domain/resource.ts';
import { asString, at } from '../../../domain/value.ts';
import { attributeRule } from '../../attribute.ts';

/** The live firewall's name where it is known and one that AWS accepts, so that it is no option of a command line. */
function firewallName({ attributes, resource }: Instance): string | null {
  const value = at(attributes, resource.framework === 'terraform' ? 'name' : 'FirewallName');
  const name = asString(value);
  if (name === undefined || (value.state === 'known' && value.sensitive === true)) return null;
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,127}$/u.test(name) ? name : null;
}

export const rule = attributeRule({
  id: 'aws-network-firewall-deletion-protection',
  title: 'Network firewall must be protected against deletion',
  // NetworkFirewall.9 of AWS Foundational Security Best Practices is Medium.
  severity: 'MEDIUM',
  terraform: { aws_networkfirewall_firewall: { path: ['delete_protection'], oneOf: [true], default: false } },
  cloudformation: { 'AWS::NetworkFirewall::Firewall': { path: ['DeleteProtection'], oneOf: [true], default: false } },
  topics: ['network-firewall-deletion-protection'],
  why: 'With the firewall goes what inspects the traffic of the VPC; a mistake or somebody with stolen credentials needs a single call for it.',
  remedy: ['Set `delete_protection = true` (CloudFormation: `DeleteProtection: true`).'],
  references: [
    'https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-settings.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/networkfirewall-controls.html#networkfirewall-9',
  ],
  controls: { fsbp: ['NetworkFirewall.9'], nist: ['CP-9', 'SC-5'] },
  equivalents: { checkov: ['CKV_AWS_344'] },
  // Only deleting the firewall needs a step more.
  safety: 'safe',
  script(instance) {
    const name = firewallName(instance);
    if (name === null) return null;
    return [
      ['aws', 'network-firewall', 'describe-firewall', `--firewall-name=${name}`, '--query=Firewall.DeleteProtection'],
      ['aws', 'network-firewall', 'update-firewall-delete-protection', `--firewall-name=${name}`, '--delete-protection'],
    ];
  },
  examples: {
    terraform: {
      bad: [
        {
          name: 'nothing is said',
          source: `resource "aws_networkfirewall_firewall" "this" {
  name = "edge"
}
`,
          at: 'resource "aws_networkfirewall_firewall" "this"',
          fixed: `resource "aws_networkfirewall_firewall" "this" {
  name              = "edge"
  delete_protection = true
}
`,
        },
        {
          name: 'it is off',
          source: `resource "aws_networkfirewall_firewall" "this" {
  name              = "edge"
  delete_protection = false
}
`,
          at: 'false',
          fixed: `resource "aws_networkfirewall_firewall" "this" {
  name              = "edge"
  delete_protection = true
}
`,
        },
        {
          name: 'neither true nor false',
          source: `resource "aws_networkfirewall_firewall" "this" {
  name              = "edge"
  delete_protection = "on"
}
`,
          at: '"on"',
          fixed: `resource "aws_networkfirewall_firewall" "this" {
  name              = "edge"
  delete_protection = true
}
`,
        },
      ],
      good: [
        {
          name: 'as it must be',
          source: `resource "aws_networkfirewall_firewall" "this" {
  name              = "edge"
  delete_protection = true
}
`,
        },
      ],
      undecided: [
        {
          name: 'a variable without a value',
          source: `variable "unset" {
  type = string
}

resource "aws_networkfirewall_firewall" "this" {
  name              = "edge"
  delete_protection = var.unset
}
`,
          at: 'var.unset',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'nothing is said',
          source: `Resources:
  This:
    Type: AWS::NetworkFirewall::Firewall
    Properties:
      FirewallName: edge
`,
          at: 'This',
          fixed: `Resources:
  This:
    Type: AWS::NetworkFirewall::Firewall
    Properties:
      FirewallName: edge
      DeleteProtection: true
`,
        },
        {
          name: 'it is off',
          source: `Resources:
  This:
    Type: AWS::NetworkFirewall::Firewall
    Properties:
      FirewallName: edge
      DeleteProtection: false
`,
          at: 'false',
          fixed: `Resources:
  This:
    Type: AWS::NetworkFirewall::Firewall
    Properties:
      FirewallName: edge
      DeleteProtection: true
`,
        },
        {
          name: 'neither true nor false',
          source: `Resources:
  This:
    Type: AWS::NetworkFirewall::Firewall
    Properties:
      FirewallName: edge
      DeleteProtection: maybe
`,
          at: 'maybe',
          fixed: `Resources:
  This:
    Type: AWS::NetworkFirewall::Firewall
    Properties:
      FirewallName: edge
      DeleteProtection: true
`,
        },
      ],
      good: [
        {
          name: 'as it must be',
          source: `Resources:
  This:
    Type: AWS::NetworkFirewall::Firewall
    Properties:
      FirewallName: edge
      DeleteProtection: true
`,
        },
      ],
      undecided: [
        {
          name: 'a parameter without a default',
          source: `Parameters:
  Unset:
    Type: String
Resources:
  This:
    Type: AWS::NetworkFirewall::Firewall
    Properties:
      FirewallName: edge
      DeleteProtection: !Ref Unset
`,
          at: '!Ref Unset',
        },
      ],
    },
  },
});
