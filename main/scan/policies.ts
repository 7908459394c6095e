import type { AppError } from '#core/model.ts';
import { findPolicy } from '#core/policy/policies.ts';
import type { Result } from '#core/result.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import { bundleDigest } from '#main/scan/library-facts.ts';
import type { WorkspaceFolder } from '#main/workspace/index.ts';

/** Where a scan's policy comes from. */
export interface ScanPolicies {
  find(name: string): Result<Policy, AppError>;
  /** The bundle digest (decisions.md 19). */
  digest(policy: Policy): string;
}

/** Only what ships. */
export const shippedPolicies = (library: Library): ScanPolicies => ({
  find: (name) => findPolicy(library, name),
  digest: (policy) => bundleDigest(policy, library),
});

/** The workspace's policies, before those that ship. */
export const workspacePolicies = (workspace: WorkspaceFolder, library: Library): ScanPolicies => ({
  find: (name) => workspace.find(name),
  digest: (policy) => {
    const { content, rules } = workspace.now().read;
    return bundleDigest(policy, library, { waivers: content.waivers, rules: rules.map(({ value }) => value) });
  },
});
