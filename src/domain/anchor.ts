/**
 * Places that outlive positions: offsets relative to the declaration they lie in. A recorded result is
 * still right after the declaration moved, as long as its text is the same.
 */
import type { Finding, RemediationPlan } from './finding.ts';
import type { Resource } from './resource.ts';
import type { SourceText, Span } from './source.ts';
import { contains } from './source.ts';

export interface Anchor {
  /** The declaration it lies in. */
  readonly address: string;
  readonly start: number;
  readonly end: number;
}

const neighbourhoods = new WeakMap<Resource, readonly Resource[]>();

/**
 * Where the places that are told of a resource lie, with few exceptions: in itself, in what it is related to, and in what
 * those that refer to it refer to besides (a security group, the instances that use it, their subnets). Not in what else
 * refers to the things it refers to: a thousand instances of one group are no neighbours.
 */
export function neighbourhood(resource: Resource): readonly Resource[] {
  let near = neighbourhoods.get(resource);
  if (near === undefined) {
    const seen = new Map<string, Resource>([[resource.address, resource]]);
    for (const { resource: other, direction } of resource.related) {
      seen.set(other.address, other);
      if (direction === 'to') continue;
      for (const next of other.related) if (next.direction === 'to') seen.set(next.resource.address, next.resource);
    }
    near = [...seen.values()];
    neighbourhoods.set(resource, near);
  }
  return near;
}

/** Null when the span lies in no declaration of the neighbourhood. */
export function anchor(span: Span, resource: Resource): Anchor | null {
  const home = neighbourhood(resource).find((each) => contains(each.source, span));
  if (home === undefined) return null;
  const origin = home.source.start.offset;
  return { address: home.address, start: span.start.offset - origin, end: span.end.offset - origin };
}

/** @throws Error when the anchor's declaration is not in the resource's neighbourhood. */
export function locate(place: Anchor, resource: Resource, source: (file: string) => SourceText | undefined): Span {
  const home = neighbourhood(resource).find((each) => each.address === place.address);
  const text = home === undefined ? undefined : source(home.source.file);
  if (home === undefined || text === undefined) throw new Error(`${place.address} is not declared near ${resource.address} any more`);
  const origin = home.source.start.offset;
  return text.span(origin + place.start, origin + place.end);
}

/** Moves a finding from one way of telling places to another; an edit whose place has no counterpart drops the edits of its plan. */
export function mapFinding<A, B>(finding: Finding<A>, blame: (place: A) => B, place: (place: A) => B | null): Finding<B> {
  return {
    ...finding,
    span: blame(finding.span),
    remediationPlan: finding.remediationPlan === null ? null : mapPlan(finding.remediationPlan, place),
  };
}

export function mapPlan<A, B>(plan: RemediationPlan<A>, place: (place: A) => B | null): RemediationPlan<B> {
  const edits: { span: B; replacement: string }[] = [];
  for (const { span, replacement } of plan.edits) {
    const moved = place(span);
    if (moved === null) return { ...plan, edits: [], safety: null, proof: null };
    edits.push({ span: moved, replacement });
  }
  return { ...plan, edits };
}
