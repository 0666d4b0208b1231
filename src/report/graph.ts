/** What blocks, and what depends on it, for the reports that draw it. */
import { keyOf } from '../domain/resource.ts';
import type { Severity } from '../domain/severity.ts';
import type { Report, ResourceReport } from './report.ts';
import { worstFirst } from './report.ts';

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Resources that would be here too, had there been room. */
  readonly more: number;
}

export interface GraphNode {
  readonly root: string;
  readonly address: string;
  /** Of its worst finding that blocks; null when none does. */
  readonly severity: Severity | null;
  /** Steps from the blocking resource under which it was found, which has 0. */
  readonly depth: number;
}

/** Indexes of nodes: `from` refers to `to`. */
export interface GraphEdge {
  readonly from: number;
  readonly to: number;
}

/**
 * Each blocking resource that something depends on, worst first, followed by what depends on it, directly and
 * through others, until there are `most` nodes. Null when nothing depends on what blocks.
 */
export function blockingGraph(report: Pick<Report, 'resources'>, most: number): Graph | null {
  const byKey = new Map(report.resources.map((resource) => [keyOf(resource), resource]));
  const severities = new Map<string, Severity>();
  for (const { finding, resource } of worstFirst(report)) {
    const key = keyOf(resource);
    if (finding.blocks && !severities.has(key)) severities.set(key, finding.severity);
  }
  const found = new Map<string, GraphNode>();
  for (const key of severities.keys()) {
    const resource = byKey.get(key);
    if (resource !== undefined && dependents(resource).length > 0) visit(resource, byKey, severities, found);
  }
  if (found.size === 0) return null;
  const nodes = [...found.values()].slice(0, most);
  const indexes = new Map(nodes.map((node, index) => [keyOf(node), index]));
  const edges = nodes.flatMap((node, to) =>
    dependents(byKey.get(keyOf(node))).flatMap((key): GraphEdge[] => {
      const from = indexes.get(key);
      return from === undefined ? [] : [{ from, to }];
    }),
  );
  return { nodes, edges, more: found.size - nodes.length };
}

/** Adds the resource and all that depends on it, nearest first. */
function visit(
  start: ResourceReport,
  byKey: ReadonlyMap<string, ResourceReport>,
  severities: ReadonlyMap<string, Severity>,
  found: Map<string, GraphNode>,
): void {
  const { root } = start;
  const queue = [{ key: keyOf(start), address: start.address, depth: 0 }];
  for (const { key, address, depth } of queue) {
    if (found.has(key)) continue;
    found.set(key, { root, address, severity: severities.get(key) ?? null, depth });
    for (const { address: other, direction } of byKey.get(key)?.related ?? [])
      if (direction === 'from') queue.push({ key: keyOf({ root, address: other }), address: other, depth: depth + 1 });
  }
}

/** Keys of what refers to the resource. */
function dependents(resource: ResourceReport | undefined): string[] {
  if (resource === undefined) return [];
  const { root, related } = resource;
  return related.filter(({ direction }) => direction === 'from').map(({ address }) => keyOf({ root, address }));
}
