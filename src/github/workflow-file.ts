/** What a workflow file says of the steps that use this action. */
import { parse } from 'yaml';
import { z } from 'zod';

export interface WorkflowFile {
  readonly path: string;
  /** Names of the events it runs on. */
  readonly events: readonly string[];
  /** Kinds of `pull_request` that start it; null: the usual ones. */
  readonly pullRequestTypes: readonly string[] | null;
  readonly steps: readonly UsesStep[];
}

export interface UsesStep {
  /** `OWNER/NAME@REF`, or a path that begins with `./`. */
  readonly uses: string;
  /** As it appears beside a pull request. */
  readonly jobName: string;
  /** Inputs that are text. */
  readonly inputs: ReadonlyMap<string, string>;
  /** The step or its job has an `if`. */
  readonly conditional: boolean;
  /** A failure of it does not fail its job. */
  readonly ignoresFailure: boolean;
}

const stepSchema = z.object({
  uses: z.string(),
  with: z.record(z.string(), z.unknown()).nullish(),
  if: z.unknown().optional(),
  'continue-on-error': z.unknown().optional(),
});

const jobSchema = z.object({
  name: z.string().nullish(),
  if: z.unknown().optional(),
  'continue-on-error': z.unknown().optional(),
  steps: z.array(z.unknown()).catch([]),
});

const eventSchema = z.object({ types: z.union([z.string().transform((one) => [one]), z.array(z.string())]).optional() }).nullish();

const fileSchema = z.object({
  on: z.union([
    z.string().transform((one) => new Map<string, unknown>([[one, null]])),
    z.array(z.string()).transform((some) => new Map<string, unknown>(some.map((one) => [one, null]))),
    z.record(z.string(), z.unknown()).transform((some) => new Map(Object.entries(some))),
  ]),
  jobs: z.record(z.string(), z.unknown()).transform((jobs) => new Map(Object.entries(jobs))),
});

/** A file that cannot be read has no steps: GitHub does not run it either. */
export function readWorkflow(path: string, text: string): WorkflowFile {
  const read = fileSchema.safeParse(parsed(text));
  if (!read.success) return { path, events: [], pullRequestTypes: null, steps: [] };
  const { on, jobs } = read.data;
  const types = eventSchema.safeParse(on.get('pull_request')).data?.types ?? null;
  return { path, events: [...on.keys()], pullRequestTypes: types, steps: [...jobs].flatMap(([id, job]) => stepsOf(id, job)) };
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

function stepsOf(id: string, data: unknown): UsesStep[] {
  const job = jobSchema.safeParse(data).data;
  return (job?.steps ?? []).flatMap((each) => {
    const step = stepSchema.safeParse(each).data;
    if (job === undefined || step === undefined) return [];
    const given = Object.entries(step.with ?? {}).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
    return [
      {
        uses: step.uses,
        jobName: job.name ?? id,
        inputs: new Map(given),
        conditional: job.if !== undefined || step.if !== undefined,
        ignoresFailure: isOn(job['continue-on-error']) || isOn(step['continue-on-error']),
      },
    ];
  });
}

function isOn(value: unknown): boolean {
  return value !== undefined && value !== false;
}
