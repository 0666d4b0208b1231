/** What is read at most. Over a limit, something is undecided and says so; nothing is cut in silence. */
export interface Limits {
  /** Bytes of one file. */
  readonly fileBytes: number;
  /** Bytes of one YAML file, which costs more to parse. */
  readonly yamlBytes: number;
  /** Bytes of a plan. */
  readonly planBytes: number;
  /** Files that are opened. */
  readonly files: number;
  /** Bytes of a path below the audited root. */
  readonly pathBytes: number;
  /** Brackets or maps and lists within each other. */
  readonly depth: number;
  /** YAML aliases of one template. */
  readonly aliases: number;
  /** Nodes that are visited by following the YAML aliases of one template. */
  readonly aliasedNodes: number;
  /** Keys of one map. */
  readonly keys: number;
  readonly resources: number;
  /** Values that are looked at to evaluate one template. */
  readonly evaluationSteps: number;
}

export const DEFAULT_LIMITS: Limits = {
  fileBytes: 5 * 1024 * 1024,
  yamlBytes: 3 * 1024 * 1024,
  planBytes: 64 * 1024 * 1024,
  files: 20_000,
  pathBytes: 4096,
  depth: 200,
  aliases: 50,
  aliasedNodes: 10_000,
  keys: 100_000,
  resources: 100_000,
  evaluationSteps: 1_000_000,
};
