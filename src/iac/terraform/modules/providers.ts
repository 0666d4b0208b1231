/** Providers as far as they matter here: the tags they give to everything they make. */
import { Body } from '../body.ts';
import type { Declaration } from '../folder.ts';
import { findAttribute } from '../folder.ts';
import type { Scope } from '../scope.ts';
import type { Expression } from '../syntax/ast.ts';
import type { Datum } from '../values/datum.ts';
import { unknown } from '../values/datum.ts';

/** The provider configuration that a resource names, else the default one of its type: `aws.west`, `aws`. */
export function providerOf(resource: Declaration): string {
  const written = findAttribute(resource, 'provider')?.attribute.value;
  const [prefix = ''] = (resource.block.labels[0]?.value ?? '').split('_');
  return (written === undefined ? undefined : nameOf(written)) ?? prefix;
}

/** What a call passes as a provider of the module called: the caller's name for it. */
export function passedProvider(call: Declaration, provider: string): string | undefined {
  const map = findAttribute(call, 'providers')?.attribute.value;
  if (map?.kind !== 'object') return undefined;
  for (const { key, value } of map.items) {
    if ((key.kind === 'name' ? key.name : nameOf(key)) === provider) return nameOf(value);
  }
  return undefined;
}

/** `aws`, `aws.west`; also in quotes, as older versions have it. */
function nameOf(expression: Expression): string | undefined {
  if (expression.kind === 'variable') return expression.name;
  if (expression.kind === 'parenthesis') return nameOf(expression.inner);
  if (expression.kind === 'get-attribute' && expression.of.kind === 'variable') return `${expression.of.name}.${expression.name}`;
  const [part, ...more] = expression.kind === 'template' ? expression.parts : [];
  return part?.kind === 'text' && more.length === 0 ? part.value : undefined;
}

/** The map of tags of a provider's `default_tags`; undefined where it has none. */
export function defaultTags(provider: Declaration, scope: Scope): Datum | undefined {
  const block = new Body([provider, ...provider.overrides], scope).get('default_tags');
  const first = block?.kind === 'sequence' ? block.items[0] : block;
  if (first === undefined || first.kind === 'null') return undefined;
  if (first.kind !== 'mapping') return unknown('the default tags of its provider are not known', { place: first.place });
  const tags = first.entries.get('tags');
  return tags === undefined || tags.kind === 'null' ? undefined : tags;
}
