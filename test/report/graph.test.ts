import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/report/graph.ts';
import { blockingGraph } from '../../src/report/graph.ts';
import { bucket, reportOf } from './sample.ts';
import type { SampleResource } from './sample.ts';

/** A resource that blocks (`bad`) or not, and who refers to it. */
function resource(address: string, { bad = false, usedBy = [] }: { bad?: boolean; usedBy?: readonly string[] }): SampleResource {
  const findings = bad ? bucket.findings.map((finding) => ({ ...finding, address })) : [];
  return { ...bucket, address, findings, related: usedBy.map((other) => ({ address: other, direction: 'from' })) };
}

function drawn(graph: Graph | null): string[] {
  if (graph === null) return [];
  const name = (index: number): string => graph.nodes[index]?.address ?? '?';
  return [
    ...graph.nodes.map(({ address, severity, depth }) => `${depth} ${address} ${severity ?? 'passes'}`),
    ...graph.edges.map(({ from, to }) => `${name(from)} uses ${name(to)}`),
    ...(graph.more === 0 ? [] : [`${graph.more} more`]),
  ];
}

function graphOf(resources: readonly SampleResource[], most = 20): string[] {
  return drawn(blockingGraph(reportOf({ resources }), most));
}

describe('blockingGraph', () => {
  it('follows what depends on a blocking resource, directly and through others', () => {
    expect(
      graphOf([
        resource('group.web', { bad: true, usedBy: ['instance.a', 'instance.b'] }),
        resource('instance.a', { usedBy: ['address.a'] }),
        resource('instance.b', {}),
        resource('bucket.fine', { usedBy: ['policy.fine'] }),
      ]),
    ).toEqual([
      '0 group.web CRITICAL',
      '1 instance.a passes',
      '1 instance.b passes',
      '2 address.a passes',
      'instance.a uses group.web',
      'instance.b uses group.web',
      'address.a uses instance.a',
    ]);
  });

  it('leaves out what blocks and is used by nothing', () => {
    expect(graphOf([resource('bucket.lonely', { bad: true })])).toEqual([]);
  });

  it('leaves out findings below the threshold', () => {
    const report = reportOf({ resources: [resource('bucket.logs', { bad: true, usedBy: ['policy.logs'] })], threshold: 'none' });
    expect(drawn(blockingGraph(report, 20))).toEqual([]);
  });

  it('draws a circle once', () => {
    expect(
      graphOf([resource('group.a', { bad: true, usedBy: ['group.b'] }), resource('group.b', { bad: true, usedBy: ['group.a'] })]),
    ).toEqual(['0 group.a CRITICAL', '1 group.b CRITICAL', 'group.b uses group.a', 'group.a uses group.b']);
  });

  it('tells resources of one name in two roots apart', () => {
    const one = resource('bucket.logs', { bad: true, usedBy: ['policy.logs'] });
    expect(graphOf([one, { ...one, root: 'other', related: [] }])).toEqual([
      '0 bucket.logs CRITICAL',
      '1 policy.logs passes',
      'policy.logs uses bucket.logs',
    ]);
  });

  it('keeps the first and counts the others', () => {
    expect(graphOf([resource('bucket.logs', { bad: true, usedBy: ['policy.a', 'policy.b', 'policy.c'] })], 2)).toEqual([
      '0 bucket.logs CRITICAL',
      '1 policy.a passes',
      'policy.a uses bucket.logs',
      '2 more',
    ]);
  });
});
