/** What an instance, a launch template or a launch configuration runs at its first start. */
import type { Instance } from '../../../domain/resource.ts';
import type { Value } from '../../../domain/value.ts';
import { at } from '../../../domain/value.ts';

const PATHS: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ['aws_instance', [['user_data'], ['user_data_base64']]],
  ['aws_launch_template', [['user_data']]],
  ['aws_launch_configuration', [['user_data'], ['user_data_base64']]],
  ['AWS::EC2::Instance', [['UserData']]],
  ['AWS::EC2::LaunchTemplate', [['LaunchTemplateData', 'UserData']]],
  ['AWS::AutoScaling::LaunchConfiguration', [['UserData']]],
]);

export const USER_DATA_TARGETS = {
  terraform: ['aws_instance', 'aws_launch_template', 'aws_launch_configuration'],
  cloudformation: ['AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate', 'AWS::AutoScaling::LaunchConfiguration'],
} as const;

export interface UserData {
  /** How the attribute is called in a message. */
  readonly name: string;
  readonly value: Value;
  /** Its known parts, as the instance sees them; null where nothing of it is known. */
  readonly texts: readonly string[] | null;
}

/** Several rules ask for the same. */
const read = new WeakMap<Instance, readonly UserData[]>();

export function userDataOf(instance: Instance): readonly UserData[] {
  const known = read.get(instance) ?? gather(instance);
  read.set(instance, known);
  return known;
}

function gather({ attributes, resource }: Instance): UserData[] {
  return (PATHS.get(resource.type) ?? []).flatMap((path): UserData[] => {
    const value = at(attributes, ...path);
    return value.state === 'absent' ? [] : [{ name: path.join('.'), value, texts: textsOf(value) }];
  });
}

/** EC2 takes 16 KB. */
const LONGEST = 65_536;

/** Texts that are base64 are decoded, whichever attribute they stand in: CloudFormation and launch templates take nothing else. */
function textsOf(value: Value): readonly string[] | null {
  if (value.state === 'unknown') return value.texts?.map((text) => text.slice(0, LONGEST)) ?? null;
  if (value.state === 'absent' || typeof value.data !== 'string') return [];
  const text = value.data.slice(0, LONGEST);
  const encoded = text.replaceAll(/\s/gu, '');
  return /^[A-Za-z0-9+/]+={0,2}$/u.test(encoded) ? [text, Buffer.from(encoded, 'base64').toString('utf8')] : [text];
}
