import { at, isList } from '../../../domain/value.ts';
import { defineRule } from '../../../domain/rule.ts';
import { companionsOf } from '../network/companion.ts';

const ENTRIES = [{ type: 'AWS::EC2::SecurityGroupEgress', attribute: 'GroupId' }];
const MUST = 'its egress must be declared';

export const rule = defineRule({
  id: 'aws-security-group-egress-missing',
  title: 'Security group must declare its egress',
  // No control of AWS Foundational Security Best Practices. A group without egress lets everything out, which is MEDIUM when written down;
  // left out, it may not even be meant. Terraform takes the entry away that AWS adds, so there is nothing to say about its groups.
  severity: 'MEDIUM',
  targets: { cloudformation: ['AWS::EC2::SecurityGroup'] },
  topics: ['sg-egress-missing'],
  why: 'To a group without egress entries AWS adds one that lets everything out to every address.',
  remedy: [
    'Declare in `SecurityGroupEgress` what the hosts talk to, for example `IpProtocol: tcp`, `FromPort: 443`, `ToPort: 443` and `CidrIp: 10.0.0.0/16` with your own network.',
    'To let nothing out, declare one entry for 127.0.0.1/32 with `IpProtocol: "-1"`.',
  ],
  references: ['https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupegress.html'],
  controls: { nist: ['AC-4', 'SC-7'], pci: ['1.3.2'] },
  equivalents: { cfn_nag: ['F1000'] },
  *check(instance) {
    const egress = at(instance.attributes, 'SecurityGroupEgress');
    const isEmpty = egress.state === 'known' && isList(egress.data) && egress.data.every(({ state }) => state === 'absent');
    if (egress.state === 'known' && !isEmpty) return;
    const { found, doubt } = companionsOf(instance, ENTRIES);
    if (found.length > 0) return;
    if (egress.state === 'unknown' || doubt !== undefined) {
      const { why, span } =
        egress.state === 'unknown' ? { why: egress.reason, span: egress.span } : (doubt ?? { why: '', span: egress.span });
      yield { outcome: 'undecided', message: `Whether the group has any egress entry is not known: ${why}; ${MUST}.`, span };
    } else {
      const seen = isEmpty ? 'SecurityGroupEgress has no entry' : 'SecurityGroupEgress is not set';
      yield { outcome: 'fail', message: `${seen}, so AWS lets everything out to every address; ${MUST}.`, span: egress.span };
    }
  },
  examples: {
    cloudformation: {
      bad: [
        {
          name: 'nothing is said',
          source: `Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
`,
          at: 'App',
        },
        {
          name: 'an empty list',
          source: `Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
      SecurityGroupEgress: []
`,
          at: 'SecurityGroupEgress',
        },
        {
          name: 'an entry of another group',
          source: `Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
      VpcId: vpc-0a1b2c3d4e5f67890
  Out:
    Type: AWS::EC2::SecurityGroupEgress
    Properties:
      GroupId: sg-0123456789abcdef0
      DestinationSecurityGroupId: !GetAtt App.GroupId
      IpProtocol: tcp
      FromPort: 443
      ToPort: 443
`,
          at: 'App',
        },
      ],
      good: [
        {
          name: 'an entry of its own',
          source: `Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
      SecurityGroupEgress:
        - IpProtocol: tcp
          FromPort: 443
          ToPort: 443
          CidrIp: 10.0.0.0/16
`,
        },
        {
          name: 'a separate entry',
          source: `Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
  Out:
    Type: AWS::EC2::SecurityGroupEgress
    Properties:
      GroupId: !GetAtt App.GroupId
      IpProtocol: tcp
      FromPort: 443
      ToPort: 443
      CidrIp: 10.0.0.0/16
`,
        },
      ],
      undecided: [
        {
          name: 'a separate entry for a group that is not known',
          source: `Parameters:
  Group:
    Type: String
Resources:
  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
  Out:
    Type: AWS::EC2::SecurityGroupEgress
    Properties:
      GroupId: !Ref Group
      IpProtocol: tcp
      FromPort: 443
      ToPort: 443
      CidrIp: 10.0.0.0/16
`,
          at: '!Ref Group',
        },
      ],
    },
  },
});
