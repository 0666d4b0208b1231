/** How an instance takes settings from a launch template. */
import type { Instance, Resource } from '../../../domain/resource.ts';
import type { Value } from '../../../domain/value.ts';
import { at } from '../../../domain/value.ts';
import { elements } from '../../attribute.ts';

/**
 * Where the settings come from that an instance does not have itself: from nowhere; from a template of the same
 * root, which is judged as well; or from one that is declared elsewhere, of which only the reference is known.
 */
export type LaunchTemplate =
  | { readonly declared: 'none' }
  | { readonly declared: 'here'; readonly template: Resource }
  | { readonly declared: 'elsewhere'; readonly reference: Value };

export function launchTemplate({ attributes, resource }: Instance): LaunchTemplate {
  const name = resource.framework === 'terraform' ? 'launch_template' : 'LaunchTemplate';
  const reference = at(attributes, name);
  if (!INSTANCES.has(resource.type) || !isWritten(attributes, name)) return { declared: 'none' };
  const link = resource.related.find(
    ({ attribute, certain, direction, resource: other }) =>
      certain && direction === 'to' && attribute === name && TEMPLATES.has(other.type),
  );
  return link === undefined ? { declared: 'elsewhere', reference } : { declared: 'here', template: link.resource };
}

/** Whether there is anything at a path, or may be: plans have an empty list for each type of block that nobody wrote. */
export function isWritten(value: Value, ...path: readonly string[]): boolean {
  return elements(value, path).length > 0;
}

const INSTANCES = new Set(['aws_instance', 'AWS::EC2::Instance']);
const TEMPLATES = new Set(['aws_launch_template', 'AWS::EC2::LaunchTemplate']);
