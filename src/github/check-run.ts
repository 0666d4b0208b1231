/**
 * The check run of an audit: there from the start, live while it works, ended with the verdict and annotations.
 *
 * Which check run is this run's own is told by an id that it makes up and GitHub keeps, so one whose creation was never answered is
 * found again. The verdict is written before all but the first annotations: what fails later cannot lose it.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Annotation } from '../report/annotations.ts';
import type { CheckText } from '../report/check.ts';
import type { GitHubClient } from './client.ts';
import { GitHubError } from './client.ts';
import type { Delivery, Purpose } from './errors.ts';
import { deliver } from './errors.ts';

export interface CheckRequest {
  readonly name: string;
  readonly headSha: string;
  readonly runId: number;
  readonly runAttempt: number;
  /** URL of the run and its log. */
  readonly runUrl: string;
  readonly fork: boolean;
}

export interface Completed {
  /** Annotations that the check does not show, because GitHub did not take them or they are too many. */
  readonly left: readonly Annotation[];
}

/** Most that GitHub takes at a time: https://docs.github.com/rest/checks/runs */
const BATCH = 50;
/** More would take minutes to write and nobody to read. */
const MOST_ANNOTATIONS = 1000;
const ROUNDS = 5;
const MOST_PAGES = 10;
const PROGRESS_MILLISECONDS = 10_000;

const PREFIX = 'infrastructure-security-agent';
const EXTERNAL_ID = /^infrastructure-security-agent\/([0-9]{1,15})\/([0-9]{1,15})\/[0-9a-f]{16}$/u;

const checkSchema = z.object({
  id: z.number().int(),
  status: z.string(),
  conclusion: z.string().nullable(),
  external_id: z.string().nullish(),
  app: z.object({ id: z.number().int() }).nullish(),
  output: z.object({ annotations_count: z.number().int().catch(0) }),
});

type Check = z.output<typeof checkSchema>;

const listSchema = z.object({ check_runs: z.array(checkSchema) }).transform(({ check_runs: checks }) => checks);

export class CheckRun {
  readonly #client: GitHubClient;
  readonly #request: CheckRequest;
  readonly #externalId: string;
  /** A failure is kept for {@link complete} to tell. */
  readonly #opening: Promise<Check | GitHubError>;
  #opened: Check | null = null;
  #progress: Promise<void> | null = null;
  /** When progress was told last; Infinity: no more of it. */
  #told = -Infinity;

