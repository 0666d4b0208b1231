/** Sources for the examples of rules about entries of security groups and network ACLs. */
import type { Direction } from './traffic.ts';

export interface Sample {
  readonly direction: Direction;
  /** Each as it is written: `"tcp"`, `22`, `var.unset`; in CloudFormation `!Ref Unset`. */
  readonly protocol: string;
  readonly from: string;
  readonly to: string;
  /** One CIDR, or what stands for it. */
  readonly cidr: string;
}

function hcl(source: string): string {
  return source.includes('var.unset') ? `variable "unset" {\n  type = string\n}\n\n${source}` : source;
}

function yaml(resources: string): string {
  return `${resources.includes('!Ref Unset') ? 'Parameters:\n  Unset:\n    Type: String\n' : ''}Resources:\n${resources}`;
}

/** A group with one inline entry. */
export function group({ direction, protocol, from, to, cidr }: Sample, type = 'aws_security_group'): string {
  return hcl(`resource "${type}" "app" {
  vpc_id = "vpc-0a1b2c3d4e5f67890"

  ${direction} {
    from_port   = ${from}
    to_port     = ${to}
    protocol    = ${protocol}
    cidr_blocks = [${cidr}]
  }
}
`);
}

/** `aws_security_group_rule`, for a group that is declared elsewhere. */
export function legacyRule({ direction, protocol, from, to, cidr }: Sample): string {
  return hcl(`resource "aws_security_group_rule" "app" {
  type              = "${direction}"
  from_port         = ${from}
  to_port           = ${to}
  protocol          = ${protocol}
  cidr_blocks       = [${cidr}]
  security_group_id = "sg-0123456789abcdef0"
}
`);
}

/** `aws_vpc_security_group_ingress_rule` or its twin, for a group that is declared elsewhere. */
export function singleRule({ direction, protocol, from, to, cidr }: Sample): string {
  return hcl(`resource "aws_vpc_security_group_${direction}_rule" "app" {
  security_group_id = "sg-0123456789abcdef0"
  ip_protocol       = ${protocol}
  from_port         = ${from}
  to_port           = ${to}
  cidr_ipv4         = ${cidr}
}
`);
}

/** A CloudFormation group with one inline entry. */
export function template({ direction, protocol, from, to, cidr }: Sample): string {
  return yaml(`  App:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Application
      VpcId: vpc-0a1b2c3d4e5f67890
      SecurityGroup${direction === 'ingress' ? 'Ingress' : 'Egress'}:
        - IpProtocol: ${protocol}
          FromPort: ${from}
          ToPort: ${to}
          CidrIp: ${cidr}
`);
}

/** A CloudFormation entry of its own, for a group that is declared elsewhere. */
export function templateRule({ direction, protocol, from, to, cidr }: Sample): string {
  return yaml(`  App:
    Type: AWS::EC2::SecurityGroup${direction === 'ingress' ? 'Ingress' : 'Egress'}
    Properties:
      GroupId: sg-0123456789abcdef0
      IpProtocol: ${protocol}
      FromPort: ${from}
      ToPort: ${to}
      CidrIp: ${cidr}
`);
}

export interface AclSample extends Sample {
  readonly action: string;
}

/** A network ACL with one inline entry. */
export function acl({ direction, action, protocol, from, to, cidr }: AclSample, type = 'aws_network_acl'): string {
  const parent = type === 'aws_network_acl' ? 'vpc_id     = "vpc-0a1b2c3d4e5f67890"' : 'default_network_acl_id = "acl-0123456789abcdef0"';
  return hcl(`resource "${type}" "app" {
  ${parent}
  subnet_ids = ["subnet-0123456789abcdef0"]

  ${direction} {
    rule_no    = 100
    action     = ${action}
    protocol   = ${protocol}
    from_port  = ${from}
    to_port    = ${to}
    cidr_block = ${cidr}
  }
}
`);
}

/** `aws_network_acl_rule`, for an ACL that is declared elsewhere. */
export function aclRule({ direction, action, protocol, from, to, cidr }: AclSample): string {
  return hcl(`resource "aws_network_acl_rule" "app" {
  network_acl_id = "acl-0123456789abcdef0"
  rule_number    = 100
  egress         = ${direction === 'egress'}
  rule_action    = ${action}
  protocol       = ${protocol}
  from_port      = ${from}
  to_port        = ${to}
  cidr_block     = ${cidr}
}
`);
}

/** A CloudFormation entry of a network ACL that is declared elsewhere. */
export function templateAcl({ direction, action, protocol, from, to, cidr }: AclSample): string {
  return yaml(`  App:
    Type: AWS::EC2::NetworkAclEntry
    Properties:
      NetworkAclId: acl-0123456789abcdef0
      RuleNumber: 100
      Egress: ${direction === 'egress'}
      RuleAction: ${action}
      Protocol: ${protocol}
      PortRange:
        From: ${from}
        To: ${to}
      CidrBlock: ${cidr}
`);
}
