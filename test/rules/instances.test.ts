/** What the rules about instances, images, volumes and Auto Scaling make of several resources together. */
import { describe, expect, it } from 'vitest';
import { evaluate, RuleSet } from '../../src/domain/evaluate.ts';
import type { Rule } from '../../src/domain/rule.ts';
import { SourceText } from '../../src/domain/source.ts';
import { createWorkspace } from '../../src/iac/workspace.ts';
import { rule as launchPermission } from '../../src/rules/aws/ami/launch-permission.ts';
import { rule as healthCheck } from '../../src/rules/aws/autoscaling/elb-health-check.ts';
import { rule as loadBalancer } from '../../src/rules/aws/autoscaling/load-balancer.ts';
import { rule as openGroup } from '../../src/rules/aws/autoscaling/launch-open-security-group.ts';
import { rule as backupPlan } from '../../src/rules/aws/ebs/backup-plan.ts';
import { rule as defaultEncryption } from '../../src/rules/aws/ebs/default-encryption.ts';
import { rule as configRule } from '../../src/rules/aws/ebs/encrypted-volumes-config-rule.ts';
import { rule as snapshotEncryption } from '../../src/rules/aws/ebs/snapshot-encryption.ts';
import { rule as defaultGroup } from '../../src/rules/aws/ec2/default-security-group.ts';
import { rule as defaultVpc } from '../../src/rules/aws/ec2/default-vpc.ts';
import { rule as ebsOptimized } from '../../src/rules/aws/ec2/ebs-optimized.ts';
import { rule as unattached } from '../../src/rules/aws/ec2/eip-unattached.ts';
import { rule as inVpc } from '../../src/rules/aws/ec2/in-vpc.ts';
import { rule as publicSubnet } from '../../src/rules/aws/ec2/public-subnet.ts';
import { rule as overpermissive } from '../../src/rules/aws/ec2/role-overpermissive.ts';
import { rule as sharedRole } from '../../src/rules/aws/ec2/shared-role.ts';
import { rule as secrets } from '../../src/rules/aws/ec2/user-data-secrets.ts';

/** `outcome severity address: message` of each finding. */
function found(source: string, rule: Rule): string[] {
  const rules = new RuleSet([rule]);
  const name = source.includes('Resources:') ? 'template.yaml' : 'main.tf';
  return createWorkspace([new SourceText(name, source)])
    .resources.flatMap((resource) => evaluate(resource, rules))
    .map(({ outcome, severity, address, message }) => `${outcome} ${severity} ${address}: ${message}`);
}

/** `outcome severity` of each finding. */
function outcomes(source: string, rule: Rule): string[] {
  return found(source, rule).map((text) => text.split(' ').slice(0, 2).join(' '));
}

const UNSET = 'variable "unset" {}\n';

describe('an Elastic IP address', () => {
  const address = 'resource "aws_eip" "app" {\n  domain = "vpc"\n}\n';
  it.each([
    ['aws_eip_association', 'allocation_id = aws_eip.app.id'],
    ['aws_eip_association', 'public_ip = aws_eip.app.public_ip'],
    ['aws_nat_gateway', 'secondary_allocation_ids = [aws_eip.app.id]'],
    ['aws_nat_gateway', 'availability_zone_address {\n  allocation_ids = [aws_eip.app.id]\n}'],
    ['aws_alb', 'subnet_mapping {\n  allocation_id = aws_eip.app.id\n}'],
    ['aws_transfer_server', 'endpoint_details {\n  address_allocation_ids = [aws_eip.app.id]\n}'],
  ])('is used by %s: %s', (type, line) => {
    expect(found(`${address}resource "${type}" "user" {\n  ${line}\n}\n`, unattached)).toEqual([]);
  });

  it.each([
    ['AWS::EC2::EIPAssociation', 'EIP: !Ref App'],
    ['AWS::EC2::NatGateway', 'AllocationId: !GetAtt App.AllocationId'],
    ['AWS::EC2::NatGateway', 'SecondaryAllocationIds: [!GetAtt App.AllocationId]'],
    ['AWS::EC2::NatGateway', 'AvailabilityZoneAddresses: [{ AllocationIds: [!GetAtt App.AllocationId] }]'],
    ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'SubnetMappings: [{ SubnetId: subnet-1, AllocationId: !GetAtt App.AllocationId }]'],
    ['AWS::Transfer::Server', 'EndpointDetails: { AddressAllocationIds: [!GetAtt App.AllocationId] }'],
  ])('is used by %s: %s', (type, property) => {
    const stack = `Resources:\n  App:\n    Type: AWS::EC2::EIP\n  User:\n    Type: ${type}\n    Properties:\n      ${property}\n`;
    expect(found(stack, unattached)).toEqual([]);
  });

  it('is attached by its network interface', () => {
    const more = 'resource "aws_network_interface" "app" {\n  subnet_id = "subnet-1"\n}\n';
    expect(found(`resource "aws_eip" "app" {\n  network_interface = aws_network_interface.app.id\n}\n${more}`, unattached)).toEqual([]);
  });

  it('is not used by a name in DNS', () => {
    const record = 'resource "aws_route53_record" "app" {\n  records = [aws_eip.app.public_ip]\n}\n';
    expect(outcomes(address + record, unattached)).toEqual(['fail LOW']);
  });
});

