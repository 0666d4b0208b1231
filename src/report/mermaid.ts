/** A graph as GitHub draws it in comments and job summaries. */
import { mermaidLabel } from './encode/mermaid.ts';
import type { Graph } from './graph.ts';

/** Mermaid refuses more than 500 edges: this many nodes cannot have them. */
export const MERMAID_NODES = 20;

/** The text of a `mermaid` block: an arrow leads from what depends to what it depends on; what blocks has a red border. */
export function mermaid({ nodes, edges }: Graph): string {
  const blocking = nodes.flatMap(({ severity }, index) => (severity === null ? [] : [`n${index}`]));
  return [
    'flowchart LR',
    'classDef blocking stroke:#cf222e,stroke-width:3px',
    ...nodes.map(({ address, severity }, index) => `n${index}["${mermaidLabel(address)}${severity === null ? '' : `#58; ${severity}`}"]`),
    ...edges.map(({ from, to }) => `n${from} --> n${to}`),
    `class ${blocking.join(',')} blocking`,
  ].join('\n');
}
