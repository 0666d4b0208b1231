import type { Instance } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { at } from '../../../domain/value.ts';
import { companionsOf } from '../network/companion.ts';

const ATTACHMENTS = [{ type: 'AWS::EC2::VPCGatewayAttachment', attribute: 'VpcId' }];
const KINDS = [
  { property: 'InternetGatewayId', name: 'internet gateway' },
  { property: 'VpnGatewayId', name: 'virtual private gateway' },
];

/** An attachment may attach one of each. */
function* judge(instance: Instance): Iterable<Violation> {
  const { found } = companionsOf(instance, ATTACHMENTS);
  const open = instance.resource.related.find(({ certain, resource }) => !certain && resource.type === 'AWS::EC2::VPCGatewayAttachment');
  for (const { name, property } of KINDS) {
    const [, second] = found.filter(({ attributes }) => at(attributes, property).state !== 'absent');
    const must = `a VPC has at most one ${name}`;
    if (second !== undefined) {
      const message = `${second.resource.address} attaches another ${name}; ${must}.`;
      yield { outcome: 'fail', message, span: second.resource.header };
    } else if (
      open !== undefined &&
      found.length > 0 &&
      open.resource.instances.some(({ attributes }) => at(attributes, property).state !== 'absent')
    ) {
      const message = `Whether ${open.resource.address} attaches another ${name} is not known, as its VPC is not; ${must}.`;
      yield { outcome: 'undecided', message, span: open.resource.header };
    }
  }
}

function stack(...attachments: readonly string[]): string {
  const entries = attachments.map(
    (properties, index) => `  Attachment${index}:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: ${properties}
`,
  );
  return `Parameters:
  Unset:
    Type: String
Resources:
  Main:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
${entries.join('')}`;
}

export const rule = defineRule({
  id: 'aws-vpc-gateways',
  title: 'VPC must have no more gateways than it can use',
  // No control of AWS Foundational Security Best Practices; LOW is what another checker gives. Amazon VPC takes one internet gateway and
  // one virtual private gateway for a VPC, so that the second attachment fails, and takes the stack with it.
  severity: 'LOW',
  targets: { cloudformation: ['AWS::EC2::VPC'] },
  topics: ['vpc-too-many-gateways'],
  why: 'Each gateway is a way in and out that somebody has to watch, and AWS refuses a second one of a kind.',
  remedy: ['Keep one `AWS::EC2::VPCGatewayAttachment` of each kind, and remove the others with their gateways.'],
  references: ['https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html'],
  controls: { nist: ['SC-7'] },
  equivalents: {},
  check: judge,
  examples: {
    cloudformation: {
      bad: [
        {
          name: 'two internet gateways',
          source: stack(
            '{ VpcId: !Ref Main, InternetGatewayId: igw-0a1b2c3d4e5f67890 }',
            '{ VpcId: !Ref Main, InternetGatewayId: !Ref Unset }',
          ),
          at: 'Attachment1',
        },
        {
          name: 'two virtual private gateways',
          source: stack('{ VpcId: !Ref Main, VpnGatewayId: vgw-0a1b2c3d4e5f67890 }', '{ VpcId: !Ref Main, VpnGatewayId: !Ref Unset }'),
          at: 'Attachment1',
        },
      ],
      good: [
        {
          name: 'one of each',
          source: stack(
            '{ VpcId: !Ref Main, InternetGatewayId: igw-0a1b2c3d4e5f67890 }',
            '{ VpcId: !Ref Main, VpnGatewayId: vgw-0a1b2c3d4e5f67890 }',
          ),
        },
      ],
      undecided: [
        {
          name: 'a second one for a VPC that is not known',
          source: stack(
            '{ VpcId: !Ref Main, InternetGatewayId: igw-0a1b2c3d4e5f67890 }',
            '{ VpcId: !Ref Unset, InternetGatewayId: igw-0fedcba9876543210 }',
          ),
          at: 'Attachment1',
        },
      ],
    },
  },
});
