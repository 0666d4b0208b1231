/**
 * The check runs of the fake GitHub, with the limits of the real one.
 * Source: https://docs.github.com/rest/checks/runs
 */
import { z } from 'zod';
import { bodyOf, invalid, paged, refusal } from './github-reply.ts';
import type { Reply } from './github-reply.ts';

export interface StoredAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: string;
  readonly title?: string;
  readonly message: string;
}

export interface StoredCheck {
  readonly id: number;
  readonly appId: number;
  readonly name: string;
  readonly headSha: string;
  readonly externalId: string | null;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion: string | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly annotations: readonly StoredAnnotation[];
}

const LEVELS = ['notice', 'warning', 'failure'];

export class FakeChecks {
  readonly #checks = new Map<number, StoredCheck>();
  /** Every title that a check had, in order. */
  readonly titles: string[] = [];
  #nextId = 500;

  /** Oldest first. */
  all(): StoredCheck[] {
    return [...this.#checks.values()];
  }

  /** Seeds a check of anybody. */
  add(check: Partial<StoredCheck> & Pick<StoredCheck, 'name' | 'headSha' | 'appId'>): number {
    const id = this.#nextId;
    this.#nextId += 1;
    const empty = { externalId: null, status: 'queued', conclusion: null, title: null, summary: null, annotations: [] } as const;
    this.#checks.set(id, { ...empty, ...check, id });
    return id;
  }

  get(id: number): Reply {
    const check = this.#checks.get(id);
    return check === undefined ? refusal(404, 'Not Found') : { status: 200, json: toJson(check) };
  }

  list(sha: string, url: URL, base: string): Reply {
    const name = url.searchParams.get('check_name');
    const found = this.all().filter((check) => check.headSha === sha && (name === null || check.name === name));
    // `latest`, the default, shows the newest of each name.
    const shown = url.searchParams.get('filter') === 'all' ? found : found.slice(-1);
    return paged(url, shown.map(toJson), base, (page) => ({ total_count: shown.length, check_runs: page }));
  }

  create(json: string, appId: number, commitExists: (sha: string) => boolean): Reply {
    const given = read(json);
    if ('refused' in given) return given.refused;
    const { name, head_sha: headSha, external_id: externalId } = given.body;
    if (name === undefined || headSha === undefined) return invalid('Invalid request.\n\n"name" or "head_sha" wasn\'t supplied.');
    if (!commitExists(headSha)) return invalid(`No commit found for SHA: ${headSha}`);
    return this.#change(this.add({ name, headSha, appId, externalId }), changesOf(given.body), 201);
  }

  update(id: number, json: string, appId: number): Reply {
    const check = this.#checks.get(id);
    if (check === undefined) return refusal(404, 'Not Found');
    if (check.appId !== appId) return refusal(403, 'Invalid app_id: a check run can only be modified by the GitHub App that created it.');
    const given = read(json);
    return 'refused' in given ? given.refused : this.#change(id, changesOf(given.body), 200);
  }

  #change(id: number, { annotations = [], ...changes }: Changes, status: number): Reply {
    const check = this.#checks.get(id);
    if (check === undefined) return refusal(404, 'Not Found');
    const changed = { ...check, ...changes, annotations: [...check.annotations, ...annotations] };
    this.#checks.set(id, changed);
    if (changes.title !== undefined && changes.title !== null) this.titles.push(changes.title);
    return { status, json: toJson(changed) };
  }
}

type Changes = Partial<Pick<StoredCheck, 'status' | 'conclusion' | 'title' | 'summary' | 'annotations'>>;

const annotationSchema = z.object({
  path: z.string(),
  start_line: z.number(),
  end_line: z.number(),
  start_column: z.number().exactOptional(),
  end_column: z.number().exactOptional(),
  annotation_level: z.string(),
  title: z.string().exactOptional(),
  message: z.string(),
});

const bodySchema = z.object({
  name: z.string().min(1).optional(),
  head_sha: z.string().optional(),
  external_id: z.string().nullable().default(null),
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  conclusion: z.enum(['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out']).optional(),
  output: z.object({ title: z.string(), summary: z.string(), annotations: z.array(annotationSchema).default([]) }).optional(),
});

type Body = z.output<typeof bodySchema>;

/** The body, or why GitHub does not take it. */
function read(json: string): { readonly body: Body } | { readonly refused: Reply } {
  const data = bodyOf(json);
  if (data === null) return { refused: refusal(400, 'Problems parsing JSON') };
  const parsed = bodySchema.safeParse(data);
  const problem = parsed.success ? problemWith(parsed.data) : z.prettifyError(parsed.error);
  return parsed.success && problem === null ? { body: parsed.data } : { refused: invalid(`Invalid request.\n\n${problem}`) };
}

function problemWith({ status, conclusion, output }: Body): string | null {
  if (status === 'completed' && conclusion === undefined) return 'Missing conclusion.';
  const { summary = '', annotations = [] } = output ?? {};
  if (summary.length > 65_535) return `Only 65535 characters are allowed; ${summary.length} were supplied.`;
  if (annotations.length > 50) return `No more than 50 items are allowed; ${annotations.length} were supplied.`;
  return annotations.map(problemOf).find((each) => each !== null) ?? null;
}

/** A conclusion completes; any other status takes a conclusion back. */
function changesOf({ status, conclusion, output }: Body): Changes {
  if (conclusion !== undefined) return { status: 'completed', conclusion, ...output };
  return status === undefined ? { ...output } : { status, conclusion: null, ...output };
}

function problemOf(annotation: StoredAnnotation): string | null {
  const {
    path,
    start_line: start,
    end_line: end,
    start_column: from,
    end_column: to,
    annotation_level: level,
    title = '',
    message,
  } = annotation;
  if (path === '' || path.startsWith('/')) return 'path must be relative to the repository.';
  if (!(start >= 1 && end >= start)) return 'end_line must not be before start_line.';
  if ((from !== undefined || to !== undefined) && start !== end) return 'columns need start_line and end_line to be the same.';
  if (!LEVELS.includes(level)) return `${level} is no annotation_level.`;
  if (title.length > 255) return `Only 255 characters are allowed; ${title.length} were supplied.`;
  return message === '' || Buffer.byteLength(message) > 65_536 ? 'message must have 1 to 65,536 bytes.' : null;
}

function toJson({ id, appId, name, headSha, externalId, status, conclusion, title, summary, annotations }: StoredCheck): object {
  return {
    id,
    name,
    head_sha: headSha,
    external_id: externalId,
    status,
    conclusion,
    html_url: `https://github.com/octo/infra/runs/${id}`,
    output: { title, summary, text: null, annotations_count: annotations.length },
    app: { id: appId },
  };
}