describe('the role of an instance', () => {
  const instance = 'resource "aws_instance" "app" {\n  iam_instance_profile = aws_iam_instance_profile.app.name\n}\n';
  const profile = 'resource "aws_iam_instance_profile" "app" {\n  role = aws_iam_role.app.name\n}\n';
  const everything = 'jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })';
  const role = (...lines: readonly string[]): string =>
    `${instance}${profile}resource "aws_iam_role" "app" {\n  assume_role_policy = "{}"\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;

  it.each([
    ['in the role itself', role(`inline_policy {\n  policy = ${everything}\n}`)],
    ['by ARNs in the role', role('managed_policy_arns = ["arn:aws:iam::aws:policy/IAMFullAccess"]')],
    [
      'attached to several roles',
      `${role()}resource "aws_iam_policy_attachment" "app" {
  name       = "app"
  roles      = [aws_iam_role.app.name]
  policy_arn = "arn:aws-cn:iam::aws:policy/AdministratorAccess"
}
`,
    ],
    [
      'of a role by its name',
      `${role('name = "app"')}resource "aws_iam_role_policy" "app" {\n  role   = "app"\n  policy = ${everything}\n}\n`,
    ],
  ])('has a policy that allows everything, %s', (_, source) => {
    expect(outcomes(source, overpermissive)).toEqual(['fail HIGH']);
  });

  it('is held back by a boundary', () => {
    const bounded = role(
      'permissions_boundary = "arn:aws:iam::111122223333:policy/boundary"',
      `inline_policy {\n  policy = ${everything}\n}`,
    );
    expect(found(bounded, overpermissive)).toEqual([
      'fail MEDIUM aws_instance.app: The instance has the role aws_iam_role.app, and the policy of aws_iam_role.app allows everything, or the power over who may do what; the role must allow only what the instance does.',
    ]);
  });

  it.each([
    ['denies', '{ Effect = "Deny", Action = "*", Resource = "*" }'],
    [
      'is narrowed to calls from a VPC',
      '{ Effect = "Allow", Action = "*", Resource = "*", Condition = { StringEquals = { "aws:SourceVpc" = "vpc-1" } } }',
    ],
    ['is about one table', '{ Effect = "Allow", Action = "*", Resource = aws_dynamodb_table.app.arn }'],
    ['allows much of one service', '{ Effect = "Allow", Action = ["ec2:*", "iam:Get*"], Resource = "*" }'],
  ])('passes where the statement %s', (_, statement) => {
    const table = 'resource "aws_dynamodb_table" "app" {\n  name = "app"\n}\n';
    const policy = `resource "aws_iam_role_policy" "app" {\n  role   = aws_iam_role.app.id\n  policy = jsonencode({ Statement = [${statement}] })\n}\n`;
    expect(found(role() + policy + table, overpermissive)).toEqual([]);
  });

  it.each([
    'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore',
    'arn:aws:iam::111122223333:policy/AdministratorAccess',
    'x-arn:aws:iam::aws:policy/AdministratorAccessX',
  ])('passes with the policy %s', (arn) => {
    expect(found(role(`managed_policy_arns = ["${arn}"]`), overpermissive)).toEqual([]);
  });

  it('is not known where what a policy is about is not', () => {
    const policy = `resource "aws_iam_role_policy" "app" {
  role   = aws_iam_role.app.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = var.unset }] })
}
`;
    expect(outcomes(UNSET + role() + policy, overpermissive)).toEqual(['undecided HIGH']);
  });

  it('does not have the policies of another role', () => {
    const other = `resource "aws_iam_role" "other" {
  assume_role_policy = jsonencode({ Statement = [{ Principal = { AWS = aws_iam_role.app.arn } }] })

  inline_policy {
    policy = ${everything}
  }
}
`;
    expect(found(role() + other, overpermissive)).toEqual([]);
  });

  it('is judged by the policies of a stack, wherever they are', () => {
    const stack = (lines: string): string => `Resources:
  App:
    Type: AWS::EC2::Instance
    Properties:
      IamInstanceProfile: !Ref Profile
  Profile:
    Type: AWS::IAM::InstanceProfile
    Properties:
      Roles: [!Ref Role]
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
${lines}`;
    const document = 'PolicyDocument: { Statement: { Effect: Allow, Action: "*", Resource: "*" } }';
    const attached = `  Policy:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      Roles: [!Ref Role]\n      ${document}\n`;
    const named = `      ManagedPolicyArns: [!Ref Policy]\n  Policy:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      ${document}\n`;
    const bounded = `      PermissionsBoundary: arn:aws:iam::111122223333:policy/boundary\n      ManagedPolicyArns: ["arn:aws:iam::aws:policy/PowerUserAccess"]\n`;
    expect([attached, named, bounded].map((lines) => outcomes(stack(lines), overpermissive))).toEqual([
      ['fail HIGH'],
      ['fail HIGH'],
      ['fail MEDIUM'],
    ]);
  });
});

describe('a role that instances share', () => {
  const machine = (name: string, profile: string, line: string): string =>
    `resource "aws_instance" "${name}" {\n  iam_instance_profile = ${profile}\n  ${line}\n}\n`;
  const subnet = (name: string, line = ''): string => `resource "aws_subnet" "${name}" {\n  vpc_id = "vpc-1"\n  ${line}\n}\n`;

  it('is seen through two profiles', () => {
    const source = `${machine('outside', 'aws_iam_instance_profile.one.name', 'associate_public_ip_address = true')}
