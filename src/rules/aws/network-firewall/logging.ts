import { companionRule } from '../network/companion.ts';

function terraform(...logging: readonly string[]): string {
  const lines = logging.map((line) => `  ${line}\n`).join('');
  return `variable "unset" {
  type = string
}

resource "aws_networkfirewall_firewall" "edge" {
  name = "edge"
}

resource "aws_networkfirewall_logging_configuration" "edge" {
${lines}
  logging_configuration {
    log_destination_config {
      log_destination      = { bucketName = "example-logs" }
      log_destination_type = "S3"
      log_type             = "ALERT"
    }
  }
}
`;
}

function template(firewall: string): string {
  return `Parameters:
  Unset:
    Type: String
Resources:
  Edge:
    Type: AWS::NetworkFirewall::Firewall
    Properties:
      FirewallName: edge
  EdgeLogs:
    Type: AWS::NetworkFirewall::LoggingConfiguration
    Properties:
      FirewallArn: ${firewall}
      LoggingConfiguration:
        LogDestinationConfigs:
          - LogType: ALERT
            LogDestinationType: S3
            LogDestination:
              bucketName: example-logs
`;
}

export const rule = companionRule({
  id: 'aws-network-firewall-logging',
  title: 'Network firewall must have logging',
  // NetworkFirewall.2 of AWS Foundational Security Best Practices is Medium.
  severity: 'MEDIUM',
  terraform: { aws_networkfirewall_firewall: [{ type: 'aws_networkfirewall_logging_configuration', attribute: 'firewall_arn' }] },
  cloudformation: { 'AWS::NetworkFirewall::Firewall': [{ type: 'AWS::NetworkFirewall::LoggingConfiguration', attribute: 'FirewallArn' }] },
  missing: 'no logging is declared for the firewall',
  must: 'it must record its alerts',
  topics: ['network-firewall-logging'],
  why: 'A firewall without logs stops an attack without anyone knowing, and what it let through cannot be looked up.',
  remedy: [
    'Choose where the logs go: an S3 bucket, a CloudWatch log group or a Firehose stream.',
    'Terraform: add `resource "aws_networkfirewall_logging_configuration" "edge"` with `firewall_arn = aws_networkfirewall_firewall.edge.arn` and a `log_destination_config` for `ALERT`, and one for `FLOW`.',
    'CloudFormation: add an `AWS::NetworkFirewall::LoggingConfiguration` with `FirewallArn: !Ref Firewall` and your `LogDestinationConfigs`.',
  ],
  references: [
    'https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-logging.html',
    'https://docs.aws.amazon.com/securityhub/latest/userguide/networkfirewall-controls.html#networkfirewall-2',
  ],
  controls: { fsbp: ['NetworkFirewall.2'], nist: ['AU-12', 'SI-4'] },
  equivalents: { checkov: ['CKV2_AWS_63'] },
  examples: {
    terraform: {
      bad: [
        {
          name: 'none is declared',
          source: 'resource "aws_networkfirewall_firewall" "edge" {\n  name = "edge"\n}\n',
          at: 'resource "aws_networkfirewall_firewall" "edge"',
        },
        {
          name: 'that of another firewall',
          source: terraform('firewall_arn = "arn:aws:network-firewall:eu-west-1:111122223333:firewall/other"'),
          at: 'resource "aws_networkfirewall_firewall" "edge"',
        },
      ],
      good: [{ name: 'it is declared', source: terraform('firewall_arn = aws_networkfirewall_firewall.edge.arn') }],
      undecided: [
        { name: 'that of a firewall that is not known', source: terraform('firewall_arn = var.unset'), at: 'var.unset' },
        {
          name: 'one that may not be made',
          source: terraform('count        = var.unset', 'firewall_arn = aws_networkfirewall_firewall.edge.arn'),
          at: 'resource "aws_networkfirewall_logging_configuration" "edge"',
        },
      ],
    },
    cloudformation: {
      bad: [
        {
          name: 'that of another firewall',
          source: template('arn:aws:network-firewall:eu-west-1:111122223333:firewall/other'),
          at: 'Edge',
        },
      ],
      good: [{ name: 'it is declared', source: template('!Ref Edge') }],
      undecided: [{ name: 'that of a firewall that is not known', source: template('!Ref Unset'), at: '!Ref Unset' }],
    },
  },
});
