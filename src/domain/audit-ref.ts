/** Which declaration to audit, and the digest of everything the audit reads. */
export interface AuditRef {
  readonly root: string;
  readonly address: string;
  readonly digest: string;
}