${machine('inside', 'aws_iam_instance_profile.two.name', 'subnet_id = aws_subnet.inside.id')}
${subnet('inside')}
resource "aws_iam_instance_profile" "one" {
  role = aws_iam_role.app.name
}
resource "aws_iam_instance_profile" "two" {
  role = aws_iam_role.app.name
}
resource "aws_iam_role" "app" {
  assume_role_policy = "{}"
}
`;
    expect(found(source, sharedRole)).toEqual([
      'fail MEDIUM aws_instance.outside: aws_instance.inside, which is private, has the role of this public instance; each must have a role of its own.',
    ]);
  });

  it('says nothing of an instance in a subnet of which nothing is known', () => {
    const source = `${machine('outside', 'aws_iam_instance_profile.one.name', 'associate_public_ip_address = true')}
${machine('other', 'aws_iam_instance_profile.one.name', 'subnet_id = "subnet-1"')}
resource "aws_iam_instance_profile" "one" {
  role = "app"
}
`;
    expect(found(source, sharedRole)).toEqual([]);
  });
});

describe('an instance in a public subnet', () => {
  const network = (map: string): string => `resource "aws_subnet" "app" {
  vpc_id                  = "vpc-1"
  map_public_ip_on_launch = ${map}
}
resource "aws_internet_gateway" "app" {}
resource "aws_route_table" "app" {}
resource "aws_route" "app" {
  route_table_id         = aws_route_table.app.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.app.id
}
resource "aws_route_table_association" "app" {
  subnet_id      = aws_subnet.app.id
  route_table_id = aws_route_table.app.id
}
`;
  it.each([
    ['gives out addresses', 'true', '', ['fail MEDIUM']],
    ['gives out none', 'false', '', ['fail LOW']],
    ['gives out none, and it asks for one', 'false', 'associate_public_ip_address = true', ['fail MEDIUM']],
    ['gives out addresses, and it refuses one', 'true', 'associate_public_ip_address = "false"', []],
  ])('that %s', (_, map, line, expected) => {
    expect(
      outcomes(`${network(map)}resource "aws_instance" "app" {\n  subnet_id = aws_subnet.app.id\n  ${line}\n}\n`, publicSubnet),
    ).toEqual(expected);
  });

  it('passes where the world is reached through a NAT gateway', () => {
    const nat = network('false').replace('gateway_id             = aws_internet_gateway.app.id', 'nat_gateway_id         = "nat-1"');
    expect(found(`${nat}resource "aws_instance" "app" {\n  subnet_id = aws_subnet.app.id\n}\n`, publicSubnet)).toEqual([]);
  });
});

describe('where an instance is put', () => {
  it.each([
    ['network_interface {\n  network_interface_id = "eni-1"\n}', []],
    ['primary_network_interface {\n  network_interface_id = "eni-1"\n}', []],
    ['vpc_security_group_ids = []', ['fail LOW']],
    ['launch_template {\n  id = aws_launch_template.app.id\n}', []],
  ])('is said by %s', (lines, expected) => {
    const template = 'resource "aws_launch_template" "app" {\n  network_interfaces {\n    subnet_id = "subnet-1"\n  }\n}\n';
    expect(outcomes(`${template}resource "aws_instance" "app" {\n${lines}\n}\n`, inVpc)).toEqual(expected);
  });

  it.each([
    ['SecurityGroupIds: [sg-1]', []],
    ['LaunchTemplate: { LaunchTemplateId: !Ref Interfaces, Version: "1" }', []],
    ['LaunchTemplate: { LaunchTemplateId: !Ref Groups, Version: "1" }', []],
    ['LaunchTemplate: { LaunchTemplateId: !Ref Nothing, Version: "1" }', ['fail LOW']],
  ])('is said by %s', (property, expected) => {
    const template = (name: string, data: string): string =>
      `  ${name}:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData: ${data}\n`;
    const templates =
      template('Interfaces', '{ NetworkInterfaces: [{ SubnetId: subnet-1 }] }') +
      template('Groups', '{ SecurityGroupIds: [sg-1] }') +
      template('Nothing', '{ InstanceType: t3.micro }');
    expect(outcomes(`Resources:\n  App:\n    Type: AWS::EC2::Instance\n    Properties:\n      ${property}\n${templates}`, inVpc)).toEqual(
      expected,
    );
  });

  it('is not the default VPC where it only refers to something of another', () => {
    const source = `resource "aws_default_vpc" "main" {}
