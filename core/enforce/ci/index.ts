import type { ExportFile } from '#core/enforce/files.ts';
import { argoCdFiles } from '#core/enforce/ci/argo-cd.ts';
import type { Gate } from '#core/enforce/ci/gate.ts';
import { githubFiles } from '#core/enforce/ci/github.ts';
import { gitlabFiles } from '#core/enforce/ci/gitlab.ts';
import { preCommitFiles } from '#core/enforce/ci/pre-commit.ts';
import { tektonFiles } from '#core/enforce/ci/tekton.ts';
import type { OtherTarget } from '#core/enforce/other-targets.ts';

/** Targets that run `plimsoll test` before something reaches a cluster. */
export type GateTarget = Extract<OtherTarget, 'github' | 'gitlab' | 'pre-commit' | 'argo-cd' | 'tekton'>;

const FILES: Readonly<Record<GateTarget, (gate: Gate) => readonly ExportFile[]>> = {
  github: githubFiles,
  gitlab: gitlabFiles,
  'pre-commit': preCommitFiles,
  'argo-cd': argoCdFiles,
  tekton: tektonFiles,
};

export const gateFiles = (target: GateTarget, gate: Gate): readonly ExportFile[] => FILES[target](gate);
