/** Declarations of a folder that refer to themselves, directly or through others. */
import type { Diagnostic } from '../../../domain/diagnostic.ts';
import { headerOf } from '../body.ts';
import type { Folder } from '../folder.ts';
import type { Spot } from './references.ts';

/** One diagnostic for each group that refers to each other: where one refers to itself, or at the first member by name. */
export function cyclesIn(folder: Folder, graph: ReadonlyMap<string, ReadonlyMap<string, Spot>>): Diagnostic[] {
  return groups(graph).flatMap((members) => {
    const [first = ''] = members.toSorted();
    const place = graph.get(first)?.get(first) ?? placeOf(folder, first);
    if (place === undefined) return [];
    const message = `${first} refers to itself, directly or through others; break the cycle`;
    return [
      { level: 'undecided', code: 'reference-cycle', message, file: place.source.file, span: place.source.span(place.start, place.end) },
    ];
  });
}

function placeOf({ locals, resources, data }: Folder, name: string): Spot | undefined {
  const local = name.startsWith('local.') ? locals.get(name.slice('local.'.length)) : undefined;
  if (local !== undefined) return { source: local.source, ...local.attribute.nameRange };
  const declaration = name.startsWith('data.') ? data.get(name.slice('data.'.length)) : resources.get(name);
  return declaration === undefined ? undefined : { source: declaration.source, ...headerOf(declaration.block) };
}

interface Visit {
  readonly name: string;
  readonly next: Iterator<string>;
}

/** Strongly connected parts of more than one, or of one that refers to itself (Tarjan's algorithm, iteratively). */
function groups(graph: ReadonlyMap<string, ReadonlyMap<string, Spot>>): string[][] {
  const found: string[][] = [];
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const lower = (name: string, value: number): void => void lowest.set(name, Math.min(lowest.get(name) ?? value, value));
  const path: Visit[] = [];
  const enter = (name: string): void => {
    index.set(name, index.size);
    lower(name, index.size - 1);
    open.push(name);
    isOpen.add(name);
    path.push({ name, next: (graph.get(name) ?? new Map<string, Spot>()).keys() });
  };
  const leave = (name: string): void => {
    if (lowest.get(name) !== index.get(name)) return;
    const group = open.splice(open.lastIndexOf(name));
    for (const each of group) isOpen.delete(each);
    if (group.length > 1 || graph.get(name)?.has(name) === true) found.push(group);
  };
  for (const start of graph.keys()) {
    if (!index.has(start)) enter(start);
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const { name, next } = visit;
      const step = next.next();
      if (step.done === true) {
        path.pop();
        leave(name);
        const caller = path.at(-1)?.name;
        if (caller !== undefined) lower(caller, lowest.get(name) ?? 0);
      } else if (graph.has(step.value)) {
        if (!index.has(step.value)) enter(step.value);
        else if (isOpen.has(step.value)) lower(name, index.get(step.value) ?? 0);
      }
    }
  }
  return found;
}