resource "aws_vpc" "main" {
  tags = { beside = aws_default_vpc.main.id }
}
resource "aws_subnet" "app" {
  vpc_id = aws_vpc.main.id
  tags   = { beside = aws_default_vpc.main.id }
}
resource "aws_instance" "app" {
  subnet_id = aws_subnet.app.id
}
`;
    expect(found(source, defaultVpc)).toEqual([]);
  });
});

describe('security groups of what is launched', () => {
  it.each([
    ['NetworkInterfaces: [{ DeviceIndex: "0", GroupSet: [default] }]', ['fail MEDIUM']],
    ['NetworkInterfaces: [{ DeviceIndex: "0", NetworkInterfaceId: eni-1 }]', []],
    ['NetworkInterfaces: [{ DeviceIndex: "0", SubnetId: subnet-1 }]', ['fail MEDIUM']],
    ['LaunchTemplate: { LaunchTemplateName: web, Version: "1" }', []],
    ['SecurityGroups: [Default-Web]', []],
  ])('are named by %s', (property, expected) => {
    expect(outcomes(`Resources:\n  App:\n    Type: AWS::EC2::Instance\n    Properties:\n      ${property}\n`, defaultGroup)).toEqual(
      expected,
    );
  });

  const open = `  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress: [{ IpProtocol: "-1", CidrIp: 0.0.0.0/0 }, { IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8 }]
