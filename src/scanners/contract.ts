/** What a scanner is asked and what it may answer: the contract that README.md gives as JSON schemas. */
import { z } from 'zod';
import { SEVERITIES } from '../domain/severity.ts';

/** Names of the tools, unless the policy names others. */
export const TOOLS = { analyzeResource: 'analyze_resource', analyzeRepository: 'analyze_repository' } as const;

/** UTF-8 bytes of one message, either way. */
export const MESSAGE_BYTES = 1024 * 1024;
/** Findings of one answer that are taken. */
export const MOST_FINDINGS = 1000;

const line = z.int().min(1);
const address = z.string().min(1).max(1024);

/** A value that is not known, or not told, is an object with the one key `unknown` or `redacted`, which says why. */
export const attributes = z.record(z.string(), z.json());

export const resourceQuestion = z.object({
  address,
  type: z.string(),
  framework: z.enum(['terraform', 'cloudformation']),
  attributes: attributes.describe('Of the first instance. What is not known is {"unknown": reason}, what is secret {"redacted": reason}.'),
  instances: z.array(z.object({ address, attributes })).optional().describe('Every instance, where the declaration makes several.'),
  file: z.string(),
  startLine: line,
  endLine: line,
  source: z.string().optional().describe('The lines of the declaration; only for a tool whose input schema has it.'),
});
export type ResourceQuestion = z.infer<typeof resourceQuestion>;

export const repositoryQuestion = z.object({
  root: z.string().describe('Absolute path of the folder that is audited.'),
  files: z.array(z.string()).describe('Files that declare resources, relative to it.'),
  cursor: z.string().max(1024).optional().describe('What the answer before gave as nextCursor.'),
});
export type RepositoryQuestion = z.infer<typeof repositoryQuestion>;

const what = {
  ruleId: z.string().min(1).max(1024),
  severity: z.enum(SEVERITIES),
  message: z.string().min(1).describe('The same for the same thing: a finding is told from others by it.'),
  title: z.string().optional(),
  startLine: line.optional(),
  endLine: line.optional(),
};

export const resourceFinding = z.object({
  ...what,
  attribute: z
    .array(z.union([z.string(), z.int().min(0)]))
    .max(64)
    .optional()
    .describe('Path to blame: ["ingress", 1, "cidr_blocks"].'),
  instances: z.array(address).optional().describe('Addresses of the instances concerned; all of them when left out.'),
  edit: z
    .object({ startLine: line, endLine: line, replacement: z.string().max(64 * 1024) })
    .optional()
    .describe('Lines of the declaration, and what takes their place.'),
});

export const repositoryFinding = z.object({
  ...what,
  address: address.optional(),
  file: z.string().max(4096).optional().describe('Relative to the root, or absolute below it; with startLine where no address is given.'),
});
export type RepositoryFinding = z.infer<typeof repositoryFinding>;

export const resourceAnswer = z.object({ findings: z.array(resourceFinding) });
export const repositoryAnswer = z.object({ findings: z.array(repositoryFinding), nextCursor: z.string().max(1024).optional() });
