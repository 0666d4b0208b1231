import type { Instance, Resource } from '../../../domain/resource.ts';
import { companions } from '../../../domain/resource.ts';
import type { Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { textOf } from '../../../domain/wording.ts';
import { at } from '../../../domain/value.ts';
import type { Answer } from '../policy.ts';
import { isUnknown } from '../policy.ts';
import { declared } from '../samples.ts';
import { assignsAddresses, gatewayOf, placesOf } from './place.ts';
import { profilesOf } from './role.ts';

const MUST = 'each must have a role of its own';

/** Whether an instance is public; null where too little is declared here to say. */
function isPublic(instance: Instance): Answer | null {
  const own = at(instance.attributes, 'associate_public_ip_address');
  if (own.state === 'unknown') return own;
  if (textOf(own) === 'true') return true;
  const [place] = placesOf(instance);
  if (place?.subnet === undefined) return null;
  return own.state === 'absent' && (assignsAddresses(place.subnet) || gatewayOf(place.subnet) !== undefined);
}

/** The public instance is the one to speak of: whoever takes it over has what the private ones may do. */
function* judge(instance: Instance): Iterable<Violation> {
  const { attributes, resource } = instance;
  const others = new Set(profilesOf(resource).flatMap(sharers));
  others.delete(resource);
  if (others.size === 0) return;
  const here = isPublic(instance);
  if (here === null || here === false) return;
  const { span } = at(attributes, 'iam_instance_profile');
  for (const other of others) {
    const answers = other.instances.map(isPublic).filter((answer) => answer !== null);
    const there = answers.find((answer) => answer === false) ?? answers.find(isUnknown);
    const unknown = [here, there].find((answer) => answer !== undefined && isUnknown(answer));
    if (there === undefined) continue;
    if (unknown !== undefined && isUnknown(unknown)) {
      const message = `Whether ${other.address}, which has the same role, and this instance are public alike is not known: ${unknown.reason}; ${MUST}.`;
      yield { outcome: 'undecided', message, span: unknown.span };
    } else yield { outcome: 'fail', message: `${other.address}, which is private, has the role of this public instance; ${MUST}.`, span };
  }
}

/** Instances with this profile, or with another one of its role. */
function sharers(profile: Resource): readonly Resource[] {
  const roles = profile.related.filter(({ certain, direction, attribute }) => certain && direction === 'to' && attribute === 'role');
  const profiles = [profile, ...roles.flatMap((link) => companions(link.resource, profile.type).map((other) => other.resource))];
  return profiles.flatMap((each) =>
    companions(each, 'aws_instance')
      .filter(({ certain }) => certain)
      .map((link) => link.resource),
  );
}

function machine(name: string, ...lines: readonly string[]): string {
  return `resource "aws_instance" "${name}" {
  iam_instance_profile        = aws_iam_instance_profile.web.name
${lines.map((line) => `  ${line}\n`).join('')}}
`;
}

const PROFILE = 'resource "aws_iam_instance_profile" "web" {\n  role = "web"\n}\n';
const SUBNET = 'resource "aws_subnet" "inside" {\n  vpc_id = "vpc-0a1b2c3d4e5f67890"\n}\n';
const INSIDE = machine('inside', 'subnet_id                   = aws_subnet.inside.id');
const SHARED = ['iam_instance_profile        = aws_iam_instance_profile.web.name'];

export const rule = defineRule({
  id: 'aws-ec2-shared-role',
  title: 'Public and private instances must not share a role',
  // No control of AWS Foundational Security Best Practices; MEDIUM is what another checker gives it.
  severity: 'MEDIUM',
  // Private is what is in a subnet that is declared here and has no way in from the internet; of other subnets nothing is known.
  targets: { terraform: ['aws_instance'] },
  topics: ['ec2-public-private-share-role'],
  why: 'The public instance is the one that is attacked. With a shared role, whoever takes it over may do what only the private ones need.',
  remedy: [
    'Declare a role and an instance profile for the public instance, with what it does itself and nothing more.',
    'Name that profile in its `iam_instance_profile`.',
  ],
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege'],
  controls: { nist: ['AC-6'] },
  equivalents: {},
  check: judge,
  examples: {
    terraform: {
      bad: [
        {
          name: 'one has a public address, the other is in a private subnet',
          source: declared('aws_instance', [...SHARED, 'associate_public_ip_address = true'], INSIDE, SUBNET, PROFILE),
          at: 'aws_iam_instance_profile.web.name',
        },
        {
          name: 'one is in a subnet that gives out addresses',
          source: declared(
            'aws_instance',
            [...SHARED, 'subnet_id                   = aws_subnet.outside.id'],
            INSIDE,
            SUBNET,
            'resource "aws_subnet" "outside" {\n  vpc_id                  = "vpc-0a1b2c3d4e5f67890"\n  map_public_ip_on_launch = true\n}\n',
            PROFILE,
          ),
          at: 'aws_iam_instance_profile.web.name',
        },
      ],
      good: [
        {
          name: 'both are public',
          source: declared(
            'aws_instance',
            [...SHARED, 'associate_public_ip_address = true'],
            machine('other', 'associate_public_ip_address = true'),
            PROFILE,
          ),
        },
        {
          name: 'both are private',
          source: declared('aws_instance', [...SHARED, 'subnet_id                   = aws_subnet.inside.id'], INSIDE, SUBNET, PROFILE),
        },
        {
          name: 'the private one has none',
          source: declared(
            'aws_instance',
            [...SHARED, 'associate_public_ip_address = true'],
            'resource "aws_instance" "inside" {\n  subnet_id = aws_subnet.inside.id\n}\n',
            SUBNET,
            PROFILE,
          ),
        },
      ],
      undecided: [
        {
          name: 'a variable without a value decides',
          source: declared('aws_instance', [...SHARED, 'associate_public_ip_address = var.unset'], INSIDE, SUBNET, PROFILE),
          at: 'var.unset',
        },
      ],
    },
  },
});
