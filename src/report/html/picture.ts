/** A picture of what depends on what blocks, drawn as SVG in the colours of the page. */
import { keyOf } from '../../domain/resource.ts';
import type { Html } from '../encode/html.ts';
import { html } from '../encode/html.ts';
import { shorten, visible } from '../encode/visible.ts';
import type { Graph, GraphEdge, GraphNode } from '../graph.ts';
import { plural } from '../words.ts';

/** Pixels; a character of the page's small monospaced font is at most this wide. */
const CHARACTER = 7.3;
const BOX = { height: 40, padding: 10, gapX: 70, gapY: 14 };
const MARGIN = 30;
/** Characters of a name that a box shows. */
const NAME_LIMIT = 64;

interface Box {
  readonly node: GraphNode;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/**
 * What blocks stands on the left, what depends on it to the right of it, an arrow from what depends to what it depends on.
 * @param anchors where on the page a resource is told of, by its key
 */
export function picture(graph: Graph, anchors: ReadonlyMap<string, string>): Html {
  const boxes = layOut(graph.nodes);
  const width = Math.max(...boxes.map((box) => box.x + box.width)) + MARGIN;
  const height = Math.max(...boxes.map((box) => box.y)) + BOX.height + MARGIN;
  const arrows = graph.edges.flatMap((edge) => arrow(edge, boxes));
  return html`<div class="picture" tabindex="0">
<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="What depends on what blocks">
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>
${arrows}${boxes.map((box) => drawn(box, anchors.get(keyOf(box.node))))}</svg>
</div>
${graph.more === 0 ? html`` : html`<p class="more">${plural(graph.more, 'more resource')} not drawn: each finding lists what is linked to it.</p>\n`}`;
}

/** Columns by depth; in each, one below the other, and never above what it was found under. */
function layOut(nodes: readonly GraphNode[]): Box[] {
  const names = nodes.map(({ address }) => shorten(visible(address), NAME_LIMIT));
  const widths: number[] = [];
  for (const [index, { depth }] of nodes.entries())
    widths[depth] = Math.max(widths[depth] ?? 0, Math.ceil(columns(names[index] ?? '') * CHARACTER) + 2 * BOX.padding);
  const lefts: number[] = [MARGIN];
  for (const [depth, width] of widths.entries()) lefts.push((lefts[depth] ?? 0) + width + BOX.gapX);
  const bottoms: number[] = [];
  let rootTop = MARGIN;
  return nodes.map((node, index) => {
    const { depth } = node;
    if (depth === 0) rootTop = Math.max(rootTop, ...bottoms);
    const y = Math.max(bottoms[depth] ?? MARGIN, rootTop);
    bottoms[depth] = y + BOX.height + BOX.gapY;
    return { node, name: names[index] ?? '', x: lefts[depth] ?? 0, y, width: widths[depth] ?? 0 };
  });
}

/** At most so many columns; what is not ASCII may take two. */
function columns(name: string): number {
  return Array.from(name).reduce((sum, character) => sum + (character <= '\u007f' ? 1 : 2), 0);
}

function arrow({ from, to }: GraphEdge, boxes: readonly Box[]): Html[] {
  const [user, used] = [boxes[from], boxes[to]];
  if (user === undefined || used === undefined) return [];
  const middle = BOX.height / 2;
  const [y1, y2] = [user.y + middle, used.y + middle];
  const path =
    user.x > used.x
      ? curve(user.x, y1, used.x + used.width, y2, -1)
      : user.x < used.x
        ? curve(user.x + user.width, y1, used.x, y2, 1)
        : `M${user.x} ${y1}C${user.x - MARGIN} ${y1} ${used.x - MARGIN} ${y2} ${used.x} ${y2}`;
  return [html`<path class="arrow" d="${path}" marker-end="url(#tip)"/>\n`];
}

function curve(x1: number, y1: number, x2: number, y2: number, direction: 1 | -1): string {
  const bend = (direction * BOX.gapX) / 2;
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

function drawn({ node, name, x, y, width }: Box, anchor: string | undefined): Html {
  const kind = node.severity === null ? 'node' : `node blocking ${node.severity.toLowerCase()}`;
  const text = html`<title>${node.address}</title><rect x="${x}" y="${y}" width="${width}" height="${BOX.height}" rx="6"/><text x="${x + BOX.padding}" y="${y + 17}">${name}</text><text class="note" x="${x + BOX.padding}" y="${y + 32}">${node.severity === null ? 'depends on it' : `${node.severity}, blocks`}</text>`;
  const shown = anchor === undefined ? text : html`<a href="#${anchor}">${text}</a>`;
  return html`<g class="${kind}">${shown}</g>\n`;
}