`;
  it.each(['SecurityGroups: [!Ref Web]', 'NetworkInterfaces: [{ Groups: [!Ref Web] }]'])('of a launch template are named by %s', (data) => {
    const stack = `Resources:\n  App:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData: { ${data} }\n${open}`;
    expect(outcomes(stack, openGroup)).toEqual(['fail HIGH']);
  });
});

describe('an Auto Scaling group of a stack', () => {
  it('is behind what its traffic sources name', () => {
    const stack = `Resources:
  App:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      TrafficSources: [{ Identifier: web, Type: elb }]
`;
    expect(found(stack, loadBalancer)).toEqual([]);
  });
});

describe('who an image is shared with', () => {
  it.each([
    ['account_id = "111122223333"', 'fail MEDIUM'],
    ['group = "all"', 'fail HIGH'],
    ['organization_arn = "arn:aws:organizations::111122223333:organization/o-a"', 'fail LOW'],
    ['organizational_unit_arn = "arn:aws:organizations::111122223333:ou/o-a/ou-b"', 'fail LOW'],
    ['group = var.unset', 'undecided HIGH'],
    ['count      = var.unset\n  account_id = "111122223333"', 'undecided MEDIUM'],
  ])('%s', (lines, expected) => {
    expect(
      outcomes(`${UNSET}resource "aws_ami_launch_permission" "app" {\n  image_id = "ami-1"\n  ${lines}\n}\n`, launchPermission),
    ).toEqual([expected]);
  });
});

describe('a volume in a backup plan', () => {
  const volumes = (tags: string): string => `resource "aws_ebs_volume" "app" {\n  tags = ${tags}\n}\n`;
  const selection = (lines: string): string => `resource "aws_backup_selection" "app" {\n  ${lines}\n}\n`;
  const tag = (key: string, value: string): string =>
    selection(`selection_tag {\n    type  = "STRINGEQUALS"\n    key   = ${key}\n    value = ${value}\n  }`);
  it.each([
    ['every resource', volumes('{}') + selection('resources = ["*"]'), []],
    ['every volume of a region', volumes('{}') + selection('resources = ["arn:aws:ec2:eu-west-1:*:volume/*"]'), []],
    ['every table', volumes('{}') + selection('resources = ["arn:aws:dynamodb:*:*:table/*"]'), ['fail LOW']],
    [
      'another volume',
      `${volumes('{}')}resource "aws_ebs_volume" "other" {}\n${selection('resources = [aws_ebs_volume.other.arn]')}`,
      ['fail LOW'],
    ],
    ['no tag of it', volumes('{ team = "web" }') + tag('"backup"', '"daily"'), ['fail LOW']],
    ['a tag, if it has the value', volumes('{ backup = var.unset }') + tag('"backup"', '"daily"'), ['undecided LOW']],
    ['a value that is not known', volumes('{ backup = "daily" }') + tag('"backup"', 'var.unset'), ['undecided LOW']],
    ['a tag that is not known', volumes('{ backup = "daily" }') + tag('var.unset', '"daily"'), ['undecided LOW']],
    ['nothing by tags that it lacks', `resource "aws_ebs_volume" "app" {}\n${tag('"backup"', '"daily"')}`, ['fail LOW']],
  ])('takes in %s', (_, source, expected) => {
    expect(outcomes(UNSET + source, backupPlan)).toEqual(expected);
  });
});

describe('a snapshot', () => {
  const volume = 'resource "aws_ebs_volume" "app" {\n  for_each  = { a = true, b = false }\n  encrypted = each.value\n}\n';
  it('is as the one volume that it is of', () => {
    expect(
      found(`${volume}resource "aws_ebs_snapshot" "app" {\n  volume_id = aws_ebs_volume.app["a"].id\n}\n`, snapshotEncryption),
    ).toEqual([]);
  });

  it('is not known where its volume is a copy of something', () => {
    const copy = 'resource "aws_ebs_volume" "app" {\n  snapshot_id = "snap-1"\n}\n';
    expect(outcomes(`${copy}resource "aws_ebs_snapshot" "app" {\n  volume_id = aws_ebs_volume.app.id\n}\n`, snapshotEncryption)).toEqual([
      'undecided MEDIUM',
    ]);
  });
});

describe('rules of AWS Config', () => {
  it('say once that none looks for unencrypted volumes', () => {
    const one = (name: string, source: string): string =>
      `resource "aws_config_config_rule" "${name}" {\n  source {\n    owner             = "AWS"\n    source_identifier = "${source}"\n  }\n}\n`;
    const three = one('a', 'ROOT_ACCOUNT_MFA_ENABLED') + one('b', 'IAM_PASSWORD_POLICY') + one('c', 'RESTRICTED_INCOMING_TRAFFIC');
    expect(found(three, configRule)).toEqual([
      'fail LOW aws_config_config_rule.a: No Config rule here looks for unencrypted volumes; one of the Config rules must have the source ENCRYPTED_VOLUMES.',
    ]);
    expect(found(three + one('d', 'ENCRYPTED_VOLUMES'), configRule)).toEqual([]);
  });
});

describe('types of instances', () => {
  it.each([
    ['t2.micro', ['fail INFO']],
    ['c3.8xlarge', ['fail INFO']],
    ['r3.2xlarge', ['fail INFO']],
    ['t3.micro', []],
    ['i3.large', []],
    ['m5.large', []],
    ['u-6tb1.metal', []],
  ])('%s', (type, expected) => {
    expect(outcomes(`resource "aws_instance" "app" {\n  instance_type = "${type}"\n}\n`, ebsOptimized)).toEqual(expected);
  });
});

describe('user data', () => {
  it.each([
    ['aws_instance', 'user_data'],
    ['aws_instance', 'user_data_base64'],
    ['aws_launch_configuration', 'user_data'],
    ['aws_launch_configuration', 'user_data_base64'],
    ['aws_launch_template', 'user_data'],
  ])('of %s: %s never shows what it holds', (type, attribute) => {
    const value = 'base64encode("export DB_PASSWORD=correct-horse\\ncurl https://app:battery-staple@example.com")';
    expect(found(`resource "${type}" "app" {\n  ${attribute} = ${value}\n}\n`, secrets)).toEqual([
      `fail HIGH ${type}.app: ${attribute} holds a password and a password in an address; the instance must fetch credentials when it starts, by its role.`,
    ]);
  });
});

describe('commands for what is there', () => {
  function commands(source: string, rule: Rule): (readonly (readonly string[])[] | null | undefined)[] {
    const { resources } = createWorkspace([new SourceText('main.tf', source)]);
    return resources.flatMap(({ instances }) => instances.map((instance) => rule.script?.(instance)));
  }

  it('turn encryption by default on', () => {
    expect(commands('resource "aws_ebs_encryption_by_default" "a" {\n  enabled = false\n}\n', defaultEncryption)).toEqual([
      [
        ['aws', 'ec2', 'get-ebs-encryption-by-default'],
        ['aws', 'ec2', 'enable-ebs-encryption-by-default'],
      ],
    ]);
    expect(commands('resource "aws_ebs_encryption_by_default" "a" {\n  enabled = true\n}\n', defaultEncryption)).toEqual([null]);
  });

  it.each([
    ['name = "web"', 'web'],
    ['name = "-x"', null],
    ['name = "web; reboot"', null],
    ['name_prefix = "web"', null],
    ['name = "web"\n  health_check_type = "ELB"', null],
  ])('make an Auto Scaling group with %j use the checks of its load balancer', (lines, name) => {
    const expected = [
      ['aws', 'autoscaling', 'describe-auto-scaling-groups', `--auto-scaling-group-names=${name}`],
      ['aws', 'autoscaling', 'update-auto-scaling-group', `--auto-scaling-group-name=${name}`, '--health-check-type=ELB'],
    ];
    expect(commands(`resource "aws_autoscaling_group" "a" {\n  load_balancers = ["web"]\n  ${lines}\n}\n`, healthCheck)).toEqual([
      name === null ? null : expected,
    ]);
  });
});