  /** Begins at once and keeps nobody waiting. */
  constructor(client: GitHubClient, request: CheckRequest) {
    this.#client = client;
    this.#request = request;
    this.#externalId = `${PREFIX}/${request.runId}/${request.runAttempt}/${randomBytes(8).toString('hex')}`;
    this.#opening = this.#open().catch((error: unknown) => {
      if (error instanceof GitHubError) return error;
      throw error;
    });
    this.#opening.catch(() => undefined); // It is awaited at the end.
  }

  /** Shows a title while the audit is under way, every 10 s at most; one that cannot be shown is not missed. */
  tell(title: string): void {
    const check = this.#opened;
    if (check === null || this.#progress !== null || this.#client.now() - this.#told < PROGRESS_MILLISECONDS) return;
    this.#told = this.#client.now();
    const body = { output: { title, summary: this.#underWay() } };
    this.#progress = this.#client
      .request({ method: 'PATCH', path: `/check-runs/${check.id}`, body, once: true }, z.unknown())
      .then(
        () => undefined,
        (error: unknown) => {
          const unclear = error instanceof GitHubError && error.failure.kind === 'unclear';
          if (!unclear) this.#told = Infinity;
        },
      )
      .finally(() => {
        this.#progress = null;
      });
  }

  /** Ends it. Every failure is a notice. */
  complete(conclusion: 'success' | 'failure', text: CheckText, annotations: readonly Annotation[]): Promise<Delivery<Completed>> {
    const purpose: Purpose = { lost: 'The check run was not written', permission: 'checks: write', fork: this.#request.fork };
    return deliver(purpose, async () => {
      this.#told = Infinity;
      await this.#progress;
      const check = await this.#opening;
      if (check instanceof GitHubError) throw check;
      return this.#end(check.id, conclusion, text, annotations);
    });
  }

  /** False when a later run of the same commit has a check run of this name: the words are then for that run to say. */
  async isLatest(): Promise<boolean> {
    const own = await this.#opening;
    if (own instanceof GitHubError) return true;
    try {
      return (await this.#list()).every((check) => check.app?.id !== own.app?.id || !isOurs(check) || check.id <= own.id);
    } catch (error) {
      if (error instanceof GitHubError) return true;
      throw error;
    }
  }

  #underWay(): string {
    return `The audit is under way: see [its log](${this.#request.runUrl}).`;
  }

  async #open(): Promise<Check> {
    this.#opened = await this.#create();
    await this.#closeStale(this.#opened);
    return this.#opened;
  }

  async #create(): Promise<Check> {
    const { name, headSha, runUrl } = this.#request;
    const body = {
      name,
      head_sha: headSha,
      status: 'in_progress',
      external_id: this.#externalId,
      details_url: runUrl,
      output: { title: 'Reading files', summary: this.#underWay() },
    };
    return this.#untilClear(
      async () => (await this.#client.request({ method: 'POST', path: '/check-runs', body }, checkSchema)).data,
      async () => (await this.#list()).find((check) => check.external_id === this.#externalId) ?? null,
    );
  }

  /** Does it; where it is not clear whether it was done, looks, and does it again if it was not. @throws GitHubError */
  async #untilClear<T>(act: () => Promise<T>, look: () => Promise<T | null>): Promise<T> {
    for (let round = 0; ; round += 1) {
      try {
        return await act();
      } catch (error) {
        const unclear = error instanceof GitHubError && error.failure.kind === 'unclear';
        if (!unclear || round === ROUNDS || !(await this.#client.pause(1000 * Math.min(2 ** round, 8)))) throw error;
        const found = await look();
        if (found !== null) return found;
      }
    }
  }

  /** All of this name at this commit, whoever made them. */
  async #list(): Promise<Check[]> {
    const { name, headSha } = this.#request;
    const path = `/commits/${headSha}/check-runs?filter=all&check_name=${encodeURIComponent(name)}`;
    return (await this.#client.pages(path, MOST_PAGES, listSchema)).items;
  }

  /** Those that an earlier run of ours began and did not live to end. A run that is still at work ends its own all the same. */
  async #closeStale(own: Check): Promise<void> {
    try {
      const stale = (await this.#list()).filter(
        (check) => check.status !== 'completed' && check.app?.id === own.app?.id && this.#isEarlier(check),
      );
      for (const { id } of stale) {
        const output = {
          title: 'The audit did not come to an end',
          summary: `A later run has taken its place: see [its log](${this.#request.runUrl}).`,
        };
        const body = { status: 'completed', conclusion: 'failure', output };
        await this.#client.request({ method: 'PATCH', path: `/check-runs/${id}`, body }, checkSchema);
      }
    } catch (error) {
      // The next run finds them again.
      if (!(error instanceof GitHubError)) throw error;
    }
  }

  #isEarlier({ external_id: externalId }: Check): boolean {
    const [, run, attempt] = EXTERNAL_ID.exec(externalId ?? '') ?? [];
    if (run === undefined || attempt === undefined) return false;
    const { runId, runAttempt } = this.#request;
    return Number(run) < runId || (Number(run) === runId && Number(attempt) < runAttempt);
  }

  async #end(id: number, conclusion: string, text: CheckText, annotations: readonly Annotation[]): Promise<Completed> {
    const batches = inBatches(annotations.slice(0, MOST_ANNOTATIONS));
    const left = annotations.slice(MOST_ANNOTATIONS);
    let shown = 0;
    for (const [index, batch] of batches.entries()) {
      const verdict = index === 0 ? { status: 'completed', conclusion } : {};
      const patch = (some: readonly Annotation[]) =>
        this.#patch(
          id,
          { ...verdict, output: { ...text, annotations: some.map(toGitHub) } },
          index === 0 ? conclusion : null,
          shown + some.length,
        );
      try {
        await patch(batch);
        shown += batch.length;
      } catch (error) {
        if (batch.length === 0 || !(error instanceof GitHubError) || error.failure.kind !== 'refused' || error.failure.status !== 422)
          throw error;
        left.push(...batch);
        if (index === 0) await patch([]);
      }
    }
    return { left };
  }

  /** Annotations are added to those that are there: their number tells whether a change was made. */
  async #patch(id: number, body: object, conclusion: string | null, count: number): Promise<void> {
    const path = `/check-runs/${id}`;
    await this.#untilClear(
      async () => (await this.#client.request({ method: 'PATCH', path, body }, checkSchema)).data,
      async () => {
        const { data } = await this.#client.request({ method: 'GET', path }, checkSchema);
        return data.output.annotations_count >= count && (conclusion === null || data.conclusion === conclusion) ? data : null;
      },
    );
  }
}

function isOurs({ external_id: externalId }: Check): boolean {
  return EXTERNAL_ID.test(externalId ?? '');
}

/** At least one, since the first carries the verdict. */
function inBatches(annotations: readonly Annotation[]): Annotation[][] {
  const batches = Math.max(1, Math.ceil(annotations.length / BATCH));
  return Array.from({ length: batches }, (_, index) => annotations.slice(index * BATCH, (index + 1) * BATCH));
}

const LEVELS = { error: 'failure', warning: 'warning', notice: 'notice' } as const satisfies Record<Annotation['level'], string>;

function toGitHub({ level, file, startLine, endLine, startColumn, endColumn, title, message }: Annotation): object {
  return {
    path: file,
    start_line: startLine,
    end_line: endLine,
    ...(startColumn === null ? {} : { start_column: startColumn }),
    ...(endColumn === null ? {} : { end_column: endColumn }),
    annotation_level: LEVELS[level],
    title,
    message,
  };
}
