/** Sources for the examples of rules about what a VPC must have. */

/** A VPC, and another resource as HCL attributes. */
export function vpcWith(type: string, attributes: readonly string[]): string {
  const lines = attributes.map((line) => `  ${line}\n`).join('');
  return `variable "unset" {
  type = string
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "${type}" "this" {
${lines}}
`;
}

/** A VPC, and another resource as YAML properties. */
export function stackWith(type: string, properties: readonly string[]): string {
  const lines = properties.map((line) => `      ${line}\n`).join('');
  return `Parameters:
  Unset:
    Type: String
Resources:
  Main:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
  This:
    Type: ${type}
    Properties:
${lines}`;
}
